"""What a screen reader says of each state of the chat: each event once, in order, in whole sentences.

The announcements are those of live regions that were there before (`announcements.js`); what the focus moves to is told apart.
"""

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.announcements import Announcements
from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import START, ask, composer, open_widget, stop_waiting, write
from tests.server import Server

CAME = re.compile(r"Quelqu’un est là pour vous répondre\. \d\d:\d\d")
NEXT = "Vous êtes la prochaine personne. L’attente sera d’environ 1 minute."
LEFT = (
    re.compile(r"Conseiller·ère n’est plus là\. \d\d:\d\d"),
    re.compile(r"Vous avez gardé votre place\. Nous cherchons quelqu’un d’autre\. \d\d:\d\d"),
)
CUT = "La connexion est coupée. Nous essayons de la rétablir ; rien de ce que vous avez écrit n’est perdu."
MENDED = "La liaison est rétablie. Ce que vous lisez ici est toujours là."


@pytest.fixture
def heard(open_page: OpenPage) -> Announcements:
    return Announcements(open_page("about:blank"), within="/widget/")


def opened(heard: Announcements) -> tuple[Page, FrameLocator]:
    heard.page.goto("/demo/")
    return heard.page, open_widget(heard.page)


def waits(heard: Announcements) -> FrameLocator:
    _page, widget = opened(heard)
    ask(widget)
    heard.next(NEXT)
    return widget


def talks(heard: Announcements, counsellor: SocketCounsellor) -> FrameLocator:
    widget = waits(heard)
    counsellor.accepts()
    heard.next(CAME, "Quelqu’un vous lit. Écrivez votre question.")
    return widget


def test_the_first_page_says_nothing_by_itself_and_names_what_it_asks(
    server: Server, heard: Announcements
) -> None:
    with SocketCounsellor(server):
        _page, widget = opened(heard)
        heard.nothing_else()
        expect(widget.get_by_role("heading", name="Bonjour")).to_be_focused()
        expect(widget.locator("main")).to_match_aria_snapshot("""
            - main:
              - heading "Bonjour. Posez votre question." [level=1]
              - group "De quoi voulez-vous parler ?":
                - radio "Orientation"
              - button "Commencer"
        """)
        widget.get_by_role("button", name=START["fr"]).click()
        heard.next("Choisissez un thème. Si vous hésitez, prenez le dernier.")
        heard.nothing_else()


def test_waiting_says_the_place_once_and_leaving_the_queue_says_so(
    server: Server, heard: Announcements
) -> None:
    with SocketCounsellor(server):
        widget = waits(heard)
        expect(widget.get_by_role("heading", name="Dans la file")).to_be_focused()
        write(widget, "Bonjour")
        heard.next("Vous Bonjour")
        widget.get_by_role("button", name="Ne plus attendre", exact=True).click()
        dialog = widget.get_by_role("alertdialog", name="Ne plus attendre")
        expect(dialog).to_have_accessible_description("Ne plus attendre ? Vous perdrez votre place.")
        dialog.get_by_role("button", name="Continuer à attendre").click()
        stop_waiting(widget)
        heard.next("Vous avez quitté la file.")
        expect(widget.get_by_role("heading", name="Vous n’attendez plus")).to_be_focused()
        heard.nothing_else()


def test_a_conversation_says_who_came_each_message_and_each_own_message_once(
    server: Server, heard: Announcements
) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = waits(heard)
        write(widget, "Bonjour")
        heard.next("Vous Bonjour")
        counsellor.accepts()
        heard.next(CAME, "Quelqu’un lit votre question.")
        counsellor.sends("typing", on=True)
        heard.next("Conseiller·ère est en train d’écrire.")
        counsellor.says("Bonjour. Que faites-vous ?")
        heard.next("Conseiller·ère Bonjour. Que faites-vous ?")
        counsellor.sends("typing", on=True)
        expect(widget.locator(".typing")).not_to_have_class(re.compile("is-still"))
        counsellor.says("Aujourd’hui, je veux dire.")
        heard.next("Conseiller·ère Aujourd’hui, je veux dire.")
        write(widget, "Je suis vendeuse.")
        heard.next("Vous Je suis vendeuse.")
        counsellor.reads("Bonjour", "Je suis vendeuse.")
        expect(widget.get_by_text("Envoyé", exact=True)).to_be_visible()
        expect(widget.get_by_role("log")).to_match_aria_snapshot("""
            - log:
              - text: Quelqu’un est là pour vous répondre.
              - text: Vous Bonjour
              - text: /Conseiller·ère Bonjour. Que faites-vous . Conseiller·ère Aujourd’hui, je veux dire./
              - text: Vous Je suis vendeuse.
        """)
        counsellor.closes()
        heard.next("La personne qui vous répondait y a mis fin.")
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_focused()
        heard.nothing_else()


def test_the_end_is_told_to_those_whose_focus_is_elsewhere(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as counsellor:
        talks(heard, counsellor)
        heard.page.get_by_role("heading").first.click()
        counsellor.closes()
        heard.next("La conversation est terminée. La personne qui vous répondait y a mis fin.")
        heard.nothing_else()


def test_a_lost_connection_is_told_once_and_so_is_its_return(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = talks(heard, counsellor)
        heard.page.context.set_offline(True)
        heard.next(CUT)
        write(widget, "Dans le tunnel")
        heard.next("Vous Dans le tunnel")
        heard.page.context.set_offline(False)
        counsellor.reads("Dans le tunnel")
        heard.next(MENDED, "Quelqu’un lit votre question.")
        counsellor.closes()
        heard.next("La personne qui vous répondait y a mis fin.")
        heard.nothing_else()


def test_a_counsellor_who_is_cut_off_is_told_of(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as counsellor:
        talks(heard, counsellor)
        counsellor.vanishes()
        heard.next("La personne qui vous répond a perdu sa connexion. Votre place est gardée.")
        heard.nothing_else()


def test_a_transfer_is_told_in_order_and_names_nobody(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as first:
        talks(heard, first)
        with SocketCounsellor(server, "conseiller.cefo") as second:
            first.sends("transfer", to={"pool": "demo-cefo"})
            second.rings()
            heard.next(*LEFT, NEXT)
            second.sends("accept")
            second.hears("opened")
            heard.next(CAME, "Quelqu’un vous lit. Écrivez votre question.")
            second.says("Me voici")
            heard.next("Conseiller·ère 2 Me voici")
            second.closes()
            heard.next("La personne qui vous répondait y a mis fin.")
            heard.nothing_else()


def test_a_warning_before_private_data_and_the_end_is_an_alert(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = talks(heard, counsellor)
        write(widget, "0470 12 34 56")
        heard.next(
            re.compile("Vous avez écrit ce qui semble être un numéro de téléphone.* Envoyer quand même")
        )
        widget.get_by_role("button", name="Modifier").click()
        composer(widget).fill("")
        widget.get_by_role("button", name="Terminer").click()
        dialog = widget.get_by_role("alertdialog", name="Terminer")
        expect(dialog).to_have_accessible_description("Terminer la conversation ? Elle sera effacée.")
        expect(dialog.get_by_role("button", name="Continuer à parler")).to_be_focused()
        dialog.get_by_role("button", name="Oui, terminer").click()
        heard.next("Vous y avez mis fin.")
        heard.nothing_else()


def test_the_survey_thanks_in_a_region_that_was_there(server: Server, heard: Announcements) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = talks(heard, counsellor)
        counsellor.says("Bonjour")
        heard.next("Conseiller·ère Bonjour")
        write(widget, "Merci")
        heard.next("Vous Merci")
        counsellor.reads("Merci")
        counsellor.closes()
        heard.next("La personne qui vous répondait y a mis fin.")
        widget.get_by_text("Votre avis").click()
        widget.get_by_role("radio", name="5", exact=True).check()
        widget.get_by_role("button", name="Donner mon avis").click()
        heard.next("Merci. Votre avis aide à mieux répondre.")
        heard.nothing_else()


def test_a_closed_site_is_told_by_its_heading_and_its_page(heard: Announcements) -> None:
    heard.page.goto("/demo/?site=miti")
    heard.page.get_by_role("button", name=re.compile("Fermé|Une question|Personne")).click()
    widget = heard.page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_role("heading", level=1)).to_be_focused()
    heard.nothing_else()
