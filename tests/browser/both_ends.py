"""A conversation of two real browsers: the visitor's widget, and the console of the counsellor who has accepted."""

from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.counsellor_screen import is_open, message_field, offers, transcript
from tests.browser.visitor_steps import ask, open_widget, write
from tests.leaks.hunt import Hunt


def begun(page: Page, console: Page) -> FrameLocator:
    """The widget of this page, whose visitor this counsellor has accepted by keyboard."""
    widget = open_widget(page)
    ask(widget)
    expect(offers(console)).to_have_count(1)
    console.keyboard.press("Alt+a")
    is_open(console)
    return widget


def say(console: Page, text: str) -> None:
    message_field(console).fill(text)
    message_field(console).press("Enter")


def talk_of(words: Hunt, widget: FrameLocator, console: Page) -> list[str]:
    """Both say something to hunt for, and the counsellor notes something. Returns what was said."""
    said = [words.canary("question"), words.canary("answer")]
    write(widget, said[0])
    expect(transcript(console)).to_contain_text(words.mark)
    say(console, said[1])
    expect(widget.locator(".bubble")).to_have_text(said)
    console.locator("#note").fill(words.canary("note"))
    console.locator("#note").press("Enter")
    expect(console.locator(".note-body")).to_contain_text(words.canary("note"))
    return said
