"""Private data and words of danger are noticed in the browser, before anything is sent, and told to nobody."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import ask, composer, open_widget, write
from tests.server import ROOT, Server

SENTENCES = ROOT / "tests" / "js" / "crisis_sentences"


def test_private_data_is_held_back_until_the_visitor_decides(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        text = "Appelez-moi au 0470 12 34 56"
        write(widget, text)
        expect(widget.get_by_role("alert")).to_contain_text("un numéro de téléphone")
        composer(widget).press("Enter")
        expect(widget.get_by_role("alert")).to_be_visible()
        counsellor.reads()
        widget.get_by_role("button", name="Modifier").click()
        expect(composer(widget)).to_be_focused()
        expect(composer(widget)).to_have_value(text)
        write(widget, "Appelez-moi")
        counsellor.reads("Appelez-moi")
        write(widget, text)
        widget.get_by_role("button", name="Envoyer quand même").click()
        counsellor.reads("Appelez-moi", text)
        counsellor.closes()


def test_words_of_danger_show_the_numbers_and_stop_nothing(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        composer(widget).press_sequentially("j'ai envie de mourir")
        care = widget.locator(".care")
        for number in ("112", "107", "080032123", "103"):
            expect(care.locator(f'a[href="tel:{number}"]')).to_be_visible()
        assert asked == []
        counsellor.reads()
        composer(widget).press("Enter")
        counsellor.reads("j'ai envie de mourir")
        care.get_by_role("button", name="Fermer").click()
        expect(care).to_have_count(0)
        counsellor.closes()


@pytest.mark.parametrize("lang", ["fr", "nl", "en", "de", "uk"])
def test_words_of_danger_are_known_in_each_language_and_leave_sealed(
    server: Server, open_page: OpenPage, lang: str
) -> None:
    """Looked for in all languages, whatever the page's: people do not always write in the one that they chose."""
    sentence = (SENTENCES / f"danger.{lang}.txt").read_text(encoding="utf-8").splitlines()[0]
    calm = (SENTENCES / f"calm.{lang}.txt").read_text(encoding="utf-8").splitlines()[0]
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        sent: list[str] = []
        page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, calm)
        counsellor.reads(calm)
        care = widget.locator(".care")
        expect(care).to_have_count(0)
        write(widget, sentence)
        expect(care).to_be_visible()
        counsellor.reads(calm, sentence)
        assert not any(text in frame for frame in sent for text in (calm, sentence))
        counsellor.closes()


def test_closed_numbers_come_back_at_other_words_of_danger(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = open_widget(open_page("/demo/"))
        ask(widget)
        counsellor.accepts()
        care = widget.locator(".care")
        composer(widget).press_sequentially("j'ai envie de mourir")
        care.get_by_role("button", name="Fermer").click()
        composer(widget).press_sequentially(" de honte, je plaisante")
        expect(care).to_have_count(0)
        composer(widget).press("Enter")
        counsellor.reads("j'ai envie de mourir de honte, je plaisante")
        composer(widget).press_sequentially("mais mon père me frappe")
        expect(care).to_be_visible()
        counsellor.closes()


def test_numbers_appear_in_a_live_region_that_was_there_before(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        widget = open_widget(open_page("/demo/"))
        ask(widget)
        counsellor.accepts()
        widget.locator(".composer > [role=status]").evaluate("region => { region.dataset.before = 'yes' }")
        composer(widget).press_sequentially("je n'ai plus envie de vivre")
        expect(widget.locator(".composer > [role=status][data-before=yes] .care")).to_be_visible()
        counsellor.closes()


def test_words_of_danger_that_loaded_late_still_show_the_numbers(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        held: list[Route] = []
        page.context.route(re.compile("writing_checks"), lambda route: held.append(route))
        widget = open_widget(page)
        with page.expect_request(re.compile("writing_checks")):
            ask(widget)
        counsellor.accepts()
        composer(widget).press_sequentially("je veux me pendre")
        composer(widget).press("Enter")
        counsellor.reads("je veux me pendre")
        expect(widget.locator(".care")).to_have_count(0)
        held[0].continue_()
        expect(widget.locator(".care")).to_be_visible()
        counsellor.closes()
