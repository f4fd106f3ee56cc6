"""Every page of figures, of the demo with two invented years."""

import json
from typing import Final

from playwright.sync_api import Page

from tests.browser.conftest import AXE

PAGES: Final = (
    "/indicators/?period=last-month",
    "/indicators/?period=last-month&by=day",
    "/indicators/all/?period=this-year&by=month",
    "/indicators/trend/",
    "/indicators/compare/",
    "/indicators/heat/",
    "/indicators/profiles/",
    "/indicators/releases/",
    "/indicators/releases/1/?by=theme",
    "/indicators/releases/1/?by=protected",
    "/indicators/releases/1/beside/2/",
    "/indicators/releases/1/beside/2/?by=theme",
    "/indicators/definitions/",
    "/indicators/reports/",
)
LANGUAGES: Final = ("fr-BE", "nl-BE", "en")
LANDMARKS: Final = """
axe.run(document, {runOnly: {type: "rule", values: ["landmark-unique"]}, resultTypes: ["violations"]})
  .then(found => found.violations.flatMap(one => one.nodes.map(node => node.html.slice(0, 120))))
"""


def open_whole(page: Page, address: str) -> None:
    """With its own letters, of which the widths depend."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    page.evaluate("document.fonts.ready")


def landmarks_of_one_name(page: Page) -> list[str]:
    """Those that nobody who moves by landmarks can tell apart."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(LANDMARKS)
    return found


def words(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)
