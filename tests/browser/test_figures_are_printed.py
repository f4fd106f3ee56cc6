"""The pages of figures on paper: A4, black and white, every line of a table, and nothing that only a screen can use."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

WIDTH, HEIGHT = 718, 1046
"""Of A4 within margins of a centimetre, at 96 dots an inch."""
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
() => [...document.querySelectorAll(".table-scroll")]
  .filter((box) => box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflowY !== "visible")
  .map((box) => box.getAttribute("aria-labelledby"))
"""


@pytest.mark.parametrize(
    "address", ["/indicators/?period=last-month", "/indicators/trend/", "/indicators/heat/"]
)
def test_a_page_of_figures_is_whole_on_paper(sign_in: OpenPage, address: str) -> None:
    page = sign_in("indicateurs", address)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    for on_screen_only in (".choice-form", ".tabs", ".masthead nav", ".actions"):
        for one in page.locator(on_screen_only).all():
            expect(one).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate(CUT) == []
    assert page.evaluate(COLOURED) == [], "what only colour tells is lost on a black and white printer"
    assert page.pdf(format="A4").startswith(b"%PDF")
