"""What a screen reader says of the visitor's chat without being asked: each thing once, in sentences."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.announcements import SCRIPT
from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, ask, composer, open_widget, talk_to, until, write
from tests.server import Server


def opened(open_page: OpenPage) -> Page:
    page = open_page("about:blank")
    page.add_init_script(SCRIPT)
    page.goto("/demo/")
    return page


def spoken(page: Page) -> list[str]:
    frame = next(frame for frame in page.frames if "/widget/" in frame.url)
    said: list[str] = frame.evaluate("said")
    return said


def times(page: Page, words: str) -> int:
    return sum(words in said for said in spoken(page))


def says(page: Page, words: str) -> Callable[[], bool]:
    return lambda: times(page, words) > 0


def test_the_place_in_the_queue_is_said_on_entering_it(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = opened(open_page)
        ask(open_widget(page))
        until(page, says(page, "Vous êtes la prochaine personne."))
        assert times(page, "Vous êtes la prochaine personne.") == 1
        counsellor.accepts()
        until(page, says(page, "Quelqu’un est là"))
        counsellor.closes()


def test_each_message_is_said_once_and_one_s_own_too(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = opened(open_page)
        widget = open_widget(page)
        ask(widget)
        write(widget, "écrit en attendant")
        counsellor.accepts()
        counsellor.reads("écrit en attendant")
        write(widget, "puis ceci")
        counsellor.reads("écrit en attendant", "puis ceci")
        counsellor.says("bonjour à vous")
        expect(widget.get_by_text("bonjour à vous")).to_be_visible()
        write(widget, "et cela")
        counsellor.reads("écrit en attendant", "puis ceci", "et cela")
        expect(widget.get_by_text("Lu").or_(widget.get_by_text("Envoyé"))).to_be_visible()
        for body in ("écrit en attendant", "puis ceci", "bonjour à vous", "et cela"):
            assert times(page, body) == 1, (body, spoken(page))
        counsellor.closes()


def test_the_connection_s_return_is_said(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = opened(open_page)
        talk_to(counsellor, page)
        page.context.set_offline(True)
        until(page, says(page, "La connexion est coupée"))
        page.context.set_offline(False)
        until(page, says(page, "La liaison est rétablie"))
        assert times(page, "La liaison est rétablie") == 1
        counsellor.closes()


def test_that_somebody_writes_is_a_sentence_now_and_then(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = opened(open_page)
        widget = talk_to(counsellor, page)
        for number in range(3):
            counsellor.sends("typing", on=True)
            expect(widget.locator(".typing:not(.is-still)")).to_have_count(1)
            counsellor.says(f"message {number}")
            expect(widget.get_by_text(f"message {number}")).to_be_visible()
        assert times(page, "Conseiller·ère est en train d’écrire.") == 1
        assert "écrit…" not in spoken(page)
        counsellor.closes()


def test_escape_takes_a_question_back_and_leaves_the_chat_open(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = opened(open_page)
        widget = talk_to(counsellor, page)
        widget.get_by_role("button", name="Terminer", exact=True).click()
        expect(widget.get_by_role("button", name="Continuer à parler")).to_be_focused()
        page.keyboard.press("Escape")
        expect(widget.get_by_role("alertdialog")).to_have_count(0)
        expect(composer(widget)).to_be_focused()
        write(widget, "mon adresse : jean@exemple.be")
        expect(widget.get_by_role("button", name="Envoyer quand même")).to_be_visible()
        page.clock.set_fixed_time("2040-01-01T00:00:00Z")
        page.keyboard.press("Escape")
        expect(widget.get_by_role("button", name="Envoyer quand même")).to_have_count(0)
        # With no question left, it reduces the chat.
        page.clock.set_fixed_time("2040-01-01T00:01:00Z")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=BACK)).to_be_focused()
        counsellor.closes()
