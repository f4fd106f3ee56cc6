"""From a partner's page to a take-up rate, by two people and an analyst in real browsers."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage


def test_a_visitor_talks_to_a_counsellor_and_the_figure_counts_it(
    open_page: OpenPage, sign_in: OpenPage, axe: Callable[[Page], None], picture: Callable[[Page, str], Path]
) -> None:
    console = sign_in("conseillere.cdm", "/console/")
    console.get_by_role("button", name=re.compile("disponible", re.I)).first.click()
    page = open_page("/demo/")
    page.get_by_role("button").first.click()
    widget = page.frame_locator("iframe")
    expect(widget.get_by_text(re.compile("anonyme", re.I)).first).to_be_visible()
    picture(page, "draft-widget")
    picture(console, "draft-console")
