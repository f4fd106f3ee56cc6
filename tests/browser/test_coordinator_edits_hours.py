"""A coordinator's morning, without a mouse; and every page of theirs under the eyes of axe."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

PAGES = [
    "board/", "board/?wall=1", "roster/", "roster/plan/", "roster/import/", "roster/team/cdm-bruxelles/new/",
    "", "week/cdm-bruxelles/", "exceptions/", "holidays/?pool=cdm-bruxelles&calendar=public&year=2030", "rules/",
    "try/", "what-if/", "coverage/?site=miti", "people/", "people/invite/", "people/import/", "teams/",
    "teams/new/", "themes/", "themes/new/", "sites/", "sites/miti/",
    "classes/", "classes/new/", "replies/", "replies/new/", "notices/", "notices/opening/fr/", "exchange/", "log/",
]  # fmt: skip


def test_hours_are_changed_with_the_keyboard_and_a_mistake_loses_nothing(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("coordination", "/coordination/")
    page.get_by_role("table").get_by_role("link", name="CDM Bruxelles", exact=True).press("Enter")
    thursday = page.get_by_label("Jeudi", exact=True)
    thursday.focus()
    page.keyboard.type("13:00-12:00")
    page.get_by_label("Valable dès le").fill((datetime.now(UTC).date() + timedelta(days=40)).isoformat())
    page.keyboard.press("Enter")

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("se termine avant de commencer")
    expect(summary).to_be_focused()
    expect(thursday).to_have_value("13:00-12:00")
    expect(thursday).to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link", name="Jeudi").press("Enter")
    expect(thursday).to_be_focused()

    thursday.fill("13:00-16:00")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("sont enregistrées")
    expect(page.get_by_role("heading", name="Heures de la semaine")).to_be_visible()
    coming = page.locator(".notice.is-warning").filter(has_text="13:00-16:00")
    expect(coming).to_be_visible()
    coming.get_by_role("button", name="Retirer").press("Enter")
    expect(coming).to_have_count(0)


def test_somebody_elses_hours_are_shown_and_say_why_they_cannot_be_changed(
    sign_in: Callable[..., Page],
) -> None:
    page = sign_in("coordination", "/coordination/")
    page.get_by_role("table").get_by_role("link", name="CEFO", exact=True).click()
    expect(page.get_by_text("c’est à CEFO Mons, dont la coordination s’en occupe")).to_be_visible()
    expect(page.get_by_role("button", name="Enregistrer ces heures")).to_have_count(0)


def test_a_rule_is_moved_without_losing_the_place(sign_in: Callable[..., Page]) -> None:
    page = sign_in("plateforme", "/coordination/rules/")
    page.get_by_role("button", name="Modifier les règles").press("Enter")
    names = page.locator(".rule h3")
    expect(names).to_have_text(["Démonstration", "Tout le monde"])
    down = page.get_by_role("button", name="Descendre : Démonstration").or_(
        page.get_by_role("button", name="Descendre: Démonstration")
    )
    identity = down.get_attribute("id")
    # The script that keeps the place is deferred: pressed before it is there, the form reloads the page.
    page.wait_for_load_state()
    page.evaluate("window.stayed = true")
    down.press("Enter")
    expect(names).to_have_text(["Tout le monde", "Démonstration"])
    assert page.evaluate("window.stayed")
    expect(page.get_by_text("qui prend tout")).to_be_visible()
    page.locator(f"#{identity}").locator("xpath=preceding-sibling::button").press("Enter")
    expect(names).to_have_text(["Démonstration", "Tout le monde"])
    page.locator("summary", has_text="Jeter le brouillon").press("Enter")
    page.get_by_role("button", name="Oui, le jeter").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Le brouillon est jeté")


def test_a_try_shows_each_step_and_its_address_can_be_bookmarked(sign_in: Callable[..., Page]) -> None:
    page = sign_in("plateforme", "/coordination/try/")
    page.get_by_label("Site").select_option("demo")
    page.get_by_label("Claire (CDM Bruxelles)").check()
    page.get_by_role("button", name="Essayer").press("Enter")
    expect(
        page.get_by_text("appelle : Claire").or_(page.get_by_text("appelle\u00a0: Claire")).first
    ).to_be_visible()
    expect(page.get_by_label("Claire (CDM Bruxelles)")).to_be_checked()
    page.wait_for_url("**site=demo**")
    page.reload()
    expect(page.get_by_label("Claire (CDM Bruxelles)")).to_be_checked()


def test_every_page_is_accessible_and_fits(
    sign_in: Callable[..., Page], axe: Callable[[Page], None], looks: Callable[[Page], Iterator[str]]
) -> None:
    page = sign_in("plateforme", "/coordination/")
    for path in PAGES:
        page.goto(f"/coordination/{path}")
        assert page.evaluate("scrollY") == 0, f"{path} does not begin at its top"
        for look in looks(page):
            too_wide = page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not too_wide, (path, look)
            # Colours change with the scheme, places with the size: two of the four show all of it.
            if look in {"desktop-light", "phone-dark"}:
                axe(page)
