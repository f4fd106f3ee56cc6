"""Handing a conversation on, asking a colleague in, closing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    be_available,
    conversations,
    in_conversation,
    message_field,
    offers,
    transcript,
)
from tests.server import Server


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("hands-over"), prepared=prepared) as running:
        yield running


def test_a_transfer_moves_the_transcript_and_note_from_the_sender_to_the_target(
    server: Server, sign_in: OpenPage
) -> None:
    first = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, first, theme="formation") as someone:
        someone.say("Je cherche une formation")
        first.keyboard.type("Je vous passe quelqu’un")
        first.keyboard.press("Enter")
        someone.expect("message", author="counsellor")
        second = be_available(sign_in, "conseiller.cefo")

        first.keyboard.press("Alt+t")
        dialog = first.get_by_role("dialog")
        expect(dialog.get_by_label("Chercher")).to_be_focused()
        first.keyboard.type("kar")
        expect(dialog.get_by_role("radio")).to_have_count(1)
        dialog.get_by_label("Karim").check()
        dialog.get_by_label("Note pour qui reprend").fill("A déjà un diplôme")
        dialog.get_by_role("button", name="Transférer").click()
        expect(conversations(first)).to_have_count(0)
        expect(first.get_by_text("Conversation 1 transférée.")).to_be_visible()
        expect(first.get_by_text("Je cherche une formation")).to_have_count(0)

        expect(offers(second)).to_have_count(1)
        second.keyboard.press("Alt+a")
        expect(message_field(second)).to_be_focused()
        expect(transcript(second)).to_contain_text("Je cherche une formation")
        expect(transcript(second)).not_to_contain_text("A déjà un diplôme")
        expect(second.locator(".note")).to_contain_text("A déjà un diplôme")
        # What the first one wrote is not shown as one's own.
        expect(transcript(second)).not_to_contain_text("Vous")
        expect(conversations(second)).to_contain_text("Vous attend depuis")


def test_a_transfer_needs_a_target(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console):
        console.keyboard.press("Alt+t")
        dialog = console.get_by_role("dialog")
        dialog.get_by_role("button", name="Transférer").click()
        expect(dialog.get_by_role("alert")).to_have_text(
            "Choisissez une thématique, une équipe ou une personne."
        )
        console.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(message_field(console)).to_be_focused()
        expect(conversations(console)).to_have_count(1)


def test_an_invited_colleague_reads_and_writes_but_neither_closes_nor_transfers(
    server: Server, sign_in: OpenPage
) -> None:
    owner = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, owner) as someone:
        someone.say("C’est compliqué")
        guest = be_available(sign_in, "conseiller.cefo")
        owner.keyboard.press("Alt+i")
        owner.get_by_role("dialog").get_by_label("Karim").check()
        owner.keyboard.press("Enter")
        expect(offers(guest)).to_contain_text("Un·e collègue vous invite")
        guest.keyboard.press("Alt+a")
        expect(transcript(guest)).to_contain_text("C’est compliqué")
        expect(transcript(owner)).to_contain_text("Karim a rejoint la conversation")
        guest.keyboard.type("Je peux aider")
        guest.keyboard.press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == "Je peux aider"
        expect(transcript(owner)).to_contain_text("Je peux aider")

        guest.keyboard.press("Alt+c")
        guest.keyboard.press("Alt+t")
        expect(guest.get_by_role("dialog")).to_have_count(0)
        expect(guest.get_by_role("button", name=re.compile("Clore"))).to_have_count(0)

        # Who was asked in is known to a page that comes back, and to every other tab.
        owner.reload()
        expect(owner.get_by_text("Karim participe")).to_be_visible()
        owner.get_by_role("button", name="Retirer").click()
        expect(conversations(guest)).to_have_count(0)
        expect(guest.locator(".lost")).to_contain_text("Votre participation a pris fin")
        expect(conversations(owner)).to_have_count(1)


def test_closing_records_the_subject_as_codes(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console, theme="orientation") as someone:
        sent: list[str] = []
        console.keyboard.press("Alt+c")
        dialog = console.get_by_role("dialog")
        expect(dialog.get_by_role("radio").first).to_have_accessible_name("Orientation demandée")
        dialog.get_by_role("button", name=re.compile("Clore la conversation")).click()
        expect(dialog.get_by_role("alert")).to_have_text("Choisissez de quoi il s’agissait.")
        dialog.get_by_label("Formation", exact=True).check()
        dialog.get_by_label("Information").check()
        dialog.get_by_label("Écoute").check()
        dialog.get_by_role("button", name=re.compile("Clore la conversation")).click()
        sent.append(someone.expect("closed")["reason"])
        assert sent == ["counsellor_closed"]
        expect(conversations(console)).to_have_count(0)


def test_signing_out_closes_the_console_in_every_tab_and_clears_the_messages(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm", by_form=True)
    with in_conversation(server, console) as someone:
        someone.say("Entre nous")
        other = console.context.new_page()
        other.goto("/console/")
        expect(transcript(other)).to_contain_text("Entre nous")
        console.get_by_role("button", name="Se déconnecter").click()
        dialog = console.get_by_role("dialog")
        expect(dialog).to_contain_text("Une conversation est en cours")
        dialog.get_by_role("button", name="Rester").click()
        expect(message_field(console)).to_be_focused()
        console.keyboard.type("À moitié")
        console.get_by_role("button", name="Se déconnecter").click()
        expect(dialog).to_contain_text("n’avez pas envoyé")
        dialog.get_by_role("button", name="Se déconnecter quand même").click()
        someone.expect("requeued")
        console.wait_for_url("**/accounts/**")
        expect(other.get_by_text("Vous êtes déconnecté·e de la console")).to_be_visible()
        expect(other.get_by_text("Entre nous")).to_have_count(0)
        other.get_by_role("link", name="Se reconnecter").click()
        other.wait_for_url("**/accounts/login/**")
