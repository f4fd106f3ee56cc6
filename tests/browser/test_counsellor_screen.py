"""The console on every screen: free of what axe finds, nothing cut off, practised with a robot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    AVAILABLE,
    be_available,
    become,
    in_conversation,
    message_field,
    offers,
    transcript,
)
from tests.browser.socket_visitor import SocketVisitor
from tests.server import Server

Check = Callable[[Page], None]
Picture = Callable[[Page, str], Path]
Looks = Callable[[Page], Iterator[str]]


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("screens"), prepared=prepared) as running:
        yield running


def fits(console: Page) -> None:
    """Nothing makes the page scroll: neither sideways nor down; what scrolls is within."""
    sizes = console.evaluate(
        "(() => { const page = document.documentElement;"
        " return [page.scrollWidth - page.clientWidth, page.scrollHeight - page.clientHeight] })()"
    )
    assert sizes == [0, 0]


def speak(console: Page, language: str) -> None:
    """The page comes back in this language, with everything that is on it."""
    console.context.add_cookies([{"name": "miti_language", "value": language, "url": console.url}])
    console.reload()
    expect(console.locator("html")).to_have_attribute("lang", language)
    expect(console.locator(".console-lists")).to_be_visible()


@pytest.fixture
def look(axe: Check, looks: Looks, picture: Picture) -> Callable[[Page, str], None]:
    """`look(console, "offer")`: this state fits, is accessible and is kept as a picture, in every size and scheme."""

    def at(console: Page, state: str) -> None:
        for name in looks(console):
            fits(console)
            axe(console)
            picture(console, f"console-{state}-{name}")

    return at


def test_start_offer_and_conversation_screens_fit_and_are_accessible(
    server: Server, sign_in: OpenPage, look: Callable[[Page, str], None]
) -> None:
    console = sign_in("conseillere.cdm", "/console/")
    expect(console.locator(".readiness, .start")).not_to_have_count(0)
    look(console, "start")
    become(console, AVAILABLE)
    with SocketVisitor(server, theme="emploi") as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        look(console, "offer")
        console.keyboard.press("Alt+a")
        someone.expect("joined")
        someone.say("Bonjour, voici mon CV : https://exemple.be/cv_" + "long" * 40)
        someone.say("Qu’en pensez-vous ?")
        message_field(console).fill("Bonjour,\nje regarde.")
        console.locator(".composer [type=submit]").click()
        expect(transcript(console)).to_contain_text("je regarde")
        expect(console.locator(".is-pending")).to_have_count(0)
        for language in ("nl", "en", "fr"):
            speak(console, language)
            console.locator(".mine").click()
            message_field(console).fill("Le CEFO")
            look(console, f"conversation-{language}")
            # What is typed is asked about before a page is left.
            message_field(console).fill("")


def test_dialogs_and_side_panels_fit_every_screen_and_are_accessible(
    server: Server, sign_in: OpenPage, look: Callable[[Page, str], None]
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console, theme="emploi") as someone:
        someone.say("Bonjour")
        expect(transcript(console)).to_contain_text("Bonjour")
        message_field(console).press("/")
        expect(console.get_by_role("listbox")).to_be_visible()
        look(console, "canned")
        console.keyboard.press("Escape")
        for shortcut, state in [("Alt+t", "transfer"), ("Alt+c", "close"), ("Alt+i", "invite")]:
            console.keyboard.press(shortcut)
            expect(console.get_by_role("dialog")).to_be_visible()
            look(console, state)
            console.keyboard.press("Escape")
            expect(console.get_by_role("dialog")).to_have_count(0)
        console.keyboard.press("Alt+o")
        console.keyboard.type("À rappeler")
        console.keyboard.press("Enter")
        expect(console.locator(".note")).to_contain_text("À rappeler")
        look(console, "notes")
        console.locator(".mine").click()
        someone.send("leave")
        expect(message_field(console)).to_have_count(0)
        look(console, "ended")


def test_a_phone_goes_from_the_list_to_a_conversation_and_back(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm", phone=True)
    with in_conversation(server, console) as someone:
        someone.say("Depuis un téléphone")
        expect(transcript(console)).to_be_visible()
        console.get_by_role("button", name="Outils").click()
        expect(console.get_by_role("button", name="Transférer")).to_be_visible()
        expect(transcript(console)).to_be_hidden()
        console.get_by_role("button", name="← Conversation").click()
        console.get_by_role("button", name="← Liste").click()
        expect(transcript(console)).to_be_hidden()
        # What is not on the screen is not read, and the person is not told so.
        seen = someone.say("Vous avez vu ?")
        expect(console.locator(".unread")).to_contain_text("1")
        expect(console).to_have_title("(1) Miti")
        console.locator(".mine").click()
        expect(transcript(console).get_by_text("Vous avez vu ?")).to_be_in_viewport()
        someone.expect("seen", seq=seen)
        expect(console).to_have_title("Console")
        with in_conversation(server, console, theme="creation"):
            someone.say("Et ensuite ?")
            expect(console.get_by_role("button", name="← Liste · 1 message non lu")).to_be_visible()
            expect(console.locator(".chat-title")).to_contain_text("Création d’activité")
            cut_off = "title => title.scrollWidth > title.clientWidth"
            assert not console.locator(".chat-title").evaluate(cut_off)
        console.get_by_role("button", name="Menu").click()
        expect(console.get_by_role("button", name="Se déconnecter")).to_be_visible()


def test_at_twice_the_size_the_message_field_stays_on_the_screen(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.set_viewport_size({"width": 640, "height": 360})
    with in_conversation(server, console) as someone:
        for number in range(6):
            someone.say(f"message {number}\nsur deux lignes")
        expect(transcript(console).get_by_text("message 5")).to_be_in_viewport()
        expect(console.get_by_role("button", name="Envoyer")).to_be_in_viewport()
        fits(console)


def test_new_messages_do_not_pull_down_somebody_who_reads_further_up(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.set_viewport_size({"width": 1280, "height": 500})
    with in_conversation(server, console) as someone:
        for number in range(9):
            someone.say(f"message {number}\nsur deux lignes")
        expect(transcript(console)).to_contain_text("message 8")
        transcript(console).evaluate("log => { log.scrollTop = 0 }")
        someone.say("tout en bas")
        button = console.get_by_role("button", name="Nouveaux messages")
        expect(button).to_be_visible()
        expect(transcript(console).get_by_text("message 0")).to_be_in_viewport()
        button.click()
        expect(transcript(console).get_by_text("tout en bas")).to_be_in_viewport()
        expect(button).to_have_count(0)


def test_practising_with_the_robot_sends_nothing(server: Server, sign_in: OpenPage) -> None:
    console = sign_in("conseillere.diores", "/console/")
    sent: list[str] = []
    console.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    console.clock.install()
    console.reload()
    console.get_by_role("button", name="Essayer").click()
    # The robot takes its time, as people do; here it need not.
    console.clock.fast_forward(2_000)
    expect(transcript(console)).to_contain_text("je suis un robot")
    console.keyboard.type("Bonjour robot")
    console.keyboard.press("Enter")
    console.clock.fast_forward(4_000)
    expect(transcript(console)).to_contain_text("Merci !")
    console.keyboard.press("Alt+c")
    expect(console.get_by_role("dialog")).to_be_visible()
    console.keyboard.press("Tab")
    console.keyboard.press("Space")
    console.keyboard.press("Enter")
    expect(console.locator(".mine")).to_have_count(0)
    assert [frame for frame in sent if "robot" in frame or "practice" in frame] == []
