"""An opening begins and nobody is there: two coordinators are told, the board says so by itself, and one press calls the team."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.browser.letters import ReadLetter, letters_of
from tests.browser.socket_counsellor import SocketCounsellor
from tests.live.database_file import change, eventually
from tests.server import Server

BOARD = "/coordination/board/"
BEGUN = "CDM Bruxelles : l’ouverture a commencé et il n’y a personne"
CLOSE_ALWAYS = """
DELETE FROM routing_rules_openinginterval WHERE timetable_id IN (
    SELECT t.id FROM routing_rules_timetable t JOIN routing_rules_pool p ON p.id = t.pool_id WHERE p.slug NOT LIKE 'demo-%')
"""
OPEN_NOW = """
INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
SELECT id, ?, 'open', ?, ?, 'essai' FROM routing_rules_pool WHERE slug = 'cdm-bruxelles'
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """No real team is open before the test says so."""
    with Server(tmp_path_factory.mktemp("opening"), prepared=prepared) as running:
        change(running, CLOSE_ALWAYS)
        yield running


def team(page: Page) -> Locator:
    return page.locator(".board-team", has=page.get_by_role("heading", name="CDM Bruxelles", exact=True))


def letters(server: Server, subject: str) -> dict[str, ReadLetter]:
    return {one.to: one for one in letters_of(server) if subject in one.subject}


def test_two_people_are_told_of_an_opening_without_anybody_and_one_press_calls_the_team(
    server: Server,
    sign_in: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    pages = [sign_in(account, BOARD) for account in ("coordination", "plateforme")]
    for page in pages:
        expect(page.get_by_text(BEGUN)).to_have_count(0)

    # It begins in this minute. That it is told of within a minute is shown with a clock that stands still (tests/coordination).
    now = datetime.now(BRUSSELS)
    minute = now.hour * 60 + now.minute
    change(server, OPEN_NOW, now.date().isoformat(), minute, minute + 240)
    for page in pages:
        expect(page.get_by_text(BEGUN)).to_be_visible()
    eventually(lambda: {"coordination", "plateforme"} <= set(letters(server, "CDM Bruxelles est ouverte")))
    told = letters(server, "CDM Bruxelles est ouverte")
    assert set(told) == {"coordination", "plateforme"}, "and nobody else"
    (path,) = told["coordination"].paths(BOARD)

    page = pages[0]
    page.goto(path)
    for look in looks(page):
        axe(page)
        picture(page, f"board-alert-{look}")
    team(page).get_by_role("button", name="Appeler à l’aide").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("lettres sont parties")
    eventually(lambda: "conseillere.cdm" in letters(server, "demande de l’aide"))
    assert letters(server, "demande de l’aide")["conseillere.cdm"].paths("/console/")

    # Whoever comes is seen without anybody loading a page again.
    with SocketCounsellor(server):
        for one in pages:
            expect(team(one)).to_contain_text("Claire")
            expect(team(one)).to_contain_text("1 connecté·e")
