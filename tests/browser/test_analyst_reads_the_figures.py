"""The analyst's way through the figures, by mouse and keyboard, on a phone and in the dark."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

PAGES = [
    f"/indicators/{page}"
    for page in (
        "",
        "all/",
        "trend/",
        "compare/",
        "heat/",
        "profiles/",
        "releases/",
        "definitions/",
        "tokens/",
    )
]


def test_an_analyst_chooses_a_period_a_breakdown_and_takes_the_file(sign_in: OpenPage) -> None:
    page = sign_in("indicateurs", "/indicators/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Indicateurs")
    page.get_by_role("link", name="Cette année").click()
    expect(page.locator(".presets [aria-current]")).to_have_text("Cette année")
    page.get_by_label("Lignes du tableau").select_option("month")
    page.get_by_role("button", name="Afficher").press("Enter")
    page.wait_for_url("**by=month**")
    expect(page.get_by_label("Lignes du tableau")).to_have_value("month")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Télécharger en CSV").click()
    file = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert list(csv.DictReader(StringIO(file), delimiter=";"))[-1]["by"] == "total"


def test_a_date_that_does_not_exist_is_explained_beside_its_field(sign_in: OpenPage) -> None:
    page = sign_in("indicateurs", "/indicators/")
    page.goto("/indicators/?from=2026-09-31&to=2026-10-01")
    field = page.get_by_label("Du", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(described).to_contain_text("Cette date n’existe pas dans le calendrier.")
    expect(page.locator("table")).to_have_count(0)


def test_the_pages_of_the_figures_are_accessible_and_fit_a_phone(
    sign_in: OpenPage, axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    for phone, dark in ((False, False), (True, True)):
        page = sign_in("indicateurs", "/indicators/", phone=phone, dark=dark)
        for address in PAGES:
            page.goto(address)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        page.goto("/indicators/")
        picture(page, "figures-phone-dark" if phone else "figures")


def test_a_partners_coordinator_reaches_their_figures_from_the_menu(sign_in: OpenPage) -> None:
    page = sign_in("coordination", "/indicators/")
    expect(
        page.get_by_role("navigation", name="Menu principal").get_by_text("Indicateurs")
    ).to_have_attribute("aria-current", "page")
    expect(page.locator("#breakdown")).to_have_count(0)


def test_a_counsellor_is_told_that_the_figures_are_not_theirs(sign_in: OpenPage) -> None:
    page = sign_in("conseillere.cdm", "/indicators/")
    response = page.goto("/indicators/")
    assert response is not None
    assert response.status == 403
    expect(page.locator("table")).to_have_count(0)
