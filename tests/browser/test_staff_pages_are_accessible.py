"""The pages of volunteers, letters and operators under the eyes of axe, in three widths, light and dark, in French and Dutch.

Those of coordinators are in test_coordinator_edits_hours; the ones that need something to be there are here, too.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Axe, OpenPage
from tests.live.database_file import read
from tests.server import Server

WIDTHS = (1440, 768, 320)
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def key(server: Server, query: str) -> int:
    return int(read(server, query)[0]["id"])


def paths_of(server: Server) -> dict[str, list[str]]:
    """By account."""
    planned = key(
        server,
        """SELECT a.shift_id AS id FROM roster_assignment a JOIN routing_rules_counsellor c ON c.id = a.counsellor_id
           JOIN partners_staff s ON s.id = c.staff_id JOIN roster_shift h ON h.id = a.shift_id
           WHERE s.username = 'conseillere.cdm' ORDER BY h.date DESC LIMIT 1""",
    )
    somebody = key(server, "SELECT id FROM partners_staff WHERE username = 'hanne'")
    return {
        "conseillere.cdm": [
            "/roster/?weeks=8",
            "/roster/times/",
            "/roster/calendar/",
            f"/roster/shifts/{planned}/replacement/",
            "/roster/link/not-one/",
            "/accounts/letters/",
        ],
        "coordination": [
            f"/coordination/roster/shifts/{planned}/",
            f"/coordination/people/{somebody}/",
            "/coordination/coverage/?site=demo",
            "/coordination/teams/cdm-bruxelles/",
            "/accounts/letters/",
            "/indicators/reports/",
        ],
        "admin": ["/operator/"],
    }


@pytest.mark.parametrize("language", ["fr-BE", "nl-BE"])
def test_pages_of_staff_are_accessible_in_three_widths(
    server: Server, sign_in: OpenPage, axe: Axe, picture: Callable[[Page, str], Path], language: str
) -> None:
    too_wide = []
    for account, paths in paths_of(server).items():
        page = sign_in(account, paths[0], language=language)
        for path in paths:
            page.goto(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme="dark" if width == WIDTHS[-1] else "light")
                axe(page)
                if page.evaluate(TOO_WIDE):
                    too_wide.append((path, width))
            picture(page, f"staff-{language[:2]}-{path.strip('/').replace('/', '-').partition('?')[0]}")
    assert too_wide == []
