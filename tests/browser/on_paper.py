"""What a browser prints: the size of its sheets, and on which sheet an element begins."""

import re
from typing import Final

from playwright.sync_api import Page

MARGIN_PX: Final = 38
"""Of a centimetre, rounded up."""
LINKED: Final = """(selectors) => {
  const links = document.createElement("div");
  links.style.position = "absolute";
  const found = selectors.map((selector) => [...document.querySelectorAll(selector)]);
  const names = found.map((some) => some.map((one) => (one.id ||= `linked-${crypto.randomUUID()}`)));
  for (const name of names.flat()) {
    const link = document.createElement("a");
    link.href = `#${name}`;
    link.textContent = ".";
    links.append(link);
  }
  document.querySelector("main").append(links);
  return names;
}"""
SHEET: Final = re.compile(rb"(\d+) 0 obj\s*<</Type /Page\s")
BOX: Final = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
PLACE: Final = re.compile(rb"/([\w-]+) \[(\d+) 0 R /XYZ")


def printed(page: Page) -> bytes:
    return page.pdf(format="A4", prefer_css_page_size=True)


def width_px(pdf: bytes) -> int:
    """Of what is printed on a sheet, within its margins, in the dots of a style sheet."""
    widths = {float(wide) for wide, _high in BOX.findall(pdf)}
    assert len(widths) == 1
    return int(widths.pop() / 72 * 96) - 2 * MARGIN_PX


def sheets(page: Page, *selectors: str) -> list[list[int]]:
    """On which sheet, from 1, each element begins: a link to it makes the browser write that down."""
    names: list[list[str]] = page.evaluate(LINKED, selectors)
    pdf = printed(page)
    order = SHEET.findall(pdf)
    found = {name.decode(): order.index(sheet) + 1 for name, sheet in PLACE.findall(pdf)}
    return [[found[name] for name in some] for some in names]
