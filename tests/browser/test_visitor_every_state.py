"""Every state of the widget, on a phone and on a desktop, light and dark, in two languages: clean for axe, and to be looked at."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import DESKTOP, PHONE, Axe, OpenPage
from tests.browser.partner_page import site_for
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import LAUNCHER, START, composer, write
from tests.server import Server

# For each language on a phone and on a desktop, one of them dark: the other language has it the other way round.
DARK_ON_PHONES = {"fr": False, "nl": True}

WORDS = {
    "fr": {
        "danger": "j'ai envie de mourir",
        "close": "Fermer",
        "stop": "Terminer",
        "on": "Continuer à parler",
        "here": "Quelqu’un est là",
        "ended": "La conversation est terminée",
        "shut": "C’est fermé",
        "full": "Personne n’est libre",
        "cut": "La connexion est coupée",
    },
    "nl": {
        "danger": "ik wil dood",
        "close": "Sluiten",
        "stop": "Beëindigen",
        "on": "Verder praten",
        "here": "Er is iemand",
        "ended": "Het gesprek is afgelopen",
        "shut": "We zijn nu gesloten",
        "full": "Er is nu niemand vrij",
        "cut": "De verbinding is verbroken",
    },
}


class StatePictures:
    """Looks at one page as on a phone and as on a desktop, without asking for it again."""

    def __init__(self, page: Page, language: str, axe: Axe, picture: Callable[[Page, str], Path]) -> None:
        self.page, self._language, self._axe, self._picture = page, language, axe, picture
        self._debugger = page.context.new_cdp_session(page)

    def seen(self, state: str, *, showing: str = "") -> None:
        for phone in (True, False):
            dark = DARK_ON_PHONES[self._language] is phone
            self._debugger.send("Emulation.setTouchEmulationEnabled", {"enabled": phone})
            self.page.set_viewport_size(PHONE if phone else DESKTOP)  # type: ignore[arg-type]
            self.page.emulate_media(color_scheme="dark" if dark else "light")
            self._axe(self.page, within="/widget/")
            if showing:
                self.page.locator(showing).scroll_into_view_if_needed()
            device, light = "phone" if phone else "desktop", "dark" if dark else "light"
            self._picture(self.page, f"visitor-{device}-{light}-{self._language}-{state}")


@pytest.mark.parametrize("language", DARK_ON_PHONES)
def test_every_state_of_a_conversation(
    server: Server, open_page: OpenPage, axe: Axe, picture: Callable[[Page, str], Path], language: str
) -> None:
    words = WORDS[language]
    with SocketCounsellor(server) as counsellor:
        page = open_page(f"/demo/?lang={language}", language=f"{language}-BE")
        seen = StatePictures(page, language, axe, picture).seen
        button = page.get_by_role("button", name=LAUNCHER[language])
        expect(button).to_be_visible()
        seen("0-button")
        button.click()
        widget = page.frame_locator("iframe[title=Miti]")
        widget.locator(f"input[name=language][value={language}]").check()
        expect(widget.get_by_role("button", name=START[language])).to_be_visible()
        seen("1-before")
        widget.get_by_role("button", name=START[language]).click()
        expect(widget.get_by_role("alert")).to_be_visible()
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
        expect(widget.get_by_role("alertdialog")).to_be_visible()
        seen("8-sure")
        widget.get_by_role("button", name=words["on"]).click()
        counsellor.closes()
        expect(widget.get_by_role("heading", name=words["ended"])).to_be_visible()
        seen("9-ended")


@pytest.mark.parametrize("language", DARK_ON_PHONES)
def test_every_state_of_refusal_and_failure(
    server: Server, open_page: OpenPage, axe: Axe, picture: Callable[[Page, str], Path], language: str
) -> None:
    words = WORDS[language]
    page = open_page("about:blank", language=f"{language}-BE")
    stand_in = FakeServer()
    page.route_web_socket(re.compile("/ws/visitor/"), stand_in.come)
    # It never comes, so the work goes on for as long as one looks.
    page.route(re.compile("/packed/proof"), lambda route: None)
    page.add_init_script("sessionStorage.clear()")
    studio = StatePictures(page, language, axe, picture)

    def opened(state: str) -> None:
        stand_in.state, stand_in.down = state, state == "unreachable"
        page.goto(f"/widget/demo/?lang={language}")

    for state, title in (("closed", words["shut"]), ("full", words["full"])):
        opened(state)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        studio.seen(state)
    opened("unreachable")
    expect(page.get_by_text("112")).to_be_visible()
    studio.seen("unreachable")
    for audience, field in (("school", "input[name=school_code]"), ("professional", "input[name=audience]")):
        with site_for(server, audience):
            opened(audience)
        expect(page.locator(field).first).to_be_attached()
        studio.seen(audience, showing=".main")
    for state in ("blocked", "proving", "cut", "interrupted", "closing", "requeued", "failed"):
        opened(state)
        page.locator("input[name=theme]").first.check()
        page.get_by_role("button", name=START[language]).click()
        if state == "failed":
            page.locator("#say").fill("Bonjour")
            page.locator(".send").click()
        expect(page.locator(SIGNS.get(state, ".notice"))).to_be_visible()
        studio.seen(state)
        if state == "cut":
            expect(page.get_by_text(words["cut"])).to_be_visible()


SIGNS = {"proving": ".proving:not(:empty)", "requeued": ".place", "failed": ".failed"}


class FakeServer:
    """The server's part, for what a test cannot wish for."""

    state = ""
    down = False

    def come(self, page: WebSocketRoute) -> None:
        if self.down:
            page.close(code=1011)
            return
        server = page.connect_to_server()

        def to_page(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "welcome":
                self._welcome(frame)
            page.send(json.dumps(frame))

        def to_server(text: str | bytes) -> None:
            frame = json.loads(text)
            if frame["type"] == "ask":
                for answer in self._asked():
                    page.send(json.dumps(answer))
                if self.state == "cut":
                    self.down = True
                    page.close(code=1011)
            elif frame["type"] == "say":
                page.send(
                    json.dumps(
                        {"type": "error", "code": "bad_frame", "detail": "", "client_id": frame["client_id"]}
                    )
                )
            else:
                server.send(text)

        server.on_message(to_page)
        page.on_message(to_server)

    def _welcome(self, frame: dict[str, object]) -> None:
        known = self.state in {"closed", "full"}
        frame["state"] = self.state if known else "open"
        frame["next_opening"] = "2030-03-04T08:30:00Z" if self.state == "closed" else None
        if self.state == "proving":
            unknown = {
                "salt": "0" * 32,
                "nonce": "0" * 32,
                "cost": 1,
                "keyLength": 32,
                "keyPrefix": "00" * 16,
            }
            frame["challenge"] = {"parameters": unknown, "signature": ""}

    def _asked(self) -> list[dict[str, object]]:
        if self.state == "blocked":
            return [{"type": "error", "code": "not_allowed", "detail": "", "retry_after_s": 3600}]
        came: dict[str, object] = {
            "type": "joined",
            "alias": "Conseiller·ère",
            "at": "2026-11-19T09:00:00Z",
        }
        after: dict[str, dict[str, object]] = {
            "interrupted": {"type": "interrupted", "grace_s": 30},
            "closing": {"type": "closing", "in_s": 120, "reason": "idle"},
            "requeued": {"type": "requeued", "position": 3, "estimate_s": 400},
        }
        return [came, after[self.state]] if self.state in after else [came]
