"""Quick exit: at once, without the server, without a way back, with nothing left behind."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, composer, open_widget, stored, write
from tests.server import Server

NEUTRAL = "https://www.meteo.be/"


def by_button(page: Page, widget: FrameLocator) -> None:
    widget.get_by_role("button", name="Quitter vite").click()


def twice_at_once(page: Page) -> None:
    """However long the machine takes between the two."""
    page.clock.set_fixed_time(datetime.now(UTC))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def by_escape_in_the_chat(page: Page, widget: FrameLocator) -> None:
    composer(widget).focus()
    twice_at_once(page)


def by_escape_on_the_page(page: Page, widget: FrameLocator) -> None:
    page.get_by_role("main").click()
    twice_at_once(page)


WAYS = [by_button, by_escape_in_the_chat, by_escape_on_the_page]


def neutral_page(page: Page) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body="<title>Neutre</title>", content_type="text/html")

    page.context.route(f"{NEUTRAL}**", answer)


@pytest.mark.parametrize("way", WAYS)
def test_the_page_is_replaced_and_back_does_not_show_the_chat(
    server: Server, open_page: OpenPage, way: Callable[[Page, FrameLocator], None]
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        neutral_page(page)
        page.goto("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Quelqu'un arrive")
        counsellor.reads("Quelqu'un arrive")
        assert stored(page) != []
        way(page, widget)
        expect(page).to_have_url(NEUTRAL)
        expect(page).to_have_title("Neutre")
        counsellor.hears("closed")
        page.go_back()
        assert page.url == "about:blank"
        page.goto("/demo/")
        assert stored(page) == []


def test_it_works_with_the_server_down(own_server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(own_server) as counsellor:
        page = open_page(f"{own_server.url}/demo/")
        neutral_page(page)
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Quelqu'un arrive")
        counsellor.reads("Quelqu'un arrive")
        own_server.kill()
        by_button(page, widget)
        expect(page).to_have_url(NEUTRAL)


@pytest.mark.parametrize("held", [False, True], ids=["pressed", "held down"])
def test_one_escape_only_reduces_the_chat(server: Server, open_page: OpenPage, held: bool) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        open_widget(page)
        page.clock.set_fixed_time(datetime.now(UTC))
        for _ in range(3 if held else 1):
            # Down again without having been up: the key repeats.
            page.keyboard.down("Escape")
        expect(page.locator("iframe[title=Miti]")).to_be_hidden()
        page.keyboard.up("Escape")
        expect(page.get_by_role("main")).to_be_visible()


def after_escapes(page: Page, script: str = "") -> bool:
    """Whether the page is still there after two at once, each of which has had its effect."""
    if script:
        page.evaluate(script)
    twice_at_once(page)
    page.evaluate("new Promise((done) => setTimeout(done))")
    display: str = page.locator("html").evaluate("page => getComputedStyle(page).display")
    return display != "none"


def test_an_escape_that_is_the_pages_own_never_leaves(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("about:blank")
        neutral_page(page)
        page.goto("/demo/")
        widget = open_widget(page)
        page.get_by_role("main").click()
        # Used by the page.
        page.evaluate(
            """() => {
                window.use = (event) => event.key === "Escape" && event.preventDefault();
                addEventListener("keydown", use);
            }"""
        )
        assert after_escapes(page)
        expect(page.locator("iframe[title=Miti]")).to_be_visible()
        page.evaluate("removeEventListener('keydown', use)")
        # Of a composition.
        for _ in range(2):
            page.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true }))")
        page.evaluate("new Promise((done) => setTimeout(done))")
        expect(page.locator("iframe[title=Miti]")).to_be_visible()
        # The chat is reduced, and a dialog of the page is open.
        widget.get_by_role("button", name="Réduire").click()
        expect(page.locator("iframe[title=Miti]")).to_be_hidden()
        assert after_escapes(page)
        dialog = "document.body.append(Object.assign(document.createElement('dialog'), { id: 'own' })); own.showModal()"
        assert after_escapes(page, dialog)
        assert page.url.endswith("/demo/")


def test_an_escape_that_closes_a_popover_of_the_page_does_not_reduce_the_chat(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        open_widget(page)
        frame = page.locator("iframe[title=Miti]")
        page.get_by_role("main").click()
        for popover, closes in (("auto", True), ("manual", False)):
            page.evaluate(
                """(popover) => {
                    const menu = Object.assign(document.createElement("p"), { id: popover, popover });
                    menu.textContent = "Menu";
                    document.body.append(menu);
                    menu.showPopover();
                }""",
                popover,
            )
            page.keyboard.press("Escape")
            if closes:
                expect(page.locator(f"#{popover}")).to_be_hidden()
                expect(frame).to_be_visible()
            else:
                # It stays: an Escape is still the way out.
                expect(frame).to_be_hidden()
