"""Texts that are longer than the log, or than one message may be."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, composer, talk_to, until, write
from tests.server import Server

TALL = "Début de la réponse.\n" + "Une ligne de plus.\n" * 60 + "Fin de la réponse."
NUMBERED = "\n".join(f"Paragraphe {number}. " + "mot " * 200 for number in range(10))


def test_a_message_taller_than_the_log_is_shown_from_its_beginning(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        log = widget.get_by_role("region", name="La conversation")
        top = "box => { const b = box.querySelector('.bubble'); return b.getBoundingClientRect().top - box.getBoundingClientRect().top }"
        counsellor.says(TALL)
        expect(widget.get_by_text("Début de la réponse.")).to_be_attached()
        until(page, lambda: 0 <= log.evaluate(top) < 80)
        # A keyboard or a longer draft does not take it away.
        composer(widget).fill("ligne\n" * 5)
        until(page, lambda: 0 <= log.evaluate(top) < 80)
        # What follows is announced, and does not move the reader.
        counsellor.says("Voilà tout.")
        marker = widget.get_by_role("button", name="1 nouveau message")
        expect(marker).to_be_visible()
        assert 0 <= log.evaluate(top) < 80
        marker.click()
        expect(widget.get_by_text("Voilà tout.")).to_be_in_viewport(ratio=1)
        composer(widget).fill("")
        counsellor.says("À bientôt.")
        expect(widget.get_by_text("À bientôt.")).to_be_in_viewport(ratio=1)
        counsellor.closes()


def test_what_came_meanwhile_is_shown_from_its_beginning_when_the_chat_is_seen_again(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        write(widget, "Comment faire ?")
        counsellor.reads("Comment faire ?")
        widget.get_by_role("button", name="Réduire").click()
        counsellor.says(TALL)
        back = page.get_by_role("button", name=f"{BACK} (1)")
        expect(back).to_be_visible()
        # On a slow device the layout's own scrolling is heard before the chat knows that it is seen.
        widget.locator(".log").evaluate("log => log.dispatchEvent(new Event('scroll'))")
        back.click()
        log = widget.get_by_role("region", name="La conversation")
        shown = "box => box.querySelector('.message:not(.is-mine)').getBoundingClientRect().top - box.getBoundingClientRect().top"
        until(page, lambda: 0 <= log.evaluate(shown) < 80)
        counsellor.closes()


def test_a_text_over_the_limit_is_sent_in_parts_by_one_press(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        composer(widget).fill(NUMBERED)
        # Grouped as in French, by a narrow space.
        expect(widget.get_by_role("alert")).to_contain_text("limite : 4\u202f000")
        expect(widget.get_by_role("alert")).to_contain_text("4\u202f1")
        widget.get_by_role("button", name="Envoyer en 3 messages").click()
        expect(composer(widget)).to_have_value("")
        expect(widget.locator(".is-mine")).to_have_count(3)
        until(page, lambda: len(counsellor.read()) == 3)
        parts = counsellor.read()
        assert "\n".join(parts).split() == NUMBERED.split()
        assert all(part.startswith("Paragraphe") and len(part) <= 4000 for part in parts)
        counsellor.closes()


def test_private_data_in_a_text_in_parts_is_asked_about_once(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        composer(widget).fill(f"{NUMBERED} jean@exemple.be")
        widget.get_by_role("button", name="Envoyer en 3 messages").click()
        expect(widget.get_by_text("une adresse e-mail")).to_be_visible()
        assert counsellor.read() == []
        widget.get_by_role("button", name="Envoyer quand même").click()
        until(page, lambda: len(counsellor.read()) == 3)
        counsellor.closes()
