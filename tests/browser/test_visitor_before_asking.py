"""What a visitor sees and what the browser does before the first word is sent."""

import json
import re

from playwright.sync_api import Page, Route, WebSocket, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import LAUNCHER, START, open_widget, stored, until
from tests.server import Server

CLOSED = {
    "state": "closed",
    "label": "Fermé, retour lundi 4 mars à 9 h 30",
    "opening": "lundi 4 mars à 9 h 30",
    "next_opening": "2030-03-04T08:30:00Z",
}


def test_before_the_first_click_there_is_one_status_request_and_nothing_else(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("about:blank")
        asked: list[str] = []
        sockets: list[WebSocket] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: sockets.append(socket))
        page.goto("/demo/")
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()
        assert all(url.startswith(server.url) for url in asked)
        ours = [url.removeprefix(server.url) for url in asked if "/widget" in url and "/static/" not in url]
        assert ours == ["/widget.js", "/widget/demo/status?lang=fr"]
        assert (sockets, stored(page), page.context.cookies()) == ([], [], [])


def test_what_it_is_and_is_not_is_said_before_the_first_word(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        widget = open_widget(page)
        for said in (
            "conseiller·ère",
            "anonyme des deux côtés",
            "effacés à la fin",
            "pas envoyer de secours",
        ):
            expect(widget.locator(".lead")).to_contain_text(said)
        expect(
            widget.get_by_text("ne peuvent pas les lire, sauf si quelqu’un modifie le programme")
        ).to_be_attached()
        for number in ("112", "107", "080032123", "103"):
            expect(widget.locator(f'.numbers a[href="tel:{number}"]')).to_have_count(1)
        assert stored(page) == []
        assert page.context.cookies() == []


def test_another_language_changes_every_word(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        widget = open_widget(page)
        widget.get_by_role("radio", name="Nederlands").check()
        expect(widget.get_by_role("heading", name="Dag. Stel uw vraag.")).to_be_visible()
        expect(widget.get_by_role("button", name=START["nl"])).to_be_visible()
        expect(widget.locator("html")).to_have_attribute("lang", "nl")
        expect(widget.get_by_role("radio", name="Ik weet het niet")).to_be_visible()
        expect(widget.locator(".numbers b")).to_have_text(["112", "106", "1813", "102"])


def test_the_last_of_several_quick_language_choices_counts(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        widget = open_widget(page)
        held: list[Route] = []
        page.route(re.compile(r"/locales/en\b"), lambda route: held.append(route))
        widget.get_by_role("radio", name="English").check()
        until(page, lambda: held)
        widget.get_by_role("radio", name="Nederlands").check()
        expect(widget.get_by_role("button", name=START["nl"])).to_be_visible()
        with page.expect_response(re.compile(r"/locales/en\b")):
            held[0].continue_()
        expect(widget.get_by_role("radio", name="Ik weet het niet")).to_be_visible()
        expect(widget.locator("html")).to_have_attribute("lang", "nl")


def test_reopening_the_form_after_closing_time_shows_that_the_site_closed(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        told: dict[str, str] = {}
        _answer_with(page, told)
        widget = open_widget(page)
        widget.get_by_role("button", name="Réduire").click()
        told |= CLOSED
        page.get_by_role("button", name=LAUNCHER["fr"]).click()
        expect(widget.get_by_role("heading", name="C’est fermé pour le moment")).to_be_visible()
        widget.get_by_role("button", name="Réduire").click()
        expect(page.get_by_role("button", name="Fermé, retour lundi 4 mars à 9 h 30")).to_be_visible()


def test_a_request_just_after_closing_shows_the_next_opening(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        told: dict[str, str] = {}
        _answer_with(page, told, asked={"type": "error", "code": "closed_now", "detail": ""})
        widget = open_widget(page)
        told |= CLOSED
        widget.get_by_role("radio", name="Orientation").check()
        widget.get_by_role("button", name=START["fr"]).click()
        expect(widget.get_by_text("Nous serons là lundi 4 mars à 9 h 30.")).to_be_visible()
        expect(widget.get_by_role("heading", name="C’est fermé pour le moment")).to_be_focused()


def test_starting_without_a_theme_asks_for_one(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server):
        page = open_page("/demo/")
        widget = open_widget(page)
        widget.get_by_role("button", name=START["fr"]).click()
        expect(widget.get_by_role("alert")).to_contain_text("Choisissez un thème")
        expect(widget.get_by_role("radio", name="Orientation")).to_be_focused()


def test_a_closed_site_says_when_it_opens_and_whom_to_call(open_page: OpenPage) -> None:
    page = open_page("/demo/")
    _answer_with(page, CLOSED)
    page.evaluate("Miti.open()")
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_role("heading", name="C’est fermé pour le moment")).to_be_visible()
    expect(widget.get_by_text("Nous serons là lundi 4 mars à 9 h 30.")).to_be_visible()
    expect(widget.get_by_role("link", name=re.compile("112"))).to_be_visible()
    expect(widget.get_by_role("button", name=START["fr"])).to_have_count(0)


def test_who_wanted_to_ask_at_a_closed_door_says_so_with_a_theme_and_no_text(open_page: OpenPage) -> None:
    page = open_page("/demo/")
    _answer_with(page, CLOSED, asked={"type": "error", "code": "closed_now", "detail": ""})
    page.evaluate("Miti.open()")
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_text("Vous vouliez poser une question ?")).to_be_visible()
    expect(widget.get_by_role("textbox")).to_have_count(0)
    widget.get_by_role("button", name="Emploi").click()
    expect(widget.get_by_role("status").filter(has_text="Votre demande est comptée")).to_be_visible()
    expect(widget.get_by_role("button", name="Emploi")).to_have_count(0)


def test_a_full_site_says_so_in_other_words_and_can_be_asked_again(open_page: OpenPage) -> None:
    page = open_page("/demo/")
    told = {"state": "full"}
    hellos = _answer_with(page, told)
    page.evaluate("Miti.open()")
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_role("heading", name="Personne n’est libre")).to_be_visible()
    told["state"] = "open"
    widget.get_by_role("button", name="Vérifier à nouveau").click()
    expect(widget.get_by_role("button", name=START["fr"])).to_be_visible()
    assert len(hellos) == 2


def test_an_unreachable_server_is_reported_with_the_phone_numbers(open_page: OpenPage) -> None:
    page = open_page("/demo/")
    page.route_web_socket(re.compile("/ws/visitor/"), lambda socket: socket.close(code=1011))
    page.evaluate("Miti.open()")
    widget = page.frame_locator("iframe[title=Miti]")
    expect(widget.get_by_text("Miti ne répond pas")).to_be_visible()
    for number in ("112", "107", "080032123"):
        expect(widget.locator(f'a[href="tel:{number}"]')).to_be_visible()


def _answer_with(page: Page, state: dict[str, str], asked: dict[str, str] | None = None) -> list[str]:
    """The real server's welcome, but for its state; and, if wished, another answer than its own to a request."""
    hellos: list[str] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def to_server(text: str | bytes) -> None:
            kind = json.loads(text)["type"]
            if kind == "ask" and asked is not None:
                socket.send(json.dumps(asked))
                return
            if kind == "hello":
                hellos.append(str(text))
            server.send(text)

        def to_page(text: str | bytes) -> None:
            frame = json.loads(text)
            socket.send(json.dumps(frame | state if frame["type"] == "welcome" else frame))

        socket.on_message(to_server)
        server.on_message(to_page)

    page.route_web_socket(re.compile("/ws/visitor/"), between)
    return hellos
