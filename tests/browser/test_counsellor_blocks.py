"""Ending a conversation that hurts. In a file of its own: afterwards this server knows the tests' address as a bad one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, conversations, in_conversation
from tests.server import Server


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("blocks"), prepared=prepared) as running:
        yield running


def test_an_abusive_visitor_is_ended_with_a_reason(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        console.get_by_role("button", name="Bloquer la personne").click()
        dialog = console.get_by_role("dialog", name="Clore et bloquer")
        dialog.get_by_role("button", name="Clore et bloquer").click()
        expect(dialog.get_by_role("alert")).to_have_text("Choisissez une raison.")
        dialog.get_by_role("radio").first.check()
        dialog.get_by_role("button", name="Clore et bloquer").click()
        assert someone.expect("closed")["reason"] == "blocked"
        expect(conversations(console)).to_have_count(0)
