"""The pages of figures on screens: tables use the room there is, a phone shows what matters, a finger hits, words can be read."""

from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.figures_pages import LANGUAGES, PAGES, landmarks_of_one_name, open_whole, words
from tests.server import Server

DESKTOPS = (1280, 1440, 1920)
CUT = """
() => [...document.querySelectorAll(".table-scroll")]
  .filter((box) => box.scrollWidth > box.clientWidth)
  .map((box) => `${box.querySelector("table").id}: ${box.scrollWidth} in ${box.clientWidth}`)
"""
SMALL = """
() => [...document.querySelectorAll("table a")]
  .map((link) => [link.textContent, link.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([words, box]) => `${words}: ${box.width} by ${box.height}`)
"""
BOXES = """
(which) => [...document.querySelectorAll(which)].filter((one) => one.checkVisibility()).map((one) => {
  const box = one.getBoundingClientRect();
  return [one.textContent, box.left, box.top, box.right, box.bottom];
})
"""
READABLE_PX = 10
"""The least height of a line of words in a drawing."""


@pytest.fixture(scope="module")
def server(figures_server: Server) -> Server:
    return figures_server


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_table_is_cut_where_there_is_room(sign_in: OpenPage, language: str) -> None:
    page = sign_in("indicateurs", "/indicators/", language=language)
    found = {}
    for address in PAGES:
        open_whole(page, address)
        for width in DESKTOPS:
            page.set_viewport_size({"width": width, "height": 900})
            if cut := page.evaluate(CUT):
                found[f"{address} at {width}"] = cut
    assert found == {}, words(found)


def test_links_in_tables_are_large_enough_for_a_finger(sign_in: OpenPage) -> None:
    page = sign_in("indicateurs", "/indicators/", phone=True)
    links, small = 0, {}
    for address in PAGES:
        open_whole(page, address)
        links += page.locator("table a").count()
        if found := page.evaluate(SMALL):
            small[address] = found
    assert links > 2
    assert small == {}, words(small)


@pytest.mark.parametrize("phone", [False, True])
def test_who_moves_by_landmarks_can_tell_them_apart(sign_in: OpenPage, phone: bool) -> None:
    page = sign_in("indicateurs", "/indicators/", phone=phone)
    for address in PAGES:
        open_whole(page, address)
        assert landmarks_of_one_name(page) == [], address


def test_a_phone_shows_the_rate_of_each_month(sign_in: OpenPage) -> None:
    page = sign_in("indicateurs", "/indicators/trend/", phone=True)
    open_whole(page, "/indicators/trend/")
    (rate,) = page.evaluate(BOXES, "#trend tbody tr:first-child strong")
    assert rate[3] <= page.evaluate("innerWidth")


@pytest.mark.parametrize("width", [320, 360, 640, 705, 768, 1280])
def test_the_words_of_the_chart_can_be_read(sign_in: OpenPage, width: int) -> None:
    page = sign_in("indicateurs", "/indicators/trend/")
    page.set_viewport_size({"width": width, "height": 900})
    open_whole(page, "/indicators/trend/")
    boxes = page.evaluate(BOXES, ".chart text")
    assert len(boxes) >= 8
    for one in boxes:
        assert one[4] - one[2] >= READABLE_PX, one
        assert one[1] >= 0, one
        assert one[3] <= width, one
    over = [(one[0], other[0]) for one, other in combinations(boxes, 2) if overlap(one, other)]
    assert over == []


def overlap(one: list[Any], other: list[Any]) -> bool:
    return bool(one[1] < other[3] and other[1] < one[3] and one[2] < other[4] - 1 and other[2] < one[4] - 1)


def test_what_the_lines_are_called_stands_on_one_line(sign_in: OpenPage) -> None:
    page = sign_in("indicateurs", "/indicators/trend/")
    open_whole(page, "/indicators/trend/")
    assert len({box[2] for box in page.evaluate(BOXES, ".chart-key li")}) == 1
    assert len(page.evaluate(BOXES, ".chart-key li")) == 4


def test_pages_of_figures_do_not_scroll_sideways_in_between(sign_in: OpenPage) -> None:
    page: Page = sign_in("indicateurs", "/indicators/")
    wide = []
    for address in PAGES:
        open_whole(page, address)
        for width in (320, 360, 768, 1024):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append((address, width))
    assert wide == []
