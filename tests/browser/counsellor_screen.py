"""A counsellor's screen in a browser, in the words that a counsellor sees."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_visitor import SocketVisitor
from tests.server import Server

AVAILABLE = re.compile("^(✓)?(Disponible|Beschikbaar|Available)$")


def be_available(sign_in: OpenPage, account: str, **options: object) -> Page:
    """A counsellor's console, ready for offers; with places enough beside those kept for the demo's class."""
    page = sign_in(account, "/console/", **options)
    page.locator(".capacity select").select_option("6", force=True)
    become(page, AVAILABLE)
    return page


def become(page: Page, availability: str | re.Pattern[str]) -> None:
    """Pressed, and known to the server: whoever asks from now on is sent accordingly."""
    page.get_by_role("button", name=availability).click()
    expect(page.get_by_role("button", name=availability)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".segments")).to_have_attribute("aria-busy", "false")


@contextmanager
def in_conversation(
    server: Server, console: Page, *, theme: str = "orientation", language: str = "fr"
) -> Iterator[SocketVisitor]:
    """A visitor whom this counsellor has accepted, by keyboard; they leave in the end."""
    with SocketVisitor(server, theme=theme, language=language) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        console.keyboard.press("Alt+a")
        expect(message_field(console)).to_be_focused()
        someone.expect("joined")
        is_open(console)
        yield someone


def is_open(console: Page) -> None:
    """Whoever was accepted or taken is in the server's hands too: they can be transferred, and closed."""
    expect(console.locator(".is-opening")).to_have_count(0)


def reload(console: Page) -> None:
    """What is still on its way is asked about before a page is left: wait for it, as the counsellor would."""
    expect(console.locator(".is-pending")).to_have_count(0)
    console.reload()


def offers(console: Page) -> Locator:
    return console.locator(".offer")


def message_field(console: Page) -> Locator:
    return console.locator("#message")


def transcript(console: Page) -> Locator:
    return console.locator(".transcript [role=log]")


def conversations(console: Page) -> Locator:
    return console.locator(".mine")


@contextmanager
def asleep(browser: Browser) -> Iterator[None]:
    """The pages of this browser stand still, as when the lid is shut: no timer runs, nothing is answered."""
    system = browser.new_browser_cdp_session()
    running = system.send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [int(one["id"]) for one in running if one["type"] == "renderer"]
    assert pages
    for page in pages:
        os.kill(page, signal.SIGSTOP)
    try:
        yield
    finally:
        for page in pages:
            os.kill(page, signal.SIGCONT)
        system.detach()
