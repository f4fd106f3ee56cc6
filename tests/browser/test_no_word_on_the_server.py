"""The main job in two real browsers: the words are in them, and in no byte that the server receives, holds or sends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.both_ends import begun, talk_of
from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, reload, transcript
from tests.browser.tapped import TappedServer, in_all_bytes
from tests.browser.visitor_steps import BACK, composer
from tests.leaks.hunt import Hunt
from tests.wiretap import Wiretap


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[TappedServer]:
    """For this test alone."""
    server = TappedServer(tmp_path / "tapped", prepared=prepared)
    with Wiretap(server.port) as server.tap, server:
        yield server


def test_the_words_are_in_no_byte_that_the_server_receives_holds_or_sends(
    server: TappedServer, open_page: OpenPage, sign_in: OpenPage
) -> None:
    words, others = Hunt(), Hunt()
    console = be_available(sign_in, "conseillere.cdm")
    page = open_page("/demo/")
    widget = begun(page, console)
    said = talk_of(words, widget, console)
    composer(widget).fill(words.canary("draft"))
    assert in_all_bytes(words, server) == []
    # They go on after a reload of each side, and are nowhere else then either.
    page.reload()
    page.get_by_role("button", name=BACK).click()
    expect(widget.locator(".bubble")).to_have_text(said)
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
