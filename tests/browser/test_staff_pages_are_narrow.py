"""At 320 CSS pixels (a laptop at 400 %) no page of the staff scrolls sideways, and nothing of the head is cut off."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.test_coordinator_edits_hours import PAGES
from tests.live.database_file import change
from tests.server import Server

NARROW = {"width": 320, "height": 640}
OF = {
    "plateforme": [f"/coordination/{path}" for path in PAGES],
    "coordination": ["/coordination/", "/coordination/people/"],
    "conseillere.cdm": ["/roster/", "/roster/times/", "/roster/calendar/"],
    "indicateurs": [
        "/indicators/",
        "/indicators/all/",
        "/indicators/trend/",
        "/indicators/compare/",
        "/indicators/heat/",
        "/indicators/releases/",
        "/indicators/reports/",
        "/indicators/definitions/",
        "/indicators/tokens/",
    ],
}
CUT_OFF = """() => [...document.querySelectorAll("header a, header button, main h1, main label, main .badge, main .button")]
  .filter(one => !one.closest(".table-scroll, .tabs, .visually-hidden, .skip-link, [hidden]") && one.offsetParent)
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map(one => one.outerHTML.slice(0, 100))"""
COVERED = """() => [...document.querySelectorAll("td, th")].filter(cell =>
  [...cell.querySelectorAll(".badge, .hint")].some(one => one.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1))
  .map(cell => cell.outerHTML.slice(0, 120))"""


ROWS = {
    """INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
       SELECT id, '2031-05-02', 'open', 540, 1080, 'Salon des études et des professions' FROM routing_rules_pool LIMIT 1""": (
        "DELETE FROM routing_rules_datedexception WHERE date = '2031-05-02'"
    ),
    """INSERT INTO routing_rules_planversion (number, state, revision, note, published_at)
       VALUES (0, 'retired', 1, 'Permanence germanophone', '2026-01-05 08:00:00')""": (
        "DELETE FROM routing_rules_planversion WHERE number = 0"
    ),
}
"""Of which a page is wider: what writes one, and what takes it away."""


@pytest.fixture(scope="module")
def rows(server: Server) -> Iterator[None]:
    for write in ROWS:
        change(server, write)
    yield
    for take_away in ROWS.values():
        change(server, take_away)


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("account", list(OF))
@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
def test_pages_fit_into_320_pixels(sign_in: Callable[..., Page], account: str, language: str) -> None:
    page = sign_in(account, OF[account][0], language=language)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found = {}
    for path in OF[account]:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        cut, covered = page.evaluate(CUT_OFF), page.evaluate(COVERED)
        if wide > NARROW["width"] or cut or covered:
            found[path] = (wide, cut, covered)
    assert found == {}
