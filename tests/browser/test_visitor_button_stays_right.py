"""What the button says on a page that stays open, is out of sight, or comes back from the page cache."""

import re

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage


def test_the_button_follows_the_opening_hours_without_another_request(
    open_page: OpenPage,
) -> None:
    page = open_page("about:blank")
    status = {
        "state": "closed",
        "label": "Fermé, retour aujourd’hui à 9 h",
        "later": [
            {"in_s": 3600, "state": "open", "label": "Une question ?"},
            {"in_s": 7200, "state": "closed", "label": "Fermé, retour demain à 9 h"},
        ],
    }
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json=status)

    page.route(re.compile("/status"), answer)
    page.clock.install()
    page.goto("/demo/")
    button = page.get_by_role("button", name="Fermé, retour aujourd’hui à 9 h")
    expect(button).to_be_visible()
    # The clock goes on by itself too: far from the hour on both sides.
    page.clock.fast_forward(3_000_000)
    expect(button).to_be_visible()
    page.clock.fast_forward(700_000)
    expect(page.get_by_role("button", name="Une question ?")).to_be_visible()
    page.clock.fast_forward(3_600_000)
    expect(page.get_by_role("button", name="Fermé, retour demain à 9 h")).to_be_visible()
    assert len(asked) == 1


def test_a_page_seen_again_asks_once_more_only_after_a_minute_out_of_sight(open_page: OpenPage) -> None:
    page = open_page("about:blank")
    told = {"state": "closed", "label": "Fermé pour le moment"}
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json=told)

    page.route(re.compile("/status"), answer)
    page.clock.install()
    page.goto("/demo/")
    expect(page.get_by_role("button", name=told["label"])).to_be_visible()
    told["label"] = "Une question ?"

    def turn(hidden: bool) -> None:
        page.evaluate(
            """hidden => {
                Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
            }""",
            hidden,
        )

    def back(persisted: bool) -> None:
        page.evaluate(
            "persisted => dispatchEvent(new PageTransitionEvent('pageshow', { persisted }))", persisted
        )

    # In sight all the time; then out of sight for half a minute; then loaded as usual.
    page.clock.fast_forward(300_000)
    page.evaluate("dispatchEvent(new Event('focus'))")
    back(persisted=False)
    turn(hidden=True)
    page.clock.fast_forward(30_000)
    turn(hidden=False)
    assert len(asked) == 1
    turn(hidden=True)
    page.clock.fast_forward(90_000)
    turn(hidden=False)
    expect(page.get_by_role("button", name="Une question ?")).to_be_visible()
    assert len(asked) == 2
    back(persisted=True)
    assert len(asked) == 2
    turn(hidden=True)
    page.clock.fast_forward(15_000)
    told["label"] = "Fermé, retour lundi à 9 h"
    turn(hidden=False)
    assert len(asked) == 2
    back(persisted=True)
    expect(page.get_by_role("button", name="Fermé, retour lundi à 9 h")).to_be_visible()
    assert len(asked) == 3
