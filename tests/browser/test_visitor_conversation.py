"""A visitor asks, waits, talks, reloads and is answered; the other end is a real socket."""

import json
import re

from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import (
    BACK,
    LAUNCHER,
    ask,
    bodies,
    composer,
    kept,
    open_widget,
    talk_to,
    until,
    write,
)
from tests.server import Server


def test_by_keyboard_alone_from_the_button_to_an_answer(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        launcher = page.get_by_role("button", name=LAUNCHER["fr"])
        launcher.focus()
        page.keyboard.press("Enter")
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.get_by_role("heading", name="Bonjour")).to_be_focused()
        page.keyboard.press("Tab")
        expect(widget.get_by_role("radio", name="Orientation")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        expect(widget.get_by_role("radio", name="Formation")).to_be_checked()
        page.keyboard.press("Enter")
        counsellor.accepts()
        expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()
        expect(widget.get_by_role("heading")).to_be_focused()
        for _ in range(4):
            page.keyboard.press("Tab")
            if composer(widget).evaluate("area => area === document.activeElement"):
                break
        expect(composer(widget)).to_be_focused()
        page.keyboard.type("Première ligne")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("seconde ligne")
        page.keyboard.press("Enter")
        counsellor.reads("Première ligne\nseconde ligne")
        expect(widget.get_by_text("Envoyé")).to_be_visible()
        expect(composer(widget)).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name=BACK)).to_be_focused()
        counsellor.closes()


def test_what_is_written_while_waiting_stays_in_the_browser_and_goes_first(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        write(widget, "Bonjour")
        write(widget, "Je voudrais changer de métier")
        expect(widget.get_by_text("Part dès que quelqu’un arrive", exact=True)).to_have_count(2)
        # Read aloud once: the element that was shown while waiting is the one that stays.
        widget.locator(".bubble").first.evaluate("bubble => { bubble.shownBefore = true }")
        counsellor.accepts()
        counsellor.reads("Bonjour", "Je voudrais changer de métier")
        expect(widget.get_by_text("Part dès que quelqu’un arrive", exact=True)).to_have_count(0)
        expect(widget.get_by_text("Envoyé")).to_be_visible()
        assert widget.locator(".bubble").first.evaluate("bubble => bubble.shownBefore") is True
        counsellor.closes()


def test_a_reload_in_the_middle_loses_and_doubles_nothing(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "un")
        counsellor.reads("un")
        counsellor.says("deux")
        expect(widget.locator(".bubble")).to_have_count(2)
        composer(widget).fill("à moitié écrit")
        until(page, lambda: kept(page)["sealed"])
        page.reload()
        counsellor.says("trois, pendant l'absence")
        page.get_by_role("button", name=BACK).click()
        widget = page.frame_locator("iframe[title=Miti]")
        expect(widget.locator(".bubble")).to_have_count(3)
        assert bodies(widget) == ["un", "deux", "trois, pendant l'absence"]
        expect(composer(widget)).to_have_value("à moitié écrit")
        composer(widget).press("Enter")
        counsellor.reads("un", "à moitié écrit")
        counsellor.closes()


def test_the_other_side_is_seen_typing_and_having_read(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = talk_to(counsellor, page)
        composer(widget).press_sequentially("Bon")
        assert counsellor.hears("typing")["on"] is True
        write(widget, "Bonjour")
        counsellor.reads("Bonjour")
        counsellor.sends("seen", seq=1)
        expect(widget.get_by_text("Lu", exact=True)).to_be_visible()
        counsellor.sends("typing", on=True)
        expect(widget.locator(".typing")).to_contain_text("écrit…")
        counsellor.says("Bonjour")
        expect(widget.locator(".typing")).not_to_contain_text("écrit…")
        assert counsellor.hears("seen")["seq"] == 2
        counsellor.closes()


def test_a_message_is_text_whatever_it_holds_and_its_links_are_safe(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        text = '<img src=x onerror="alert(1)"> voir https://www.leforem.be/x. ou javascript:alert(1)\n🙂 <b>gras</b>'
        counsellor.says(text)
        expect(widget.locator(".bubble")).to_have_text(text, use_inner_text=True)
        link = widget.locator(".bubble a")
        expect(link).to_have_count(1)
        expect(link).to_have_attribute("href", "https://www.leforem.be/x")
        expect(link).to_have_attribute("rel", re.compile("noopener noreferrer"))
        write(widget, text)
        counsellor.reads(text)
        counsellor.closes()


def test_unread_messages_are_counted_on_the_button_and_in_the_title(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        title = page.title()
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()
        widget.get_by_role("button", name="Réduire").click()
        expect(page.get_by_role("button", name=BACK)).to_be_visible()
        counsellor.says("un")
        counsellor.says("deux")
        expect(page.get_by_role("button", name=f"{BACK} (2)")).to_be_visible()
        expect(page).to_have_title(f"(2) {title}")
        page.get_by_role("button", name=BACK).click()
        expect(widget.get_by_text("deux")).to_be_visible()
        expect(page).to_have_title(title)
        counsellor.closes()
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
        widget.get_by_role("button", name="Réduire").click()
        expect(page.get_by_role("button", name=LAUNCHER["fr"])).to_be_visible()


def test_a_reader_who_scrolled_up_sees_a_notice_and_is_not_moved(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        for number in range(12):
            counsellor.says(
                f"Une assez longue ligne pour remplir la fenêtre du visiteur, la numéro {number}."
            )
        expect(widget.get_by_text("la numéro 11.")).to_be_in_viewport()
        log = widget.get_by_role("region", name="La conversation")
        log.evaluate("box => box.scrollTo(0, 0)")
        counsellor.says("Une nouvelle")
        marker = widget.get_by_role("button", name="1 nouveau message")
        expect(marker).to_be_visible()
        assert log.evaluate("box => box.scrollTop") == 0
        marker.click()
        expect(widget.get_by_text("Une nouvelle")).to_be_in_viewport()
        expect(marker).to_have_count(0)
        # A longer draft takes its room from the top, not from what was said last.
        composer(widget).fill("ligne\n" * 5)
        expect(widget.get_by_text("Une nouvelle")).to_be_in_viewport(ratio=1)
        counsellor.says("Une autre")
        expect(widget.get_by_text("Une autre")).to_be_in_viewport(ratio=1)
        # What came while the chat was reduced is what one sees first.
        widget.get_by_role("button", name="Réduire").click()
        for number in range(4):
            counsellor.says(f"Pendant l'absence, une assez longue ligne aussi, la {number}e.")
        page.get_by_role("button", name=f"{BACK} (4)").click()
        expect(widget.get_by_text("la 3e.")).to_be_in_viewport(ratio=1)
        # Only what is said scrolls, however long it gets: not the screen around it.
        expect(widget.get_by_role("heading")).to_be_in_viewport(ratio=1)
        assert widget.locator("main").evaluate("main => main.scrollHeight - main.clientHeight") == 0
        counsellor.closes()


def test_a_text_over_the_limit_is_kept_and_the_limit_shown(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        wall = "é" * 4003
        composer(widget).fill(wall)
        composer(widget).press("Enter")
        expect(widget.get_by_role("alert")).to_contain_text("trop long (en trop : 3")
        expect(composer(widget)).to_have_value(wall)
        write(widget, wall[:4000])
        counsellor.reads(wall[:4000])
        counsellor.closes()


def test_a_transfer_keeps_the_conversation_and_is_announced_in_neutral_words(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as first:
        page = open_page("/demo/")
        widget = open_widget(page)
        ask(widget)
        first.accepts()
        first.says("Je vous passe quelqu'un")
        with SocketCounsellor(server, "conseiller.cefo") as second:
            first.sends("transfer", to={"pool": "demo-cefo"})
            second.accepts()
            expect(widget.get_by_text("Quelqu’un est là")).to_have_count(2)
            second.says("Me voici")
            expect(widget.get_by_text("Me voici")).to_be_visible()
            assert bodies(widget) == ["Je vous passe quelqu'un", "Me voici"]
            shown = widget.locator("main").inner_text()
            assert not re.search("CEFO|CDM|Claire|conseillere.cdm|conseiller.cefo", shown)
            second.closes()


def test_a_message_that_is_refused_is_kept_and_can_be_tried_again(
    server: Server, open_page: OpenPage
) -> None:
    refusing = [True]

    def between(socket: WebSocketRoute) -> None:
        behind = socket.connect_to_server()

        def to_server(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "say" and refusing:
                error = {
                    "type": "error",
                    "code": "not_allowed",
                    "detail": "",
                    "client_id": frame["client_id"],
                }
                socket.send(json.dumps(error))
            else:
                behind.send(text)

        socket.on_message(to_server)

    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        page.route_web_socket(re.compile("/ws/visitor/"), between)
        page.goto("/demo/")
        widget = open_widget(page)
        ask(widget)
        counsellor.accepts()
        write(widget, "Bonjour")
        expect(widget.get_by_text("Pas envoyé", exact=True)).to_be_visible()
        write(widget, "De trop")
        expect(widget.get_by_text("Pas envoyé", exact=True)).to_have_count(2)
        refusing.clear()
        widget.get_by_role("button", name="Supprimer").last.click()
        widget.get_by_role("button", name="Réessayer").click()
        expect(widget.get_by_text("Envoyé", exact=True)).to_be_visible()
        counsellor.reads("Bonjour")
        expect(widget.get_by_text("Pas envoyé", exact=True)).to_have_count(0)
        counsellor.closes()
