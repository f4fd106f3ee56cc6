"""The pages of figures on paper: A4, black and white, every line and column of a table, and nothing that only a screen can use."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.figures_pages import LANGUAGES, PAGES, open_whole, words
from tests.browser.on_paper import printed, sheets, width_px
from tests.server import Server

COLOURED = """
() => [...document.querySelectorAll("svg *, table *")].flatMap((one) => {
  const style = getComputedStyle(one);
  return [style.stroke, style.fill, style.color, style.backgroundColor]
    .filter((colour) => colour.startsWith("rgb"))
    .filter((colour) => !/, 0\\)$/.test(colour))
    .filter((colour) => {
      const parts = colour.match(/\\d+/g).slice(0, 3).map(Number);
      return Math.max(...parts) - Math.min(...parts) > 32;
    })
    .map((colour) => `${one.tagName}.${one.getAttribute("class")}: ${colour}`);
})
"""
CUT = """
() => [...document.querySelectorAll("main *")]
  .filter((one) => !one.closest(".visually-hidden, defs") && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => [one.closest("table")?.id, one.tagName, Math.round(one.getBoundingClientRect().right)])
  .slice(0, 5)
"""
HELD = """
() => [...document.querySelectorAll(".table-scroll")]
  .filter((box) => getComputedStyle(box).overflowY !== "visible" || box.scrollHeight > box.clientHeight + 1)
  .map((box) => box.getAttribute("aria-labelledby"))
"""


@pytest.fixture(scope="module")
def server(figures_server: Server) -> Server:
    return figures_server


@pytest.fixture
def reader(sign_in: OpenPage, request: pytest.FixtureRequest) -> Page:
    return sign_in("indicateurs", "/indicators/", language=request.param)


@pytest.mark.parametrize("reader", LANGUAGES, indirect=True)
def test_nothing_of_any_page_of_figures_is_cut_on_paper(reader: Page) -> None:
    cut, coloured, held = {}, {}, {}
    for address in PAGES:
        reader.emulate_media(media="screen")
        open_whole(reader, address)
        reader.emulate_media(media="print")
        reader.set_viewport_size({"width": width_px(printed(reader)), "height": 900})
        expect(reader.get_by_role("heading", level=1)).to_be_visible()
        cut[address] = reader.evaluate(CUT)
        coloured[address] = reader.evaluate(COLOURED)
        held[address] = reader.evaluate(HELD)
    for found in (cut, coloured, held):
        assert not any(found.values()), words(found)


@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_what_only_a_screen_can_use_is_not_printed(reader: Page) -> None:
    for address in PAGES:
        open_whole(reader, address)
        reader.emulate_media(media="print")
        for on_screen_only in (
            "form",
            "label",
            "legend",
            ".tabs",
            ".presets",
            ".masthead nav",
            ".button",
            ".colophon",
        ):
            for one in reader.locator(on_screen_only).all():
                expect(one).to_be_hidden()


@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_the_head_of_a_table_is_on_the_sheet_of_its_first_line(reader: Page) -> None:
    many = 0
    for address in PAGES:
        open_whole(reader, address)
        heads, lines = sheets(reader, "table > thead", "table > tbody > tr:first-child")
        assert heads == lines, address
        named = "table:has(> caption:not(.visually-hidden))"
        captions, lines = sheets(reader, f"{named} > caption", f"{named} > tbody > tr:first-child")
        assert captions == lines, address
        many = max([many, *lines])
    assert many > 1


@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_the_first_sheet_has_the_whole_chart_and_the_key_figures(reader: Page) -> None:
    open_whole(reader, "/indicators/trend/")
    chart, key, breaks, table = sheets(
        reader, ".chart.is-wide", ".chart-key", ".breaks li:last-child", "#trend"
    )
    assert chart == key == breaks == [1]
    lines = sheets(reader, "#trend tbody tr")[0]
    assert set(lines) == set(table), "a table that has room on one sheet is on one"
    open_whole(reader, "/indicators/?period=last-month")
    figures = sheets(reader, ".figure")[0]
    assert figures == [1] * len(figures)
    assert len(figures) == 5
