"""A visitor in a conversation follows a link of the partner's site, loaded whole."""

import json
from datetime import UTC, datetime

from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.partner_page import Partner, script
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, LAUNCHER, composer, stored, talk_to
from tests.server import Server

MARK = "miti-back:demo"


def test_the_next_page_brings_the_conversation_back_reduced(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor, Partner(script(server)) as url:
        page = open_page(url)
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        assert stored(page) == []
        widget = talk_to(counsellor, page)
        counsellor.says("un")
        expect(widget.get_by_text("un", exact=True)).to_be_visible()
        counsellor.hears("seen")
        token = json.loads(
            next(f for f in page.frames if "/widget/" in f.url).evaluate("sessionStorage['miti:demo']")
        )
        assert page.evaluate("({ ...sessionStorage })") == {MARK: BACK}
        assert token["token"] not in str(page.evaluate("({ ...sessionStorage, ...localStorage })"))
        page.goto(f"{url}/suite")
        expect(page.get_by_role("button", name=BACK, exact=True)).to_be_visible()
        counsellor.says("deux")
        expect(page.get_by_role("button", name=f"{BACK} (1)")).to_be_visible()
        expect(page).to_have_title("(1) Partenaire")
        expect(page.locator("iframe[title=Miti]")).to_be_hidden()
        # Not looked at, and counted again by the page after that.
        page.goto(url)
        page.get_by_role("button", name=f"{BACK} (1)").click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.get_by_text("deux", exact=True)).to_be_visible()
        expect(page).to_have_title("Partenaire")
        counsellor.closes()
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
        assert stored(page) == []
        page.goto(f"{url}/fin")
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        expect(page.locator("iframe[title=Miti]")).to_have_count(0)


def test_leaving_fast_leaves_no_mark_on_the_page(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor, Partner(script(server)) as url:
        page = open_page(url)

        def neutral(route: Route) -> None:
            route.fulfill(body="<title>Neutre</title>", content_type="text/html")

        page.context.route("https://www.meteo.be/**", neutral)
        talk_to(counsellor, page)
        page.goto(f"{url}/suite")
        page.get_by_role("button", name=BACK).click()
        # The chat is there, and connected.
        expect(composer(page.frame_locator("iframe[title=Miti]"))).to_be_editable()
        page.clock.set_fixed_time(datetime.now(UTC))
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        expect(page).to_have_title("Neutre")
        counsellor.hears("closed")
        page.goto(url)
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        assert stored(page) == []
