"""A volunteer on a phone: a shift in three taps from the console, somebody in one's place in as few, and the colleague who comes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.live.database_file import change
from tests.server import Server

TAPS = 3
NOBODY = "DELETE FROM roster_assignment"
NOTHING = "DELETE FROM roster_shift"
ONE = """
INSERT INTO roster_shift (pool_id, date, start_minute, end_minute, needed, languages, themes, revision)
SELECT id, ?, 540, 720, 1, '[]', '[]', 1 FROM routing_rules_pool WHERE slug = 'cdm-bruxelles'
"""
SAME_PASSWORD = """
UPDATE partners_staff SET password = (SELECT password FROM partners_staff WHERE username = 'conseillere.cdm') WHERE username = 'hanne'
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One shift is planned, on the Monday that comes, and nobody is on it."""
    with Server(tmp_path_factory.mktemp("volunteer"), prepared=prepared) as running:
        change(running, NOBODY)
        change(running, NOTHING)
        change(running, ONE, monday().isoformat())
        change(running, SAME_PASSWORD)
        yield running


def monday() -> date:
    today = datetime.now(BRUSSELS).date()
    return today + timedelta(days=7 - today.weekday())


class Taps:
    def __init__(self) -> None:
        self.n = 0

    def tap(self, what: Locator) -> None:
        what.tap()
        self.n += 1


def narrow(page: Page) -> Page:
    page.set_viewport_size({"width": 320, "height": 640})
    return page


def test_a_shift_is_taken_in_three_taps_and_so_is_somebody_found_in_ones_place(
    sign_in: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    console = narrow(sign_in("conseillere.cdm", "/console/", phone=True))
    taking = Taps()
    taking.tap(console.get_by_role("button", name="Menu"))
    with console.expect_popup() as opened:
        taking.tap(console.get_by_role("link", name="Permanences"))
    claire = opened.value
    taking.tap(claire.get_by_role("button", name="Je la prends"))
    expect(claire.get_by_role("status")).to_contain_text("Vous êtes sur la permanence")
    assert taking.n <= TAPS
    assert not claire.evaluate("document.documentElement.scrollWidth > innerWidth")
    picture(claire, "roster-mine-taken")

    # Somebody in one's place.
    looking = Taps()
    looking.tap(claire.get_by_role("link", name="Trouver quelqu’un à ma place"))
    for look in looks(claire):
        axe(claire)
        picture(claire, f"roster-replacement-{look}")
    looking.tap(claire.get_by_role("button", name="Demander"))
    expect(claire.get_by_role("status")).to_contain_text("2 collègues sont prévenu·es")
    expect(claire.get_by_text("Tant que personne ne vient, vous êtes attendu·e")).to_be_visible()
    assert looking.n <= TAPS

    # The colleague reads it in Dutch, and comes.
    hanne = narrow(sign_in("hanne", "/", phone=True, language="nl-BE"))
    coming = Taps()
    coming.tap(hanne.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Permanenties"))
    asked = hanne.get_by_role("region", name="Collega’s")
    expect(asked.get_by_role("button")).to_be_visible()
    axe(hanne)
    picture(hanne, "roster-colleague-nl")
    coming.tap(asked.get_by_role("button"))
    expect(hanne.get_by_role("status")).to_contain_text("U komt in de plaats van uw collega")
    assert coming.n <= TAPS
    claire.goto("/roster/")
    expect(claire.get_by_role("form", name="Nouveau pour vous")).to_contain_text(
        "quelqu’un vient à votre place"
    )
    expect(claire.get_by_text("Vous n’êtes encore sur aucune permanence")).to_be_visible()
