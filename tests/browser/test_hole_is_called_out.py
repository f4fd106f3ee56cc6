"""A hole in the roster, from the grid back to the grid: a coordinator calls it out, a volunteer takes it by the link of a letter."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.browser.letters import ReadLetter, letters_of, send_letters_about_shifts
from tests.live.database_file import change, eventually
from tests.server import Server

SAME_PASSWORD = """
UPDATE partners_staff SET password = (SELECT password FROM partners_staff WHERE username = 'conseillere.cdm') WHERE username = 'hanne'
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With addresses to write to, and nobody else's letters."""
    with Server(tmp_path_factory.mktemp("hole"), prepared=prepared) as running:
        yield running


def far_monday() -> date:
    """Of a week in which the demo plans nothing."""
    today = datetime.now(BRUSSELS).date()
    return today + timedelta(days=28 - today.weekday())


def called_out(server: Server) -> dict[str, ReadLetter]:
    """By whom they were sent to, the letters about a shift of that Monday."""
    return {
        one.to: one
        for one in letters_of(server)
        if f" {far_monday().day} " in one.subject and "il manque quelqu’un" in one.subject
    }


def test_a_hole_is_called_out_and_taken_by_the_link_of_a_letter(
    server: Server,
    sign_in: OpenPage,
    open_page: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    week = f"/coordination/roster/?week={far_monday()}"
    page = sign_in("coordination", f"/coordination/roster/plan/?week={far_monday()}")
    page.get_by_role("checkbox", name="CDM Bruxelles").check()
    page.get_by_label("Personnes nécessaires sur chacune").fill("1")
    page.get_by_role("button", name="Prévoir ces permanences").click()
    team = page.get_by_role("region", name="CDM Bruxelles")
    expect(team.locator(".roster-shift.is-danger")).to_have_count(4)

    # From the hole in the grid: two presses.
    team.locator(".roster-shift.is-danger").first.get_by_role("link").click()
    page.get_by_role("button", name="personnes qui pourraient venir").click()
    expect(page.get_by_role("status").first).to_contain_text("lettres partent dans les minutes qui viennent")
    expect(page.get_by_role("button", name="pourraient venir")).to_have_count(0)

    send_letters_about_shifts(server)
    eventually(lambda: {"conseillere.cdm", "hanne", "iryna"} <= set(called_out(server)))
    letters = called_out(server)
    letter = letters["conseillere.cdm"]
    assert "Hanne" not in letter.text, "it names nobody but its reader"
    (path,) = letter.paths("/roster/link/")

    # On a phone: the link, signing in, and one press.
    phone = open_page(path, phone=True)
    phone.wait_for_url("**/accounts/login/?next=/roster/link/**")
    phone.fill("#id_login", "conseillere.cdm")
    phone.fill("#id_password", "miti-demo")
    phone.press("#id_password", "Enter")
    phone.wait_for_url(f"**{path}")
    for look in looks(phone):
        assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth"), look
        axe(phone)
        picture(phone, f"roster-link-{look}")
    phone.get_by_role("button", name="Je la prends").tap()
    expect(phone.get_by_role("status")).to_contain_text("Vous êtes sur la permanence")

    page.goto(week)
    filled = team.locator(".roster-shift.is-success")
    expect(filled).to_have_count(1)
    expect(filled).to_contain_text("1 sur 1")
    expect(filled).to_contain_text("Claire")

    # Whoever comes later reads that it is taken, and takes nothing.
    change(server, SAME_PASSWORD)
    (late,) = letters["hanne"].paths("/roster/link/")
    second = sign_in("hanne", late, phone=True)
    second.get_by_role("button", name="Je la prends").tap()
    expect(second.get_by_role("status")).to_contain_text("Quelqu’un a été plus rapide")
    page.reload()
    expect(filled).to_contain_text("1 sur 1")


def test_the_link_of_somebody_else_is_of_no_use(
    server: Server, sign_in: OpenPage, axe: Axe, picture: Callable[[Page, str], Path]
) -> None:
    page = sign_in("conseiller.cefo", "/roster/link/not-mine/", language="nl-BE")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deze link is niet voor deze account")
    axe(page)
    picture(page, "roster-link-not-mine")
