"""The main job in two real browsers: the words are in them, and in no byte that the server receives, holds or sends."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, message_field, offers, reload, transcript
from tests.browser.visitor_steps import BACK, ask, composer, open_widget, write
from tests.leaks.hunt import Hunt, children_of
from tests.server import Server
from tests.wiretap import Wiretap


class TappedServer(Server):
    """Browsers reach it through a listener."""

    tap: Wiretap

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.tap.port}"


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[TappedServer]:
    """For this test alone."""
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


def test_the_words_are_in_no_byte_that_the_server_receives_holds_or_sends(
    server: TappedServer, open_page: OpenPage, sign_in: OpenPage
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
