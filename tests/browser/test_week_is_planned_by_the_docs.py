"""A coordinator plans next week for three teams by the steps of docs/coordinator.md, which says how many presses and pages that takes."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.live.database_file import change
from tests.server import ROOT, Server

DOCS = (ROOT / "docs" / "coordinator.md").read_text(encoding="utf-8")
FRENCH_DOCS = (ROOT / "docs" / "fr" / "coordination.md").read_text(encoding="utf-8")
TEAMS = ("CDM Bruxelles", "CEFO", "DIORES")
NOTHING_FROM = "DELETE FROM roster_shift WHERE date >= ?"
NOBODY_FROM = "DELETE FROM roster_assignment WHERE shift_id IN (SELECT id FROM roster_shift WHERE date >= ?)"


def monday(weeks: int) -> date:
    today = datetime.now(BRUSSELS).date()
    return today + timedelta(days=7 * weeks - today.weekday())


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """This week is planned, as the demo plans it; nothing is from next Monday on."""
    with Server(tmp_path_factory.mktemp("week"), prepared=prepared) as running:
        change(running, NOBODY_FROM, monday(1).isoformat())
        change(running, NOTHING_FROM, monday(1).isoformat())
        yield running


class Presses:
    """What a coordinator presses and types, each once, and the pages that come."""

    def __init__(self, page: Page) -> None:
        self.n = self.pages = 0
        # When it begins to come: what is on it may be seen before all of it has come.
        page.on("framenavigated", self._came)

    def _came(self, frame: Frame) -> None:
        self.pages += frame.parent_frame is None

    def press(self, what: Locator) -> None:
        what.click()
        self.n += 1


def told(pattern: str, docs: str) -> list[int]:
    found = re.search(pattern, docs)
    assert found is not None
    return [int(one) for one in found.groups()]


def test_next_week_is_planned_for_three_teams_in_as_few_presses_as_the_docs_say(
    sign_in: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    page = sign_in("plateforme", "/coordination/board/")
    tabs = page.get_by_role("navigation", name="Coordination")
    count = Presses(page)
    count.press(tabs.get_by_role("link", name="Permanences"))
    count.press(page.get_by_role("link", name="La semaine d’après"))
    count.press(page.get_by_role("link", name="Prévoir cette semaine"))
    like = page.get_by_role("region", name="Comme une autre semaine")
    for team in TEAMS:
        count.press(like.get_by_role("checkbox", name=re.compile(f"^{team},")))
    count.press(like.get_by_role("checkbox", name=re.compile("^Avec les personnes")))
    count.press(like.get_by_role("button", name=re.compile("^Prévoir la semaine")))
    expect(page.get_by_role("status").first).to_contain_text("12 permanences sont nouvelles")
    planned = (count.n, count.pages)

    holes = page.locator(".roster-shift.is-danger")
    before = holes.count()
    assert before, "the demo leaves holes"
    filled = page.locator(".roster-shift.is-success").count()
    assert filled, "and takes people along"
    for look in looks(page):
        axe(page)
        picture(page, f"roster-planned-{look}")

    # A hole: the shift, the first whom nothing speaks against, and back to the week.
    hole = holes.first
    count.press(hole.get_by_role("link"))
    count.press(page.get_by_role("button", name=re.compile("^Y mettre")).first)
    expect(page.get_by_role("status").first).to_contain_text("est sur la permanence")
    count.press(page.get_by_role("navigation", name="Où vous êtes").get_by_role("link"))
    each = (count.n - planned[0], count.pages - planned[1])

    for docs, pattern in (
        (DOCS, r"three teams are (\d+) presses on (\d+) pages, each place that stayed free (\d+) more"),
        (FRENCH_DOCS, r"trois équipes : (\d+) pressions sur (\d+) pages, et (\d+) de plus par place restée libre"),
    ):  # fmt: skip
        assert told(pattern, docs) == [*planned, each[0]]
