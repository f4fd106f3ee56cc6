"""What time does to a conversation, as its counsellor sees it: silence, a visitor who is gone, a laptop that slept."""

from collections.abc import Iterator
from datetime import datetime, timedelta
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
    transcript,
)
from tests.server import Server, TimedServer

IDLE_WARNING_S, IDLE_CLOSE_S = 200, 400


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedServer]:
    """Time passes when a test says so; but silence of a connection is really waited for."""
    patience = {
        "MITI_IDLE_WARNING_S": str(IDLE_WARNING_S),
        "MITI_IDLE_CLOSE_S": str(IDLE_CLOSE_S),
        "MITI_PING_S": "1",
        "MITI_SILENCE_S": "15",
        "MITI_COUNSELLOR_GRACE_S": "600",
        "MITI_TIMEBOX_MIN": "45",
    }
    with TimedServer(tmp_path_factory.mktemp("time"), prepared=prepared, **patience) as running:
        yield running


def test_a_silent_conversation_is_warned_then_closed_and_a_lost_visitor_has_a_grace(
    server: TimedServer, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    now = console.locator(".chat-now")
    with in_conversation(server, console) as someone:
        someone.vanish()
        expect(now).to_contain_text("n’est plus connectée. Sa place est gardée encore")
        expect(conversations(console)).to_contain_text("La personne n’est plus connectée")
        console.reload()
        expect(now).to_contain_text("n’est plus connectée. Sa place est gardée encore")
        message_field(console).focus()
        someone.come_back()
        expect(now).not_to_contain_text("n’est plus connectée")
        # From here on nobody writes.
        someone.say("Me revoici")
        server.advance_time(IDLE_WARNING_S + 1)

        expect(now).to_contain_text("la conversation se termine dans")
        someone.expect("closing", reason="idle")
        console.keyboard.type("Toujours là ?")
        console.keyboard.press("Enter")
        expect(now).not_to_contain_text("la conversation se termine dans")
        assert someone.expect("message", author="counsellor")["body"] == "Toujours là ?"

        # Three quarters of an hour later by the counsellor's clock; nothing is closed for it.
        console.clock.set_fixed_time(datetime.now().astimezone() + timedelta(minutes=46))
        expect(now).to_contain_text("45 min")
        console.clock.set_fixed_time(datetime.now().astimezone())

        server.advance_time(IDLE_CLOSE_S + 1)
        assert someone.expect("closed")["reason"] == "idle"
        expect(now).to_contain_text("faute de messages")
        expect(message_field(console)).to_have_count(0)
        console.get_by_role("button", name="Ranger").click()
        expect(conversations(console)).to_have_count(0)


def test_after_sleep_a_laptop_shows_every_message_it_missed(
    server: Server, browser: Browser, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        with asleep(browser):
            someone.say("Vous dormez ?")
            someone.expect("interrupted")
            someone.say("Je reste")
        expect(transcript(console)).to_contain_text("Vous dormez ?")
        expect(transcript(console)).to_contain_text("Je reste")
        message_field(console).fill("Me revoici")
        message_field(console).press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == "Me revoici"
        expect(transcript(console).get_by_text("Me revoici")).to_have_count(1)
        expect(conversations(console)).to_have_count(1)
