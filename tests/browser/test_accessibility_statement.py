"""The statement can be read by everybody it is for, and is reached from the chat without ending it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Axe, OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import START, open_widget
from tests.server import Server


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_it_is_clean_for_axe_and_fits_every_screen(
    open_page: OpenPage, axe: Axe, looks: Callable[[Page], Iterator[str]], language: str
) -> None:
    page = open_page(f"/accessibility/?lang={language}")
    for _look in looks(page):
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_visitor_reads_it_beside_the_chat(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/?lang=nl", language="nl-BE")
        widget = open_widget(page, "nl")
        with page.context.expect_page() as opened:
            widget.get_by_role("link", name="Toegankelijkheid").click()
        statement = opened.value
        expect(statement.get_by_role("heading", name="Toegankelijkheidsverklaring")).to_be_visible()
        statement.get_by_role("link", name="Français").click()
        expect(statement.get_by_role("heading", name="Déclaration d’accessibilité")).to_be_visible()
        assert statement.context.cookies() == []
        expect(widget.get_by_role("button", name=START["nl"])).to_be_visible()
