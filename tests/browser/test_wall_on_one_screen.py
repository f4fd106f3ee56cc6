"""The board on a wall is one screen: nothing scrolls, the alerts are seen, and it is read from three metres away."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.time_zone import BRUSSELS
from tests.browser.conftest import Axe, OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.live.database_file import change
from tests.server import Server

WALL = "/coordination/board/?wall=1"
ALERT = """
INSERT OR REPLACE INTO coordination_alertwatch (kind, team, since, began, calm, seen, revision) VALUES (?, ?, ?, ?, ?, ?, 0)
"""
MORE_TEAMS = """
INSERT INTO routing_rules_pool (slug, name, partner_id, timezone, active)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 13)
SELECT 'more-' || i, 'Carrefour de Marche-en-Famenne ' || i, NULL, 'Europe/Brussels', 1 FROM n
"""
OPEN_NOW = """
INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
SELECT id, ?, 'open', ?, 600 + ?, '' FROM routing_rules_pool WHERE slug NOT LIKE 'demo-%'
"""
SHIFTS = """
INSERT OR IGNORE INTO roster_shift (pool_id, date, start_minute, end_minute, needed, languages, themes, revision)
SELECT id, ?, 540, 720, 3, '[]', '[]', 1 FROM routing_rules_pool WHERE slug LIKE 'cdm-%'
"""
# Neither the page nor anything on it scrolls, and nothing is beyond an edge.
SCROLLS = """
[document.documentElement, ...document.querySelectorAll("#board, #board *:not(.visually-hidden)")]
  .filter((one) => {
    const { bottom, right } = one.getBoundingClientRect();
    const clips = one === document.documentElement || getComputedStyle(one).overflow !== "visible";
    return bottom > innerHeight + 1 || right > innerWidth + 1
      || (clips && (one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth));
  })
  .map((one) => `${one.tagName} ${one.className}`)
"""
SMALLEST = """
Math.min(...[...document.querySelectorAll("#board [data-part] :not(.visually-hidden)")]
  .filter((one) => one.innerText?.trim()).map((one) => parseFloat(getComputedStyle(one).fontSize))) / innerHeight
"""
READABLE = 1 / 48
"""Of the height of a screen, 60 cm for a wall: letters of 12 mm, of which the capitals have 9. They are read from three metres and more."""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its twelve teams are open, and lack people tomorrow."""
    with Server(tmp_path_factory.mktemp("wall"), prepared=prepared) as running:
        began = timezone.now().astimezone(BRUSSELS) - timedelta(hours=1)
        minute = began.hour * 60 + began.minute
        change(running, OPEN_NOW, began.date().isoformat(), minute, minute)
        change(running, SHIFTS, (began + timedelta(days=2)).date().isoformat())
        yield running


def alert(server: Server, kind: str, *teams: str) -> None:
    """An alert that is on, and whose end does not come while the test looks: the calm before it begins in an hour."""
    began = time.time() - 700
    for team in teams:
        change(server, ALERT, kind, team, began, began, time.time() + 3600, time.time())


def must_be_one_screen(page: Page, readable: float = READABLE) -> None:
    assert page.evaluate(SCROLLS) == []
    assert page.evaluate(SMALLEST) >= readable


SIZES = {"full-hd": (1920, 1080), "hd": (1280, 720)}


def test_twelve_teams_and_all_alerts_fit_on_a_wall(
    server: Server, sign_in: OpenPage, axe: Axe, picture: Callable[[Page, str], Path]
) -> None:
    alert(server, "long_wait", "")
    alert(server, "opening_unattended", "cdm-namur", "cdm-liege", "cdm-charleroi", "cefo", "diores")
    alert(server, "team_empty", "isp")
    with SocketCounsellor(server):
        for language, nobody, wait in (
            ("fr-BE", "L’ouverture a commencé et il n’y a personne", "Quelqu’un attend depuis longtemps."),
            ("nl-BE", "De opening is begonnen en er is niemand", "Iemand wacht al lang."),
        ):
            page = sign_in("plateforme", WALL, language=language)
            alerts = page.locator(".wall-alerts li")
            expect(alerts).to_have_count(3)
            expect(alerts.nth(0)).to_contain_text(wait)
            expect(alerts.nth(1)).to_contain_text(nobody)
            expect(alerts.nth(1)).to_contain_text("CDM Namur")
            cards = page.locator(".wall-card")
            expect(cards).to_have_count(12)
            # What an alert is about stands first.
            assert (
                cards.evaluate_all("all => all.map(one => one.matches('.is-alert'))")
                == [True] * 6 + [False] * 6
            )
            for name, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                for colours in ("light", "dark"):
                    page.emulate_media(color_scheme=colours)
                    picture(page, f"wall-{name}-{colours}-{language[:2]}")
                    must_be_one_screen(page)
                    expect(alerts.last).to_be_in_viewport(ratio=1)
            axe(page)
            expect(page.locator("body")).not_to_contain_text("Claire")


def test_few_teams_stand_large_and_many_stand_closer(
    server: Server, sign_in: OpenPage, picture: Callable[[Page, str], Path]
) -> None:
    page = sign_in("plateforme", WALL)
    page.set_viewport_size({"width": 1920, "height": 1080})
    cards = page.locator(".wall-card")
    change(server, "UPDATE routing_rules_pool SET active = slug IN ('cdm-namur', 'demo-cdm', 'accueil')")
    expect(cards).to_have_count(3)
    picture(page, "wall-3-teams")
    must_be_one_screen(page)
    large = page.evaluate(SMALLEST)
    change(server, "UPDATE routing_rules_pool SET active = 1")
    change(server, MORE_TEAMS)
    began = timezone.now().astimezone(BRUSSELS) - timedelta(hours=1)
    minute = began.hour * 60 + began.minute
    change(server, f"{OPEN_NOW} AND slug LIKE 'more-%'", began.date().isoformat(), minute, minute)
    # It comes by itself, and what is on the page makes room.
    expect(cards).to_have_count(25)
    picture(page, "wall-25-teams")
    must_be_one_screen(page, READABLE * 0.7)
    assert page.evaluate(SMALLEST) < large
    page.set_viewport_size({"width": 1280, "height": 720})
    picture(page, "wall-25-teams-hd")
    must_be_one_screen(page, READABLE * 0.7)
    change(
        server,
        "DELETE FROM routing_rules_datedexception WHERE pool_id IN (SELECT id FROM routing_rules_pool WHERE slug LIKE 'more-%')",
    )
    expect(cards).not_to_have_count(25)
    expect(page.locator(".wall-closed")).to_contain_text("Carrefour de Marche-en-Famenne 1")
    picture(page, "wall-25-teams-some-closed-hd")
    must_be_one_screen(page)
