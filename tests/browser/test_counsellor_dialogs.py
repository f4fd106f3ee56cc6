"""After a dialog the counsellor writes on; nothing that is typed by mistake ends a conversation."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    be_available,
    conversations,
    in_conversation,
    message_field,
    transcript,
)
from tests.server import Server

SENTENCE = "c'est encore possible, tapez-moi ?"


def by_button(console: Page) -> None:
    console.locator("dialog").get_by_role("button", name="Fermer").click()


def by_escape(console: Page) -> None:
    console.keyboard.press("Escape")


@pytest.mark.parametrize("closed_by", [by_button, by_escape])
def test_after_any_dialog_what_is_typed_is_a_message(
    server: Server, sign_in: OpenPage, closed_by: object
) -> None:
    assert callable(closed_by)
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        for name in (
            "Transférer",
            "Inviter un·e collègue",
            "Clore",
            "Bloquer la personne",
            "Raccourcis",
            "Mon poste",
        ):
            console.get_by_role("button", name=name, exact=name != "Clore").first.click()
            expect(console.locator("dialog")).to_be_visible()
            closed_by(console)
            expect(console.locator("dialog")).to_have_count(0)
            console.keyboard.type(SENTENCE)
            console.keyboard.press("Enter")
            assert someone.expect("message", author="counsellor")["body"] == SENTENCE
            expect(console.locator("dialog")).to_have_count(0)
        expect(transcript(console).get_by_text(SENTENCE)).to_have_count(6)


def test_typing_into_a_dialog_that_was_opened_by_mistake_does_nothing(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        for shortcut in ("Alt+c", "Alt+t", "Alt+i"):
            console.keyboard.press(shortcut)
            expect(console.locator("dialog")).to_be_visible()
            console.keyboard.type(SENTENCE)
            console.keyboard.press("Enter")
            console.keyboard.press("Escape")
            expect(console.locator("dialog")).to_have_count(0)
        console.get_by_role("button", name="Bloquer la personne").click()
        console.keyboard.type(SENTENCE)
        console.keyboard.press("Enter")
        console.keyboard.press("Escape")
        expect(message_field(console)).to_be_focused()
        someone.say("Vous êtes là ?")
        expect(transcript(console)).to_contain_text("Vous êtes là ?")
        expect(conversations(console)).to_have_count(1)


def test_with_single_letters_switched_on_a_sentence_outside_a_field_closes_nothing(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.get_by_role("button", name="Raccourcis").click()
    console.get_by_label("Raccourcis d’une seule lettre").check()
    by_escape(console)
    with in_conversation(server, console) as someone:
        console.locator(".side-facts").click()
        console.keyboard.press("c")
        expect(console.locator("dialog")).to_be_visible()
        console.keyboard.type(SENTENCE[1:])
        console.keyboard.press("Enter")
        expect(console.get_by_role("alert").get_by_text("Choisissez")).to_have_count(0)
        by_escape(console)
        someone.say("Vous êtes là ?")
        expect(transcript(console)).to_contain_text("Vous êtes là ?")


def test_a_note_that_a_dialog_interrupted_goes_on_as_a_note(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console):
        console.keyboard.press("Alt+o")
        console.keyboard.type("Entre ")
        console.keyboard.press("Alt+t")
        expect(console.locator("dialog")).to_be_visible()
        by_button(console)
        console.keyboard.type("nous")
        expect(console.locator("#note")).to_have_value("Entre nous")
        expect(message_field(console)).to_have_value("")
        console.locator("#note").fill("")
