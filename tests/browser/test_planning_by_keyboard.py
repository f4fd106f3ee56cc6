"""A coordinator's planning day without a mouse: signing in, the board and its acts, the week, its people, undoing, signing out."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import OpenPage
from tests.browser.keyboard import places, press, tab_to, walk
from tests.live.database_file import change, read
from tests.server import Server

OPEN = """
INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
SELECT id, ?, 'open', ?, ?, 'clavier' FROM routing_rules_pool WHERE slug = 'cdm-bruxelles'
"""
TEAM = "CDM Bruxelles"


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One team is open for hours, and its people have addresses."""
    with Server(tmp_path_factory.mktemp("keyboard"), prepared=prepared) as running:
        now = datetime.now(BRUSSELS)
        minute = max(0, now.hour * 60 + now.minute - 60)
        change(running, OPEN, now.date().isoformat(), minute, minute + 600)
        yield running


def far_monday() -> date:
    """Of a week in which the demo plans nothing."""
    today = datetime.now(BRUSSELS).date()
    return today + timedelta(days=28 - today.weekday())


def told(page: Page) -> Locator:
    return page.get_by_role("status").first


def test_the_whole_planning_day_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/accounts/login/?next=/coordination/board/")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type("coordination")
    tab_to(page, page.locator("#id_password"))
    page.keyboard.type("miti-demo")
    page.keyboard.press("Enter")

    # The board and its acts; each is undone.
    team = page.locator(".board-team", has=page.get_by_role("heading", name=TEAM, exact=True))
    press(page, team.get_by_role("button", name="Appeler à l’aide"))
    expect(told(page)).to_contain_text(re.compile("lettres? (est|sont) partie"))
    for act, says in (("Ouvrir 30 min de plus", "reste ouverte"), ("Fermer plus tôt", "ne prend plus")):
        press(page, team.get_by_role("button", name=act), "Space")
        expect(told(page)).to_contain_text(says)
        press(page, page.get_by_role("button", name="Annuler cet acte").first)
        expect(told(page)).to_contain_text("tout est comme avant")

    # The week: two later, planned from the opening hours.
    press(page, page.get_by_role("navigation", name="Coordination").get_by_role("link", name="Permanences"))
    for _week in range(4):
        with page.expect_navigation():
            press(page, page.get_by_role("link", name="La semaine d’après"))
    press(page, page.get_by_role("link", name="Prévoir cette semaine"))
    hours = page.get_by_role("region", name="D’après les heures d’ouverture")
    press(page, hours.get_by_role("checkbox", name=re.compile(f"^{TEAM},")), "Space")
    press(page, hours.get_by_role("button"))
    expect(told(page)).to_contain_text("4 permanences sont nouvelles")

    # A shift: somebody is put on it, moved to another one, and those who could come are written to.
    week = page.get_by_role("region", name=TEAM)
    press(page, week.locator(".roster-shift a").first)
    press(page, page.get_by_role("button", name="Y mettre Claire"))
    expect(told(page)).to_contain_text("Claire est sur la permanence")
    tab_to(page, page.get_by_label("Vers quelle permanence déplacer Claire"))
    page.keyboard.press("End")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Déplacer Claire")).to_be_focused()
    page.keyboard.press("Enter")
    expect(told(page)).to_contain_text("Claire a été déplacé")
    press(page, page.get_by_role("button", name=re.compile("qui pourrai(t|ent) venir")))
    expect(told(page)).to_contain_text(re.compile("lettres? part"))

    # The acts before the last one are behind a line that opens.
    more = page.locator(".undo-more")
    press(page, more.locator("summary"))
    expect(more).to_have_attribute("open", "")
    press(page, more.get_by_role("button").first)
    expect(told(page)).not_to_contain_text("part dans")

    # A wrong hour: the focus is where the mistake is told, and its link leads to the field.
    press(page, page.get_by_role("navigation", name="Coordination").get_by_role("link", name="Permanences"))
    page.goto(f"/coordination/roster/?week={far_monday()}")
    press(page, week.locator(".roster-shift a").first)
    tab_to(page, page.get_by_label("Heures"))
    page.keyboard.press("Control+A")
    page.keyboard.type("12:00-9:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    press(page, page.get_by_role("alert").get_by_role("link", name="Heures"))
    expect(page.get_by_label("Heures")).to_be_focused()

    press(page, page.get_by_role("button", name="Se déconnecter"))
    page.wait_for_url("**/accounts/login/**")


@pytest.mark.parametrize(
    ("account", "paths"),
    [
        ("coordination", ["board/", "board/?wall=1", "roster/", "roster/plan/", "roster/import/", "roster/team/cdm-bruxelles/new/"]),
        ("coordination", ["", "week/cdm-bruxelles/", "exceptions/", "coverage/", "people/", "people/import/", "exchange/", "log/"]),
    ],
)  # fmt: skip
def test_tab_leads_everywhere_on_a_planning_page_in_its_order_and_out_again(
    sign_in: OpenPage, account: str, paths: list[str]
) -> None:
    page = sign_in(account, "/coordination/")
    for path in paths:
        page.goto(f"/coordination/{path}")
        goes_around(page)


def test_tab_leads_everywhere_on_the_volunteers_pages(server: Server, sign_in: OpenPage) -> None:
    (row,) = read(
        server,
        """SELECT a.shift_id FROM roster_assignment a JOIN routing_rules_counsellor c ON c.id = a.counsellor_id
           JOIN partners_staff s ON s.id = c.staff_id JOIN roster_shift h ON h.id = a.shift_id
           WHERE s.username = 'conseillere.cdm' ORDER BY h.date DESC LIMIT 1""",
    )
    page = sign_in("conseillere.cdm", "/roster/")
    for path in ("", "times/", "calendar/", f"shifts/{row['shift_id']}/replacement/"):
        page.goto(f"/roster/{path}")
        goes_around(page)


def goes_around(page: Page) -> None:
    found = [one.order for one in walk(page)]
    missing = set(places(page)) - set(found)
    names = [
        page.evaluate("n => document.querySelectorAll('*')[n].outerHTML.slice(0, 120)", n) for n in missing
    ]
    assert not names, (page.url, names)
    assert found == sorted(found), f"{page.url}: Tab does not go as the page is read"
