"""Every state of the widget, on a phone and on a desktop, light and dark, in two languages: clean for axe, and to be looked at."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_at_hand import CounsellorAtHand
from tests.browser.visitor_steps import LAUNCHER, START, composer, write
from tests.server import Server

DEVICES = [
    pytest.param("fr", True, False, id="phone-light-fr"),
    pytest.param("nl", True, True, id="phone-dark-nl"),
    pytest.param("nl", False, False, id="desktop-light-nl"),
    pytest.param("fr", False, True, id="desktop-dark-fr"),
]

WORDS = {
    "fr": {
        "danger": "j'ai envie de mourir",
        "close": "Fermer",
        "stop": "Terminer",
        "on": "Continuer à parler",
        "here": "Quelqu'un est là",
        "ended": "La conversation est terminée",
        "shut": "C'est fermé",
        "full": "Personne n'est libre",
    },
    "nl": {
        "danger": "ik wil dood",
        "close": "Sluiten",
        "stop": "Beëindigen",
        "on": "Verder praten",
        "here": "Er is iemand",
        "ended": "Het gesprek is afgelopen",
        "shut": "Het is nu gesloten",
        "full": "Niemand is nu vrij",
    },
}


@pytest.mark.parametrize(("language", "phone", "dark"), DEVICES)
def test_every_state_of_a_conversation(
    server: Server,
    open_page: OpenPage,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    language: str,
    phone: bool,
    dark: bool,
) -> None:
    words = WORDS[language]
    name = f"visitor-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}-{language}"
    with CounsellorAtHand(server) as counsellor:
        page = open_page(f"/demo/?lang={language}", phone=phone, dark=dark, language=f"{language}-BE")

        def seen(state: str) -> None:
            axe(page)
            picture(page, f"{name}-{state}")

        page.get_by_role("button", name=LAUNCHER["fr"]).or_(
            page.get_by_role("button", name=LAUNCHER["nl"])
        ).wait_for()
        page.evaluate("Miti.open()")
        widget = page.frame_locator("iframe[title=Miti]")
        widget.locator(f"input[name=language][value={language}]").check()
        expect(widget.get_by_role("button", name=START[language])).to_be_visible()
        seen("1-before")
        widget.get_by_role("button", name=START[language]).click()
        seen("2-theme-missing")
        widget.locator("input[name=theme][value=orientation]").check()
        widget.get_by_role("button", name=START[language]).click()
        expect(composer(widget, language)).to_be_visible()
        write(widget, "Bonjour, je voudrais changer de métier.", language)
        expect(widget.locator(".is-ahead")).to_have_count(1)
        seen("3-waiting")
        counsellor.accepts()
        expect(widget.get_by_text(words["here"])).to_be_visible()
        counsellor.says("Bonjour. Que faites-vous aujourd'hui ?")
        counsellor.says("Cette page peut vous servir : https://www.leforem.be/formations (c'est gratuit).")
        write(widget, "Je suis vendeuse.\nJ'aimerais devenir infirmière.", language)
        counsellor.reads(
            "Bonjour, je voudrais changer de métier.", "Je suis vendeuse.\nJ'aimerais devenir infirmière."
        )
        counsellor.sends("seen", seq=4)
        counsellor.sends("typing", on=True)
        expect(widget.locator(".typing")).not_to_have_class(re.compile("is-still"))
        seen("4-talking")
        write(widget, "Mon numéro : 0470 12 34 56", language)
        expect(widget.get_by_role("alert")).to_be_visible()
        seen("5-private-data")
        composer(widget, language).fill(words["danger"])
        expect(widget.locator(".care")).to_be_visible()
        seen("6-danger")
        widget.get_by_role("button", name=words["close"]).click()
        composer(widget, language).fill("a" * 4010)
        expect(widget.locator("#say-limit")).not_to_be_empty()
        seen("7-too-long")
        composer(widget, language).fill("")
        widget.get_by_role("button", name=words["stop"]).click()
        seen("8-sure")
        widget.get_by_role("button", name=words["on"]).click()
        counsellor.closes()
        expect(widget.get_by_role("heading", name=words["ended"])).to_be_visible()
        seen("9-ended")


@pytest.mark.parametrize(("language", "phone", "dark"), DEVICES)
@pytest.mark.parametrize("state", ["closed", "full", "unreachable", "cut", "interrupted"])
def test_every_state_that_nobody_hopes_for(
    server: Server,
    open_page: OpenPage,
    axe: Callable[[Page], None],
    picture: Callable[[Page, str], Path],
    state: str,
    language: str,
    phone: bool,
    dark: bool,
) -> None:
    name = f"visitor-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}-{language}"
    page = open_page("/demo/", phone=phone, dark=dark, language=f"{language}-BE")
    page.evaluate(f"document.documentElement.lang = '{language}'")
    page.route_web_socket(re.compile("/ws/visitor/"), lambda socket: _play(socket, state))
    page.goto(f"/widget/demo/?lang={language}")
    if state in {"closed", "full"}:
        expect(
            page.get_by_role("heading", name=WORDS[language]["shut" if state == "closed" else "full"])
        ).to_be_visible()
    elif state == "unreachable":
        expect(page.get_by_text("112")).to_be_visible()
    else:
        page.locator("input[name=theme]").first.check()
        page.get_by_role("button", name=START[language]).click()
        expect(page.locator(".notice")).to_be_visible()
    axe(page)
    picture(page, f"{name}-{state}")


def _play(page: WebSocketRoute, state: str) -> None:
    """The server's part, for what a test cannot wish for."""
    if state == "unreachable":
        page.close(code=1011)
        return
    server = page.connect_to_server()

    def to_page(text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["type"] == "welcome":
            opening = "2030-03-04T08:30:00Z" if state == "closed" else None
            frame |= {"state": state if state in {"closed", "full"} else "open", "next_opening": opening}
        page.send(json.dumps(frame))

    def to_server(text: str | bytes) -> None:
        if json.loads(text)["type"] != "ask":
            server.send(text)
            return
        at = "2026-11-19T09:00:00Z"
        page.send(json.dumps({"type": "joined", "alias": "Conseiller·ère", "at": at}))
        page.send(json.dumps({"type": "interrupted", "grace_s": 30}))
        if state == "cut":
            page.close(code=1011)

    server.on_message(to_page)
    page.on_message(to_server)
