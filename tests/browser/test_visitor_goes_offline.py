"""A visitor whose network goes away: told at once, with nothing lost of what they write meanwhile."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import talk_to, write
from tests.server import Server


def test_an_offline_browser_shows_it_at_once_and_sends_when_it_is_online_again(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        page.context.set_offline(True)
        expect(widget.get_by_text("La connexion est coupée")).to_be_visible()
        write(widget, "Dans le tunnel")
        expect(widget.get_by_text("Partira quand la connexion revient")).to_be_visible()
        page.context.set_offline(False)
        expect(widget.get_by_text("Envoyé", exact=True)).to_be_visible()
        counsellor.reads("Dans le tunnel")
        expect(widget.get_by_text("La connexion est coupée")).to_have_count(0)
        counsellor.closes()
