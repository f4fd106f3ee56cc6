"""A counsellor who was away for longer than their place was kept: what they had, and had written, is not simply gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    asleep,
    be_available,
    conversations,
    in_conversation,
    message_field,
)
from tests.server import Server


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Silence is noticed soon, and a place is hardly kept."""
    patience = {"MITI_PING_S": "1", "MITI_SILENCE_S": "12", "MITI_COUNSELLOR_GRACE_S": "1"}
    with Server(tmp_path_factory.mktemp("late"), prepared=prepared, **patience) as running:
        yield running


def test_who_was_lost_in_a_long_sleep_is_taken_again_with_the_draft(
    server: Server, browser: Browser, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        message_field(console).fill("C'est encore possible, si")
        with asleep(browser):
            someone.expect("requeued")
        line = console.locator(".lost")
        expect(line).to_contain_text("Conversation 1")
        expect(line).to_contain_text("Orientation")
        expect(line.get_by_label("Non envoyé")).to_have_value("C'est encore possible, si")
        expect(conversations(console)).to_have_count(0)
        line.get_by_role("button", name="Reprendre").click()
        someone.expect("joined")
        expect(line).to_have_count(0)
        expect(message_field(console)).to_have_value("C'est encore possible, si")
        message_field(console).press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == "C'est encore possible, si"
