"""What a visitor does, in the words of the widget, for the journeys."""

import json
import re
import time
from collections.abc import Callable

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.socket_counsellor import SocketCounsellor

PATIENCE_S = 60.0
LAUNCHER = {
    "fr": re.compile("Une question"),
    "nl": re.compile("Een vraag"),
    "en": re.compile("A question"),
}
BACK = "Revenir à la conversation"
"""What the launcher says while one is under way."""
START = {"fr": "Commencer", "nl": "Beginnen", "en": "Start"}
SEND = {"fr": "Envoyer", "nl": "Verzenden", "en": "Send"}
MESSAGE = {"fr": "Votre message", "nl": "Uw bericht", "en": "Your message"}


def open_widget(page: Page, language: str = "fr") -> FrameLocator:
    page.get_by_role("button", name=LAUNCHER[language]).click()
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_role("button", name=START[language])).to_be_visible()
    return widget


def ask(widget: FrameLocator, theme: str = "Orientation", language: str = "fr") -> None:
    widget.get_by_role("radio", name=theme).check()
    widget.get_by_role("button", name=START[language]).click()
    expect(composer(widget, language)).to_be_visible()


def expect_counsellor(widget: FrameLocator) -> None:
    """The counsellor may know that it began before the visitor's browser does."""
    expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()


def talk_to(counsellor: SocketCounsellor, page: Page) -> FrameLocator:
    """The widget of this page, in which the visitor has asked and this counsellor has come."""
    widget = open_widget(page)
    ask(widget)
    counsellor.accepts()
    expect_counsellor(widget)
    return widget


def composer(widget: FrameLocator, language: str = "fr") -> Locator:
    return widget.get_by_role("textbox", name=MESSAGE[language])


def write(widget: FrameLocator, text: str, language: str = "fr") -> None:
    composer(widget, language).fill(text)
    widget.get_by_role("button", name=SEND[language], exact=True).click()


def stop_waiting(widget: FrameLocator) -> None:
    widget.get_by_role("button", name="Ne plus attendre", exact=True).click()
    widget.get_by_role("button", name="Oui, ne plus attendre").click()


def bodies(widget: FrameLocator) -> list[str]:
    return widget.locator(".bubble").all_inner_texts()


def until(page: Page, true: Callable[[], object]) -> None:
    """What the test itself has to see, not the page: the browser goes on meanwhile; in time, or it fails."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def kept(page: Page) -> dict[str, str]:
    """What the widget keeps for a reload; `sealed` is empty when nothing waits to be sent."""
    (frame,) = (one for one in page.frames if "/widget/" in one.url)
    stored: dict[str, str] = json.loads(frame.evaluate("sessionStorage.getItem('miti:demo')"))
    return stored | {"sealed": stored["sealed"] or ""}


def stored(page: Page) -> list[str]:
    """What the browser keeps for the widget, in the frame and on the page around it."""
    keys = "[...Object.keys(sessionStorage), ...Object.keys(localStorage), document.cookie].filter(Boolean)"
    return [key for frame in page.frames if frame.url.startswith("http") for key in frame.evaluate(keys)]
