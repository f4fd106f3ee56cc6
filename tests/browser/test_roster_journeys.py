"""The roster in a browser: a week is planned for three teams, a volunteer takes a shift on a phone, a hole is filled by keyboard."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage

LATER = timedelta(days=28)
"""A week in which the demo plans nothing yet."""


def monday(later: timedelta) -> date:
    today = datetime.now(BRUSSELS).date()
    return today - timedelta(days=today.weekday()) + later


def test_two_coordinators_plan_one_week_for_three_teams_and_a_volunteer_fills_a_hole(
    sign_in: OpenPage,
    looks: Callable[[Page], Iterator[str]],
    axe: Axe,
    picture: Callable[[Page, str], Path],
) -> None:
    week = f"/coordination/roster/?week={monday(LATER)}"
    platform = sign_in("plateforme", week)
    mine = sign_in("coordination", f"/coordination/roster/plan/?week={monday(LATER)}")

    # Both plan the same week; what the second one plans is added to what the first one did.
    platform.get_by_role("link", name="Prévoir cette semaine").click()
    for team in ("CDM Bruxelles", "CEFO", "DIORES"):
        platform.get_by_role("checkbox", name=f"{team}, 4 permanences").check()
    platform.get_by_label("Personnes nécessaires sur chacune").fill("1")
    picture(platform, "roster-plan")
    platform.get_by_role("button", name="Prévoir ces permanences").click()
    expect(platform.get_by_role("status").first).to_contain_text("12 permanences sont nouvelles")
    mine.get_by_role("checkbox", name="CDM Bruxelles").check()
    mine.get_by_label("Personnes nécessaires sur chacune").fill("5")
    mine.get_by_role("button", name="Prévoir ces permanences").click()
    expect(mine.get_by_role("status").first).to_contain_text("Rien de nouveau")
    bruxelles = mine.get_by_role("region", name="CDM Bruxelles")
    expect(bruxelles.get_by_text("0 sur 1")).to_have_count(4)

    # A phone: the menu, the shift, and it is theirs.
    phone = sign_in("conseillere.cdm", "/", phone=True)
    phone.get_by_role("navigation", name="Menu principal").get_by_text("Permanences").tap()
    opened = phone.get_by_role("region", name="Permanences que vous pouvez prendre")
    opened.get_by_role("link", name="plus tard").tap()
    phone.wait_for_url("**weeks=8**")
    opened.get_by_role("button", name="Je la prends").last.tap()
    expect(phone.get_by_role("status")).to_contain_text("Vous êtes sur la permanence")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    for look in looks(phone):
        axe(phone)
        picture(phone, f"roster-mine-{look}")

    # A hole is filled without a mouse; the person sees it.
    mine.goto(week)
    expect(bruxelles.get_by_text("Claire")).to_have_count(1)
    hole = bruxelles.locator(".roster-shift.is-danger").first.get_by_role("link")
    hole.press("Enter")
    mine.wait_for_load_state()
    mine.evaluate("window.stayed = true")
    mine.get_by_label("Chercher").fill("clai")
    mine.keyboard.press("Enter")
    expect(mine.locator("#could-be ~ .roster-people strong")).to_have_text(["Claire"])
    assert mine.evaluate("window.stayed"), "the search keeps the place"
    put = mine.get_by_role("button", name="Y mettre Claire")
    put.press("Enter")
    expect(mine.get_by_role("status").first).to_contain_text("Claire est sur la permanence")
    for look in looks(mine):
        axe(mine)
        picture(mine, f"roster-shift-{look}")
    phone.goto("/roster/")
    news = phone.get_by_role("form", name="Nouveau pour vous")
    expect(news).to_contain_text("la coordination vous a mis·e sur cette permanence")
    news.get_by_role("button", name="J’ai lu").tap()
    expect(news).to_have_count(0)

    # Undone, the place is free again.
    mine.goto(week)
    for look in looks(mine):
        axe(mine)
        picture(mine, f"roster-week-{look}")
    mine.set_viewport_size({"width": 768, "height": 1000})
    axe(mine)
    picture(mine, "roster-week-tablet")
