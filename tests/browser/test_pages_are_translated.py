"""A browser translates the page, as Google Translate does: both faces go on saying what is true."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Axe, OpenPage
from tests.browser.counsellor_screen import be_available, message_field, offers, transcript
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.socket_visitor import SocketVisitor
from tests.browser.visitor_steps import ask, open_widget, write
from tests.server import Server

TRANSLATOR = (Path(__file__).parent / "translator.js").read_text()


def translate(page: Page, part: str) -> None:
    (frame,) = (one for one in page.frames if part in one.url)
    frame.evaluate(TRANSLATOR)


def test_the_visitors_page_follows_the_conversation_while_it_is_translated(
    server: Server, open_page: OpenPage, axe: Axe
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        heading = widget.locator(".bar h1")
        expect(heading).to_have_text("Dans la file")
        translate(page, "/widget/")
        expect(heading.locator("font font")).to_have_text("Dans la file")
        counsellor.accepts()
        expect(heading).not_to_contain_text("file")
        expect(widget.locator(".bar button")).to_have_text("Terminer")
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        state = widget.locator(".is-mine .meta").last
        expect(state).to_contain_text("Envoyé")
        expect(state).not_to_contain_text("Envoi…")
        counsellor.says("Je vous lis")
        expect(widget.locator(".bubble").last).to_have_text("Je vous lis")
        axe(page)
        counsellor.closes()
        expect(widget.locator("h1")).to_have_text("La conversation est terminée")


def test_the_console_follows_the_conversation_while_it_is_translated(
    server: Server, sign_in: OpenPage, axe: Axe
) -> None:
    console = be_available(sign_in, "conseillere.cdm", language="fr-BE")
    translate(console, "/console/")
    with SocketVisitor(server) as someone:
        someone.ask()
        left = offers(console).locator(".offer-left")
        expect(left.locator("font")).not_to_have_count(0)
        before = left.inner_text()
        expect(left).not_to_have_text(before)
        console.keyboard.press("Alt+a")
        expect(message_field(console)).to_be_focused()
        someone.expect("joined")
        expect(offers(console)).to_have_count(0)
        someone.say("Bonjour")
        expect(transcript(console).get_by_text("Bonjour")).to_be_visible()
        message_field(console).fill("Je vous lis")
        message_field(console).press("Enter")
        someone.expect("message", body="Je vous lis")
        expect(transcript(console)).to_contain_text("Je vous lis")
        expect(console.locator(".is-pending")).to_have_count(0)
        axe(console)
