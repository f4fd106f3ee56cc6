"""What is said is in the two browsers and nowhere between them, and goes on through reloads, other browsers and those who come and go."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, message_field, offers, reload, transcript
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, ask, composer, open_widget, write
from tests.leaks.hunt import Hunt, children_of
from tests.server import Server
from tests.wiretap import Wiretap

WITHOUT_CRYPTOGRAPHY = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"


class TappedServer(Server):
    """Browsers reach it through a listener."""

    tap: Wiretap

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.tap.port}"


@pytest.fixture
def tapped(prepared: Path, tmp_path: Path) -> Iterator[TappedServer]:
    server = TappedServer(tmp_path / "tapped", prepared=prepared)
    with Wiretap(server.port) as server.tap, server:
        yield server


def unmasked(stream: bytes) -> bytes:
    """What a browser sent on a websocket, without the mask that the protocol puts over it; everything else as it is."""
    head, found, rest = stream.partition(b"\r\n\r\n")
    if b"websocket" not in head.lower() or not found:
        return stream
    out, at = bytearray(head), 0
    while at + 2 <= len(rest):
        length, masked = rest[at + 1] & 0x7F, rest[at + 1] & 0x80
        at += 2
        if length >= 126:
            size = 2 if length == 126 else 8
            (length,) = struct.unpack("!H" if size == 2 else "!Q", rest[at : at + size])
            at += size
        mask = rest[at : at + 4] if masked else b"\0\0\0\0"
        at += 4 if masked else 0
        out += bytes(one ^ mask[n % 4] for n, one in enumerate(rest[at : at + length]))
        at += length
    return bytes(out)


def in_all_bytes(hunt: Hunt, server: TappedServer) -> list[str]:
    """Wherever the words would be: on the wire in both directions, in files, in the memory of each process."""
    found = [what for stream in server.tap.heard for what in hunt.in_bytes("the wire", unmasked(stream))]
    found += hunt.in_folder(server.folder)
    for pid in children_of(server.pid):
        found += hunt.in_process(pid, f"process {pid}")
    return found


class TestTheMainJob:
    """On a server of its own."""

    @pytest.fixture
    def server(self, tapped: TappedServer) -> TappedServer:
        return tapped

    def test_the_words_are_in_no_byte_that_the_server_receives_holds_or_sends(
        self, server: TappedServer, open_page: OpenPage, sign_in: OpenPage
    ) -> None:
        words, others = Hunt(), Hunt()
        console = be_available(sign_in, "conseillere.cdm")
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        expect(offers(console)).to_have_count(1)
        console.keyboard.press("Alt+a")
        is_open(console)
        write(widget, words.canary("question"))
        expect(transcript(console)).to_contain_text(words.mark)
        message_field(console).fill(words.canary("answer"))
        message_field(console).press("Enter")
        expect(widget.locator(".bubble")).to_have_text([words.canary("question"), words.canary("answer")])
        console.locator("#note").fill(words.canary("note"))
        console.locator("#note").press("Enter")
        expect(console.locator(".note-body")).to_contain_text(words.mark)
        composer(widget).fill(words.canary("draft"))
        assert in_all_bytes(words, server) == []
        # They go on after a reload of each side, and are nowhere else then either.
        page.reload()
        page.get_by_role("button", name=BACK).click()
        expect(widget.locator(".bubble")).to_have_text([words.canary("question"), words.canary("answer")])
        expect(composer(widget)).to_have_value(words.canary("draft"))
        reload(console)
        expect(transcript(console)).to_contain_text(words.canary("answer"))
        expect(console.locator(".note-body")).to_contain_text(words.mark)
        assert in_all_bytes(words, server) == []
        # The search finds what is there: the frames, and what they are about.
        others.mark = '"type":"say"'
        assert any("the wire" in one for one in in_all_bytes(others, server))
        others.mark = "orientation"
        assert any("process" in one for one in in_all_bytes(others, server))


def test_another_browser_of_the_counsellor_opens_the_conversation_and_writes_in_it(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page, console)
    write(widget, "Bonjour")
    expect(transcript(console)).to_contain_text("Bonjour")
    other = sign_in("conseillere.cdm", "/console/")
    expect(transcript(other)).to_contain_text("Bonjour")
    message_field(other).fill("D’un autre ordinateur")
    message_field(other).press("Enter")
    expect(widget.locator(".bubble")).to_have_text(["Bonjour", "D’un autre ordinateur"])
    expect(transcript(console)).to_contain_text("D’un autre ordinateur")


def test_a_successor_reads_what_was_said_and_who_left_opens_nothing_that_comes_later(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    widget = begun(open_page, console)
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


def test_what_is_said_while_the_visitor_is_away_is_read_when_they_are_back(
    open_page: OpenPage, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun_on(page, console)
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


def begun(open_page: OpenPage, console: Page) -> FrameLocator:
    return begun_on(open_page("/demo/"), console)


def begun_on(page: Page, console: Page) -> FrameLocator:
    """The widget of this page, whose visitor this counsellor has accepted."""
    widget = open_widget(page)
    ask(widget)
    expect(offers(console)).to_have_count(1)
    console.keyboard.press("Alt+a")
    is_open(console)
    return widget
