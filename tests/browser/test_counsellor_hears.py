"""What a screen reader says of the console: an offer, a message, a lost connection; each once, in whole sentences."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.announcements import Announcements
from tests.browser.conftest import Axe, OpenPage
from tests.browser.counsellor_screen import AVAILABLE, become, is_open, message_field, offers
from tests.browser.socket_visitor import SocketVisitor
from tests.server import Server

OFFER = "Une personne attend. Alt A pour accepter."
LOST = "La connexion est coupée. Nous réessayons. Rien n’est perdu : vos messages partiront au retour."


@pytest.fixture
def console(sign_in: OpenPage) -> Page:
    return sign_in("conseillere.cdm", "/accounts/")


@pytest.fixture
def heard(console: Page) -> Announcements:
    """In an open console, ready."""
    heard = Announcements(console, within="/console/")
    console.goto("/console/")
    become(console, AVAILABLE)
    heard.begin()
    return heard


def test_an_offer_is_said_once_and_so_is_that_it_has_gone(
    server: Server, console: Page, heard: Announcements
) -> None:
    with SocketVisitor(server) as someone:
        someone.ask()
        heard.next(OFFER)
        expect(offers(console)).to_have_count(1)
    heard.next("La personne est partie avant la réponse. Masquer")
    heard.nothing_else()


def test_a_conversation_is_said_with_its_number_and_each_message_once(
    server: Server, console: Page, heard: Announcements
) -> None:
    with SocketVisitor(server) as someone:
        someone.ask()
        heard.next(OFFER)
        console.keyboard.press("Alt+a")
        someone.expect("joined")
        is_open(console)
        heard.next("Conversation 1 ouverte.")
        someone.say("Bonjour")
        heard.next("Internaute Bonjour")
        message_field(console).fill("Bonjour, je vous lis.")
        console.keyboard.press("Enter")
        heard.next("Vous Bonjour, je vous lis.")
        someone.expect("message", author="counsellor")
    heard.next("La personne a quitté la conversation.")
    heard.nothing_else()


def test_a_lost_connection_is_an_alert_that_was_there_and_is_clean_for_axe(
    console: Page, heard: Announcements, axe: Axe
) -> None:
    console.context.set_offline(True)
    heard.next(LOST)
    axe(console)
    console.context.set_offline(False)
    heard.next("La connexion est revenue.")
    expect(console.get_by_text("La connexion est coupée")).to_have_count(0)
    heard.nothing_else()


def test_signing_out_with_a_conversation_open_is_a_dialog_that_says_what_follows(
    server: Server, console: Page, heard: Announcements, axe: Axe
) -> None:
    with SocketVisitor(server) as someone:
        someone.ask()
        heard.next(OFFER)
        console.keyboard.press("Alt+a")
        is_open(console)
        heard.next("Conversation 1 ouverte.")
        console.get_by_role("button", name="Se déconnecter").click()
        dialog = console.get_by_role("dialog", name="Se déconnecter ?")
        expect(dialog).to_contain_text("Une conversation est en cours.")
        axe(console)
        console.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    heard.next("La personne a quitté la conversation.")
    heard.nothing_else()
