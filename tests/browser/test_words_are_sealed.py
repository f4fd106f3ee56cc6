"""Sealed conversations in real browsers: another browser of a counsellor, a successor, a visitor who is away, and no cryptography."""

import json
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from playwright.sync_api import expect

from tests.browser.both_ends import begun
from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, message_field, offers, transcript
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, open_widget, write
from tests.sealing import About, Keyring
from tests.server import Server
from tests.socket_clients import Frame

WITHOUT_CRYPTOGRAPHY = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"


def test_another_browser_of_the_counsellor_opens_the_conversation_and_writes_in_it(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), console)
    write(widget, "Bonjour")
    expect(transcript(console)).to_contain_text("Bonjour")
    other = sign_in("conseillere.cdm", "/console/")
    expect(transcript(other)).to_contain_text("Bonjour")
    message_field(other).fill("D’un autre ordinateur")
    message_field(other).press("Enter")
    expect(widget.locator(".bubble")).to_have_text(["Bonjour", "D’un autre ordinateur"])
    expect(transcript(console)).to_contain_text("D’un autre ordinateur")


def test_a_successor_reads_what_was_said(open_page: OpenPage, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page("/demo/"), console)
    write(widget, "avant")
    expect(transcript(console)).to_contain_text("avant")
    successor = be_available(sign_in, "conseiller.cefo")
    console.get_by_role("button", name="Transférer").click()
    dialog = console.get_by_role("dialog")
    dialog.get_by_role("radio", name="Karim").check()
    dialog.locator("textarea").fill("note pour la suite")
    dialog.get_by_role("button", name="Transférer").click()
    expect(offers(successor)).to_have_count(1)
    successor.keyboard.press("Alt+a")
    is_open(successor)
    expect(transcript(successor)).to_contain_text("avant")
    expect(successor.locator(".note-body")).to_contain_text("note pour la suite")
    write(widget, "après")
    expect(transcript(successor)).to_contain_text("après")
    message_field(successor).fill("je reprends")
    message_field(successor).press("Enter")
    expect(widget.locator(".bubble")).to_have_text(["avant", "après", "je reprends"])


def test_who_handed_it_on_opens_nothing_that_came_later_though_given_all_that_the_server_has(
    server: Server, open_page: OpenPage, sign_in: OpenPage
) -> None:
    successor = be_available(sign_in, "conseiller.cefo")
    with SocketCounsellor(server) as old:
        page = open_page("/demo/")
        received: list[Frame] = []
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda text: received.append(json.loads(text))),
        )
        widget = open_widget(page)
        ask(widget)
        old.accepts()
        write(widget, "avant")
        old.reads("avant")
        old.sends("transfer", to={"pool": "demo-cefo"})
        old.hears("released")
        expect(offers(successor)).to_have_count(1)
        successor.keyboard.press("Alt+a")
        is_open(successor)
        write(widget, "après")
        expect(transcript(successor)).to_contain_text("après")
        message_field(successor).fill("je reprends")
        message_field(successor).press("Enter")
        expect(widget.locator(".bubble")).to_have_text(["avant", "après", "je reprends"])
        envelopes = {one["client_id"]: one for one in received if one["type"] == "message"}.values()
        assert len(envelopes) == 3
        opened = [opened_with(old.keys, old.conversation, one) for one in envelopes]
        assert opened == ["avant", None, None]


def opened_with(keys: dict[int, bytes], conversation: str, message: Frame) -> str | None:
    """By somebody who has these keys and does not care for generations."""
    author = "visitor" if message["author"] == "visitor" else str(message["number"])
    about = About(conversation, author, message["client_id"])
    generation = int(message["body"].split(".")[1])
    for key in keys.values():
        with suppress(InvalidTag):
            return Keyring({generation: key}).open(message["body"], about)
    return None


def test_what_is_said_while_the_visitor_is_away_is_read_when_they_are_back(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun(page, console)
    page.context.set_offline(True)
    message_field(console).fill("pendant votre absence")
    message_field(console).press("Enter")
    expect(console.locator(".is-pending")).to_have_count(0)
    page.context.set_offline(False)
    expect(widget.locator(".bubble")).to_have_text(["pendant votre absence"])


def test_without_cryptography_the_numbers_are_shown_and_nothing_is_asked(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("about:blank")
        page.context.add_init_script(WITHOUT_CRYPTOGRAPHY)
        page.goto("/demo/")
        page.get_by_role("button", name="Une question").click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.get_by_role("alert")).to_contain_text("ne peut pas chiffrer vos mots")
        expect(widget.get_by_role("link", name="112")).to_be_visible()
        expect(widget.get_by_role("button", name="Commencer")).to_have_count(0)


def test_a_console_without_cryptography_says_so_and_takes_no_conversation(sign_in: OpenPage) -> None:
    console = sign_in("conseillere.cdm", "/accounts/")
    console.context.add_init_script(WITHOUT_CRYPTOGRAPHY)
    console.goto("/console/")
    expect(console.get_by_role("alert")).to_contain_text("ne peut pas chiffrer")
    expect(console.get_by_role("button", name="Disponible")).to_have_count(0)
