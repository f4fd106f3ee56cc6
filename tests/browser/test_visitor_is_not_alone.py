"""Who is there, as the visitor is told: nobody is promised who is not connected, and nobody is missed while somebody is."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, open_widget, talk_to, until, write
from tests.live.database_file import counsellor_id
from tests.server import Server

READING = "Quelqu’un lit votre question."
LOST = "a perdu sa connexion"


def test_a_question_that_was_accepted_is_being_read_until_the_first_answer(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        expect(widget.get_by_text("lit votre question")).to_have_count(0)
        counsellor.accepts()
        # Nothing to read yet: nobody must wait for the other.
        expect(widget.get_by_text("Quelqu’un vous lit. Écrivez votre question.")).to_be_visible()
        write(widget, "Comment devenir infirmière ?")
        expect(widget.get_by_text(READING)).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Revenir à la conversation").click()
        expect(widget.get_by_text(READING)).to_be_visible()
        counsellor.says("Bonjour !")
        expect(widget.get_by_text("Bonjour !")).to_be_visible()
        expect(widget.get_by_text(READING)).to_have_count(0)
        counsellor.closes()


def test_nobody_is_said_to_read_while_their_connection_is_lost(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        write(widget, "Vous êtes là ?")
        expect(widget.get_by_text(READING)).to_be_visible()
        counsellor.vanishes()
        expect(widget.get_by_text(LOST)).to_be_visible()
        expect(widget.get_by_text(READING)).to_have_count(0)
        # A page that is loaded meanwhile promises nobody either.
        page.reload()
        page.get_by_role("button", name="Revenir à la conversation").click()
        expect(widget.get_by_text(LOST)).to_be_visible()
        expect(widget.get_by_text(READING)).to_have_count(0)
        with SocketCounsellor(server) as again:
            expect(widget.get_by_text(READING)).to_be_visible()
            expect(widget.get_by_text(LOST)).to_have_count(0)
            again.conversation = counsellor.conversation
            again.closes()


def test_who_writes_is_named_by_their_number_and_one_of_two_who_is_lost_is_not_missed(
    server: Server, open_page: OpenPage
) -> None:
    frames: list[str] = []
    with SocketCounsellor(server) as first:
        page = open_page("about:blank")
        page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(str(text))))
        page.goto("/demo/")
        widget = talk_to(first, page)
        with SocketCounsellor(server, "conseiller.cefo") as second:
            first.sends("invite", counsellor=counsellor_id(server, "conseiller.cefo"))
            second.accepts()
            expect(widget.get_by_text("Conseiller·ère 2 lit aussi cette conversation")).to_be_visible()
            expect(widget.get_by_role("heading", name="Conseiller·ère, Conseiller·ère 2")).to_be_visible()
            first.says("Je vous écoute")
            second.sends("typing", on=True)
            expect(widget.get_by_text("Conseiller·ère 2 écrit…")).to_be_visible()
            second.says("Moi aussi")
            first.says("Ma collègue vous répond")
            expect(widget.locator(".who")).to_have_text(
                ["Conseiller·ère", "Conseiller·ère 2", "Conseiller·ère"]
            )
        # The second is lost, and nobody is told that nobody is there.
        until(page, lambda: any('"interrupted"' in text for text in frames))
        first.says("Elle revient")
        expect(widget.get_by_text("Elle revient")).to_be_visible()
        expect(widget.get_by_text(LOST)).to_have_count(0)
        first.closes()
