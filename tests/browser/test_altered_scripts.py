"""A browser runs none of the visitor's scripts that is not the one that the page names: neither the first nor those that come later."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, composer, open_widget, write
from tests.server import Server

ALTERED = "\nglobalThis.altered = true;"
UNREACHABLE = "Miti ne répond pas"


def altering(page: Page, name: str) -> list[str]:
    """From now on this file comes with a line of somebody else's. What was asked for, in turn."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        real = route.fetch()
        route.fulfill(response=real, body=real.text() + ALTERED)

    page.context.route(re.compile(rf"/packed/{name}\."), answer)
    return asked


def ran(page: Page) -> bool:
    return any(frame.evaluate("Boolean(globalThis.altered)") for frame in page.frames)


def test_an_altered_chat_does_not_come_up(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        asked = altering(page, "chat")
        page.get_by_role("button", name="Une question").click()
        # The page of the partner says so, and shows the numbers.
        expect(page.get_by_role("link", name=re.compile("112"))).to_be_visible()
        assert any("chat" in url and url.endswith(".js") for url in asked)
        assert not ran(page)


def test_what_seals_is_taken_only_unaltered_and_the_visitor_is_told_until_then(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        asked = altering(page, "sealing")
        widget = open_widget(page)
        widget.get_by_role("radio", name="Orientation").check()
        widget.get_by_role("button", name="Commencer").click()
        expect(widget.get_by_text(UNREACHABLE)).to_be_visible()
        expect(widget.get_by_role("link", name="112")).to_be_visible()
        assert asked
        assert not ran(page)
        page.context.unroute_all()
        counsellor.accepts()
        expect(composer(widget)).to_be_visible()
        write(widget, "enfin")
        counsellor.reads("enfin")
        assert not ran(page)


def test_what_looks_at_the_words_is_taken_only_unaltered(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        asked = altering(page, "writing_checks")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "bonjour")
        counsellor.reads("bonjour")
        assert asked
        assert not ran(page)


@pytest.mark.parametrize("name", ["sealing", "writing_checks"])
def test_the_test_sees_what_runs(server: Server, open_page: OpenPage, name: str) -> None:
    """Without its integrity the same altered file does run."""
    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        page.context.add_init_script(
            "Object.defineProperty(HTMLScriptElement.prototype, 'integrity', { set() {} })"
        )
        page.goto("/demo/")
        altering(page, name)
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "bonjour")
        counsellor.reads("bonjour")
        assert ran(page)
