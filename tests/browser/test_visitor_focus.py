"""Where the keyboard is: it stays with whoever writes, and is never lost with a button that did its work."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import (
    ask,
    composer,
    expect_counsellor,
    open_widget,
    stop_waiting,
    talk_to,
    write,
)
from tests.server import Server


def test_the_writer_keeps_the_focus_when_the_conversation_is_queued_again(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as first:
        page = open_page("/demo/")
        widget = talk_to(first, page)
        composer(widget).press_sequentially("Je me demande")
        first.sends("transfer", to={"pool": "demo-cefo"})
        expect(widget.get_by_role("heading", name="Dans la file")).to_be_visible()
        expect(composer(widget)).to_be_focused()
        page.keyboard.type(" si")
        expect(composer(widget)).to_have_value("Je me demande si")
        stop_waiting(widget)
        expect(widget.get_by_role("heading", name="Vous n’attendez plus")).to_be_focused()


def test_focus_moves_to_the_message_when_the_focused_element_disappears(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        widget.get_by_role("checkbox", name="Un son quand quelqu’un arrive").focus()
        counsellor.accepts()
        expect_counsellor(widget)
        expect(composer(widget)).to_be_focused()
        widget.get_by_role("button", name="Terminer").press("Enter")
        expect(widget.get_by_role("button", name="Continuer à parler")).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(widget.get_by_role("button", name="Oui, terminer")).to_be_focused()
        # News draw the page anew: what was chosen stays chosen.
        counsellor.says("Prenez votre temps")
        expect(widget.get_by_text("Prenez votre temps")).to_be_visible()
        expect(widget.get_by_role("button", name="Oui, terminer")).to_be_focused()
        widget.get_by_role("button", name="Continuer à parler").press("Enter")
        expect(composer(widget)).to_be_focused()
        composer(widget).press_sequentially("j'ai envie de mourir")
        widget.locator(".care").get_by_role("button", name="Fermer").press("Enter")
        expect(composer(widget)).to_be_focused()
        counsellor.closes()


def test_the_chat_takes_no_focus_from_the_partners_page(server: Server, open_page: OpenPage) -> None:
    search = '<label>Chercher <input id="search"></label>'
    with SocketCounsellor(server) as counsellor, Partner(search + script(server)) as url:
        page = open_page(url)
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        page.get_by_label("Chercher").press_sequentially("infir")
        counsellor.closes()
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
        page.keyboard.type("mière")
        expect(page.get_by_label("Chercher")).to_have_value("infirmière")
