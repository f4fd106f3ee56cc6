"""What a visitor may say when asking, and how they learn that somebody has come."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.partner_page import site_for
from tests.browser.socket_counsellor import SocketCounsellor
from tests.browser.visitor_steps import BACK, START, ask, composer, open_widget, stop_waiting, talk_to
from tests.live.database_file import Row, change, read
from tests.server import Server

# In the browser of a test nobody hears anything: what would sound is counted.
EARS = """
    window.heard = { contexts: 0, notes: 0 };
    const knob = { linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
    window.AudioContext = class { constructor() { heard.contexts += 1; this.state = "running"; this.currentTime = 0; } resume() {} };
    window.GainNode = class { gain = knob; connect() {} };
    window.OscillatorNode = class { connect(next) { return next; } start() { heard.notes += 1; } stop() {} };
"""


def newest(server: Server) -> Row:
    """Who asked last, and waits."""
    return read(server, "SELECT audience, booking FROM chat_conversation ORDER BY asked_at DESC")[0]


def heard(page: Page) -> dict[str, int]:
    frame = next(frame for frame in page.frames if "/widget/" in frame.url)
    found: dict[str, int] = frame.evaluate("heard")
    return found


def test_a_sound_announces_the_counsellor_unless_it_is_switched_off(
    server: Server, open_page: OpenPage
) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        page.add_init_script(EARS)
        page.goto("/demo/")
        title = page.title()
        widget = open_widget(page)
        widget.get_by_role("radio", name="Orientation").check()
        assert heard(page) == {"contexts": 0, "notes": 0}
        ask(widget)
        assert heard(page) == {"contexts": 1, "notes": 0}
        widget.get_by_role("button", name="Réduire").click()
        counsellor.accepts()
        expect(page).to_have_title(f"(1) {title}")
        assert heard(page)["notes"] == 2
        page.get_by_role("button", name=BACK).click()
        counsellor.closes()
        widget.get_by_role("button", name="Nouvelle question").click()
        ask(widget)
        switch = widget.get_by_role("checkbox", name="Un son quand quelqu’un arrive")
        expect(switch).to_be_checked()
        switch.uncheck()
        counsellor.accepts()
        expect(widget.get_by_text("Quelqu’un est là")).to_be_visible()
        assert heard(page) == {"contexts": 1, "notes": 2}
        counsellor.closes()


def test_an_answer_is_heard_once_while_the_chat_is_reduced(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("about:blank")
        page.add_init_script(EARS)
        page.goto("/demo/")
        widget = talk_to(counsellor, page)
        before = heard(page)["notes"]
        counsellor.says("Je vous lis")
        expect(widget.get_by_text("Je vous lis")).to_be_visible()
        assert heard(page)["notes"] == before
        for _ in range(2):
            widget.get_by_role("button", name="Réduire").click()
            expect(page.locator("iframe[title=Miti]")).to_be_hidden()
            counsellor.says("Voici ma réponse")
            expect(page.get_by_role("button", name=f"{BACK} (1)")).to_be_visible()
            counsellor.says("et la suite")
            page.get_by_role("button", name=f"{BACK} (2)").click()
            before += 2
            assert heard(page)["notes"] == before
        counsellor.closes()


@pytest.fixture
def class_code(server: Server) -> Iterator[str]:
    """A class whose session is now; it keeps no places from anybody."""
    code, now = "ESSAI42", datetime.now(UTC)
    change(
        server,
        "INSERT INTO routing_rules_schoolbooking (code, school, starts_at, ends_at, places) VALUES (?, 'Essai', ?, ?, 0)",
        code,
        (now - timedelta(minutes=5)).isoformat(sep=" "),
        (now + timedelta(minutes=50)).isoformat(sep=" "),
    )
    yield code
    change(server, "DELETE FROM routing_rules_schoolbooking WHERE code = ?", code)


def test_a_class_asks_with_its_code(server: Server, open_page: OpenPage, class_code: str) -> None:
    with SocketCounsellor(server), site_for(server, "school"):
        page = open_page("/demo/")
        widget = open_widget(page)
        widget.get_by_role("radio", name="Orientation").check()
        code = widget.get_by_role("textbox", name="Code de la classe")
        code.fill("pas-le-bon")
        code.press("Enter")
        expect(widget.get_by_role("alert")).to_have_text(
            "Ce code n’est pas connu, ou sa séance n’est pas en cours."
        )
        expect(code).to_have_value("pas-le-bon")
        code.fill(f" {class_code.lower()} ")
        code.press("Enter")
        expect(composer(widget)).to_be_visible()
        assert newest(server) == {"audience": "school", "booking": class_code}
        stop_waiting(widget)
        expect(widget.get_by_text("Vous avez quitté la file.")).to_be_visible()


def test_a_professional_says_for_whom_they_ask(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server), site_for(server, "professional"):
        page = open_page("/demo/")
        widget = open_widget(page)
        expect(widget.get_by_role("radio", name="pour une personne que vous accompagnez")).to_be_checked()
        for choice, audience in (("pour une personne", "professional"), ("pour vous", "public")):
            widget.get_by_role("radio", name=choice).check()
            ask(widget)
            assert newest(server)["audience"] == audience
            stop_waiting(widget)
            widget.get_by_role("button", name="Nouvelle question").click()
        expect(widget.get_by_role("button", name=START["fr"])).to_be_visible()


def test_the_widget_works_in_a_right_to_left_language(server: Server, open_page: OpenPage) -> None:
    with SocketCounsellor(server) as counsellor:
        page = open_page("/demo/", phone=True)
        widget = open_widget(page)
        frame = next(frame for frame in page.frames if "/widget/" in frame.url)
        frame.evaluate("document.documentElement.dir = 'rtl'")

        def fits() -> None:
            wide = """[...document.querySelectorAll(":not(.unseen)")].filter((one) =>
                one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== "visible").map((one) => one.className)"""
            assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert frame.evaluate(wide) == []

        fits()
        ask(widget)
        composer(widget).fill("أريد أن أغير مهنتي https://www.leforem.be/" + "x" * 60)
        composer(widget).press("Control+a")
        widget.get_by_role("button", name="Envoyer", exact=True).click()
        fits()
        counsellor.accepts()
        counsellor.says("مرحبا " * 20)
        expect(widget.locator(".bubble")).to_have_count(2)
        fits()
        mine = widget.locator(".is-mine .bubble").bounding_box()
        theirs = widget.locator(".message:not(.is-mine) .bubble").bounding_box()
        assert mine is not None
        assert theirs is not None
        assert mine["x"] < theirs["x"]
        counsellor.closes()
        expect(widget.get_by_role("heading", name="La conversation est terminée")).to_be_visible()
        fits()
