"""A counsellor answers: by keyboard alone, several people at once, through a reload and a restart of the server."""

import re
import signal
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
    reload,
    transcript,
)
from tests.browser.socket_visitor import SocketVisitor
from tests.server import Server


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For this file alone: nobody else's counsellors are rung."""
    with Server(tmp_path_factory.mktemp("answers"), prepared=prepared) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "speaks", "theme", "greeting", "closed"),
    [
        ("fr-BE", "fr", "Emploi", "Bonjour, je vous lis", "Conversation 1 close."),
        ("nl-BE", "nl", "Werk", "Dag, ik lees mee", "Gesprek 1 afgesloten."),
    ],
)
def test_the_whole_job_is_done_by_keyboard(
    server: Server, sign_in: OpenPage, language: str, speaks: str, theme: str, greeting: str, closed: str
) -> None:
    console = be_available(sign_in, "conseillere.cdm", language=language)
    keys = console.keyboard
    with SocketVisitor(server, theme="emploi", language=speaks) as someone:
        someone.ask()
        expect(offers(console)).to_contain_text(theme)
        keys.press("Alt+a")
        someone.expect("joined")
        expect(message_field(console)).to_be_focused()
        someone.say("Un CV, c’est urgent")
        expect(transcript(console)).to_contain_text("Un CV, c’est urgent")

        # A canned reply: "/", a few letters of it, Enter puts it into the field, Enter sends it.
        keys.type("/")
        expect(console.get_by_role("combobox", name=re.compile("Réponses types|Standaard"))).to_be_focused()
        keys.type(greeting[:4])
        expect(console.locator(".picker-option[aria-selected=true]")).to_contain_text(greeting)
        keys.press("Enter")
        expect(message_field(console)).to_have_value(re.compile(greeting))
        keys.press("Enter")
        assert greeting in someone.expect("message", author="counsellor")["body"]

        # Two lines, and the signs of markup stay signs.
        keys.type("un <b>")
        keys.press("Shift+Enter")
        keys.type("deux")
        keys.press("Enter")
        heard = someone.expect("message", author="counsellor")
        assert heard["body"] == "un <b>\ndeux"
        someone.send("seen", seq=heard["seq"])
        expect(transcript(console)).to_contain_text(re.compile("Lu|Gelezen"))
        expect(transcript(console).locator("b")).to_have_count(0)

        # A note goes to colleagues, and never to the visitor.
        keys.press("Alt+o")
        keys.type("à suivre")
        keys.press("Enter")
        expect(console.locator(".note")).to_contain_text("à suivre")
        keys.press("Alt+m")
        expect(message_field(console)).to_be_focused()
        expect(transcript(console)).not_to_contain_text("à suivre")

        keys.press("Alt+c")
        expect(console.get_by_role("dialog")).to_be_visible()
        # The theme asked for comes first; nothing is chosen beforehand.
        keys.press("Tab")
        keys.press("Space")
        keys.press("Enter")
        assert someone.expect("closed")["outcome"] == "served"
        expect(console.get_by_text(closed)).to_be_visible()
        expect(conversations(console)).to_have_count(0)


def test_text_typed_before_the_server_answers_goes_to_the_accepted_conversation(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with (
        in_conversation(server, console, theme="emploi"),
        SocketVisitor(server, theme="formation") as second,
    ):
        second.ask()
        expect(offers(console)).to_have_count(1)
        console.keyboard.type("Bonj")
        server.send(signal.SIGSTOP)
        try:
            console.keyboard.press("Alt+a")
            # Nearly every letter of it is a shortcut outside a field.
            console.keyboard.type("Racontez-moi")
            console.keyboard.press("Enter")
            console.keyboard.type("tout à")
            expect(conversations(console).nth(1)).to_contain_text("Un instant…")
            expect(transcript(console)).to_contain_text("Racontez-moi")
            # There is nothing to transfer or to close yet.
            console.keyboard.press("Alt+c")
            expect(console.get_by_role("dialog")).to_have_count(0)
        finally:
            server.send(signal.SIGCONT)
        console.keyboard.type(" fait")
        assert second.expect("message", author="counsellor")["body"] == "Racontez-moi"
        expect(conversations(console).nth(1)).not_to_contain_text("Un instant…")
        expect(message_field(console)).to_have_value("tout à fait")
        console.keyboard.press("Alt+ArrowUp")
        expect(message_field(console)).to_have_value("Bonj")
        expect(transcript(console).locator(".bubble")).to_have_count(0)
        message_field(console).fill("")


def test_several_conversations_keep_their_own_drafts_and_unread_marks(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with (
        in_conversation(server, console, theme="emploi") as first,
        in_conversation(server, console, theme="formation") as second,
    ):
        console.keyboard.type("à moitié écrit")
        first.say("Vous êtes là ?")
        first.say("Bonjour ?")
        waiting = conversations(console).filter(has_text="Emploi")
        expect(waiting).to_contain_text("Vous attend depuis")
        expect(waiting.locator(".unread")).to_contain_text("2")
        expect(console).to_have_title("(2) Miti")

        console.keyboard.press("Alt+n")
        expect(message_field(console)).to_have_value("")
        expect(transcript(console)).to_contain_text("Bonjour ?")
        expect(waiting.locator(".unread")).to_have_count(0)
        console.keyboard.type("Oui, je vous lis")
        console.keyboard.press("Enter")
        assert first.expect("message", author="counsellor")["body"] == "Oui, je vous lis"
        expect(waiting).to_contain_text("À la personne de répondre")

        console.keyboard.press("Alt+ArrowDown")
        expect(message_field(console)).to_have_value("à moitié écrit")
        console.keyboard.press("Enter")
        assert second.expect("message", author="counsellor")["body"] == "à moitié écrit"


def test_a_reload_loses_nothing_that_was_said(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        someone.say("première")
        console.keyboard.type("réponse")
        console.keyboard.press("Enter")
        someone.expect("message", author="counsellor")
        reload(console)
        expect(transcript(console)).to_contain_text("première")
        expect(transcript(console)).to_contain_text("Vous")
        someone.say("deuxième")
        expect(transcript(console).locator(".bubble")).to_have_text(["première", "réponse", "deuxième"])


def test_leaving_the_page_with_a_draft_is_asked_about(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        console.keyboard.type("pas encore envoyé")
        with console.expect_event("dialog") as asked:
            console.close(run_before_unload=True)
        assert asked.value.type == "beforeunload"
        asked.value.dismiss()
        console.keyboard.press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == "pas encore envoyé"


def test_a_server_restart_keeps_the_shown_messages_and_those_written_meanwhile(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        someone.say("avant")
        expect(transcript(console)).to_contain_text("avant")
        server.kill()
        expect(console.get_by_text("La connexion est coupée")).to_be_visible()
        console.keyboard.type("écrit pendant la panne")
        console.keyboard.press("Enter")
        expect(transcript(console)).to_contain_text("Partira au retour de la connexion")
        server.start()
        expect(console.get_by_text("La connexion est coupée")).to_have_count(0)
        expect(transcript(console).locator(".bubble")).to_have_text(["avant", "écrit pendant la panne"])
        expect(transcript(console)).not_to_contain_text("Partira au retour")
        someone.come_back()


def test_a_message_that_names_an_institution_is_held_back_once(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        console.keyboard.type("Passez au CEFO de Mons")
        expect(console.get_by_text("Ce message nomme « CEFO »")).to_be_visible()
        for _ in "held down":
            console.keyboard.down("Enter")
        console.keyboard.up("Enter")
        expect(console.get_by_text("Envoyez encore une fois")).to_be_visible()
        expect(transcript(console).locator(".bubble")).to_have_count(0)
        console.keyboard.press("Enter")
        assert someone.expect("message", author="counsellor")["body"] == "Passez au CEFO de Mons"


def test_a_text_that_is_too_long_is_kept_and_not_sent(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console):
        message_field(console).fill("x" * 4_001)
        expect(console.get_by_text("trop long d’un signe")).to_be_visible()
        console.keyboard.press("Enter")
        expect(message_field(console)).to_have_value("x" * 4_001)
        expect(transcript(console).locator(".bubble")).to_have_count(0)


def test_after_a_visitor_leaves_the_messages_stay_until_the_counsellor_releases_them(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        someone.say("Merci, au revoir")
        someone.send("leave")
        expect(console.get_by_text("La personne a quitté la conversation.")).to_be_visible()
        expect(transcript(console)).to_contain_text("Merci, au revoir")
        expect(message_field(console)).to_have_count(0)
        # The field went away under the fingers: one goes on from here, and whatever is typed on does nothing.
        expect(console.locator("#conversation")).to_be_focused()
        console.get_by_role("button", name="Ranger").click()
        expect(conversations(console)).to_have_count(0)
        expect(console.get_by_text("Merci, au revoir")).to_have_count(0)
