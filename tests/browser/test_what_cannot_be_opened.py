"""A message that a browser cannot open is shown as that, counted, and holds up nothing that comes after it: at both ends."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, is_open, offers, transcript
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.socket_visitor import SocketVisitor
from tests.browser.visitor_steps import talk_to
from tests.live.database_file import eventually
from tests.sealed_end import Plain
from tests.sealing import About, Keyring
from tests.server import Server

TOKEN = "a-token-that-only-this-test-knows"
UNOPENED = "Ce message n’a pas pu être ouvert."


@pytest.fixture
def server(prepared: Path, tmp_path: Path) -> Iterator[Server]:
    """For this test alone: its figures are those of the test."""
    with Server(tmp_path / "counted", prepared=prepared, MITI_METRICS_TOKEN=TOKEN) as running:
        yield running


def counted(server: Server, kind: str) -> float:
    text = httpx.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    found = re.search(rf'^miti_unopened_total{{kind="{kind}"}} (\S+)$', text, re.M)
    return float(found[1]) if found else 0.0


def of_another_key(conversation: str, author: str, client_id: str) -> Plain:
    """A whole envelope, in its place, under a key that nobody was granted."""
    return Plain(Keyring.fresh().seal("jamais lu", About(conversation, author, client_id)))


def test_the_visitor_sees_that_one_could_not_be_opened_and_reads_the_next(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = talk_to(counsellor, open_page("/demo/"))
        counsellor.sends("say", client_id="c1", body=of_another_key(counsellor.conversation, "1", "c1"))
        counsellor.says("celui-ci se lit")
        expect(widget.locator(".bubble")).to_have_text([UNOPENED, "celui-ci se lit"])
        eventually(lambda: counted(server, "visitor") == 1)


def test_the_counsellor_sees_that_one_could_not_be_opened_and_reads_the_next(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server) as someone:
        conversation = someone.ask()
        expect(offers(console)).to_have_count(1)
        console.keyboard.press("Alt+a")
        is_open(console)
        someone.send("say", client_id="x1", body=of_another_key(conversation, "visitor", "x1"))
        someone.say("celui-ci se lit")
        expect(transcript(console)).to_contain_text("celui-ci se lit")
        expect(transcript(console)).to_contain_text(UNOPENED)
        eventually(lambda: counted(server, "counsellor") == 1)
