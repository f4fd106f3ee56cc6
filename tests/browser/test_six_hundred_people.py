"""Six hundred people: found, ticked and changed with the keyboard alone on a phone of 320 pixels, wherever somebody is looked for."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Axe, OpenPage
from tests.live.database_file import change, read
from tests.server import Server

PHONE = {"width": 320, "height": 640}
MANY = 600
WRITE = [
    f"""WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {MANY})
        INSERT INTO partners_staff (password, is_superuser, username, first_name, is_staff, is_active, date_joined, email, role,
                                    partner_id, session_generation)
        SELECT '!', 0, 'many' || n, 'Élodie ' || n, 0, 1, '2026-01-05 08:00:00', 'many' || n || '@example.be', 'counsellor',
               (SELECT id FROM partners_partner WHERE slug = 'cdm-bruxelles'), 0 FROM numbers""",
    """INSERT INTO routing_rules_counsellor (staff_id, languages, capacity)
       SELECT id, CASE id % 10 WHEN 0 THEN '["fr", "nl"]' ELSE '["fr"]' END, 2 FROM partners_staff WHERE username LIKE 'many%'""",
    """INSERT INTO routing_rules_counsellor_pools (counsellor_id, pool_id)
       SELECT one.id, pool.id FROM routing_rules_counsellor one JOIN partners_staff staff ON staff.id = one.staff_id
       JOIN routing_rules_pool pool ON pool.slug = 'cdm-bruxelles' WHERE staff.username LIKE 'many%'""",
    """INSERT INTO roster_shift (pool_id, date, start_minute, end_minute, needed, languages, themes, revision)
       SELECT id, '2031-05-02', 540, 720, 1, '[]', '[]', 1 FROM routing_rules_pool WHERE slug = 'cdm-bruxelles'""",
]
MINE = "(SELECT one.id FROM routing_rules_counsellor one JOIN partners_staff staff ON staff.id = one.staff_id WHERE username LIKE 'many%')"
TAKE_AWAY = [
    "DELETE FROM roster_shift WHERE date = '2031-05-02'",
    f"DELETE FROM routing_rules_counsellor_pools WHERE counsellor_id IN {MINE}",
    f"DELETE FROM routing_rules_counsellor WHERE id IN {MINE}",
    "DELETE FROM partners_staff WHERE username LIKE 'many%'",
]


@pytest.fixture(scope="module")
def many(server: Server) -> Iterator[None]:
    for write in WRITE:
        change(server, write)
    yield
    for take_away in TAKE_AWAY:
        change(server, take_away)


def on_a_phone(sign_in: OpenPage, path: str) -> Page:
    page = sign_in("plateforme", path)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    return page


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def tabs_until(page: Page, selector: str, *, most: int) -> int:
    """How many presses of Tab lead there."""
    for pressed in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return pressed
    raise AssertionError(f"{selector} is not reached by {most} presses")


@pytest.mark.usefixtures("many")
def test_a_request_is_tried_with_somebody_of_six_hundred(sign_in: OpenPage, axe: Axe) -> None:
    page = on_a_phone(sign_in, "/coordination/try/")
    finder, shown = page.locator("[data-finder]"), page.locator("[data-finder] label.choice:visible")
    expect(shown).to_have_count(50)
    assert_fits(page)
    find = page.locator("#find-ready")
    find.focus()
    assert tabs_until(page, "#try-it", most=70) < 70
    find.focus()
    page.keyboard.type("elodie")
    more = finder.get_by_role("button", name="En montrer plus")
    more.press("Enter")
    expect(shown).to_have_count(100)
    # The first of those that were not there before.
    assert (
        page.evaluate(
            "() => [...document.querySelectorAll('[data-finder] label:not([hidden]) input')].indexOf(document.activeElement)"
        )
        == 50
    )
    find.fill("")
    find.press_sequentially("bruxelles elodie 599")
    expect(shown).to_have_count(1)
    page.keyboard.press("Enter")
    assert "theme=" not in page.url
    tabs_until(page, "[data-finder] input[type=checkbox]", most=5)
    page.keyboard.press("Space")
    expect(finder.locator("output")).to_have_text(re.compile(r"cochées\s?: 1$"))
    page.locator("#try-it").press("Enter")
    expect(page.locator("#outcome .notice").first).to_be_visible()
    # The part of the page that came anew finds people, too.
    expect(page.locator("#find-ready")).to_be_visible()
    expect(page.locator("[data-finder] output")).to_have_text(re.compile(r"cochées\s?: 1$"))
    assert_fits(page)
    axe(page)


@pytest.mark.usefixtures("many")
def test_six_hundred_are_found_page_by_page_and_chosen_by_one_key(sign_in: OpenPage, axe: Axe) -> None:
    page = on_a_phone(sign_in, "/coordination/people/")
    search = page.locator("#filter-q")
    search.focus()
    page.keyboard.type("ELODIE")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("600 personnes")
    expect(page.locator("tbody tr")).to_have_count(50)
    assert_fits(page)
    page.get_by_role("link", name="Suite").press("Enter")
    expect(page.locator(".pages")).to_contain_text("2 / 12")
    everybody = page.locator("input[name=everybody]")
    everybody.press("Space")
    page.locator("#several-act").select_option("deactivate")
    expect(page.get_by_role("button", name="Désactiver 600 personnes")).to_be_visible()
    everybody.press("Space")
    page.locator("tbody input[type=checkbox]").first.press("Space")
    expect(page.get_by_role("button", name="Désactiver 1 personne")).to_be_visible()
    assert_fits(page)
    axe(page)


@pytest.mark.usefixtures("many")
def test_somebody_of_six_hundred_is_found_for_a_shift(server: Server, sign_in: OpenPage, axe: Axe) -> None:
    (shift,) = read(server, "SELECT id FROM roster_shift WHERE date = '2031-05-02'")
    page = on_a_phone(sign_in, f"/coordination/roster/shifts/{shift['id']}/")
    page.locator("#q").focus()
    page.keyboard.type("nederlands elodie 10")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_have_value("nederlands elodie 10")
    expect(page.locator("#could-be + * ~ ul .who-is").first).to_contain_text("Élodie")
    assert_fits(page)
    axe(page)
