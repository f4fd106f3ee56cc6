"""How a counsellor is called: seen, heard, announced without content; who is too late learns why."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import be_available, become, conversations, message_field, offers
from tests.browser.socket_visitor import PATIENCE_S, SocketVisitor
from tests.server import Server

# Counts what would be heard and shown: a test machine has no loudspeaker and no desktop.
WITNESS = """
  window.heard = 0;
  window.shown = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.heard += 1; return start.apply(this, when); };
  window.Notification = class {
    static permission = "granted";
    constructor(title, options) { window.shown.push(title + " " + (options.body ?? "")); }
    close() {}
  };
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    window.shown.push(title + " " + options.body);
  };
  Object.defineProperty(document, "visibilityState", { get: () => window.pretendHidden ? "hidden" : "visible" });
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For this file alone: nobody else's counsellors are rung."""
    with Server(tmp_path_factory.mktemp("calls"), prepared=prepared) as running:
        yield running


def hear(console: Page, *, rings: int) -> None:
    """Wait for that many rings, of two notes each."""
    deadline = time.monotonic() + PATIENCE_S
    while console.evaluate("window.heard") < 2 * rings:
        assert time.monotonic() < deadline, f"it did not ring {rings} times"
        console.wait_for_timeout(100)


def test_an_offer_repeats_its_sound_and_shows_no_content(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.add_init_script(WITNESS)
    console.reload()
    # A browser makes sound only after a gesture.
    console.get_by_role("heading", name="Vous êtes disponible").click()
    console.evaluate("window.pretendHidden = true")
    with SocketVisitor(server, theme="creation") as someone:
        someone.ask()
        expect(console).to_have_title("● Une personne attend – Miti")
        hear(console, rings=2)
        assert console.evaluate("window.shown") == ["Miti Une personne attend une réponse."]
        expect(offers(console)).to_contain_text(re.compile(r"Création d’activité\s+Français"))
        someone.send("leave")
        expect(offers(console)).to_have_count(0)
        expect(console).to_have_title("Console")


def test_a_counsellor_who_accepts_too_late_sees_the_reason(server: Server, sign_in: OpenPage) -> None:
    first = be_available(sign_in, "conseillere.cdm")
    second = be_available(sign_in, "conseiller.cefo")
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(first)).to_have_count(1)
        expect(offers(second)).to_have_count(1)
        first.get_by_role("button", name="Accepter").click()
        expect(message_field(first)).to_be_focused()
        expect(second.get_by_text("Un·e collègue a accepté cette conversation.")).to_be_visible()
        expect(offers(second)).to_have_count(0)
        expect(conversations(second)).to_have_count(0)


def test_when_the_visitor_leaves_the_offer_disappears_and_the_counsellor_sees_why(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        someone.send("leave")
        expect(console.get_by_text("La personne est partie avant la réponse.")).to_be_visible()
        expect(offers(console)).to_have_count(0)


def test_refusing_by_one_key_lets_it_ring_elsewhere(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        console.keyboard.press("Alt+r")
        expect(offers(console)).to_have_count(0)
        expect(conversations(console)).to_have_count(0)


def test_somebody_who_is_not_available_sees_the_queue_and_takes_from_it(
    server: Server, sign_in: OpenPage
) -> None:
    be_available(sign_in, "conseiller.cefo")
    console = be_available(sign_in, "conseillere.cdm")
    become(console, "Je termine")
    with SocketVisitor(server, theme="mobilite") as someone:
        someone.ask()
        queue = console.get_by_role("region", name=re.compile("File d’attente"))
        expect(queue).to_contain_text("Partir à l’étranger")
        expect(offers(console)).to_have_count(0)
        console.keyboard.press("Alt+p")
        someone.expect("joined")
        expect(message_field(console)).to_be_focused()
        expect(queue).to_contain_text("Personne n’attend.")


def test_only_the_last_used_tab_rings_and_every_tab_shows_the_result(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.add_init_script(WITNESS)
    console.reload()
    console.get_by_role("heading", name="Vous êtes disponible").click()
    other = console.context.new_page()
    other.add_init_script(WITNESS)
    other.goto("/console/")
    other.get_by_role("heading", name="Vous êtes disponible").click()
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        expect(offers(other)).to_have_count(1)
        hear(other, rings=1)
        assert console.evaluate("window.heard") == 0
        other.keyboard.press("Alt+a")
        other.keyboard.type("d’un autre onglet")
        other.keyboard.press("Enter")
        someone.expect("joined")
        expect(offers(console)).to_have_count(0)
        expect(conversations(console)).to_have_count(1)
        expect(console.locator(".mine-last")).to_have_text("d’un autre onglet")


def test_single_letters_act_only_once_switched_on_and_never_refuse(server: Server, sign_in: OpenPage) -> None:
    console: Page = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server) as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        for letter in "arp?":
            console.keyboard.press(letter)
        expect(console.get_by_role("dialog")).to_have_count(0)
        expect(conversations(console)).to_have_count(0)
        expect(offers(console)).to_have_count(1)

        console.get_by_role("button", name="Raccourcis").click()
        sheet = console.get_by_role("dialog", name="Au clavier")
        expect(sheet).to_contain_text("Accepter la personne qui attend")
        sheet.get_by_label("Raccourcis d’une seule lettre").check()
        console.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        console.keyboard.press("r")
        expect(offers(console)).to_have_count(1)
        console.keyboard.press("a")
        someone.expect("joined")


def test_an_offer_and_what_was_accepted_say_that_the_person_lost_their_connection(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with SocketVisitor(server, theme="orientation") as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        expect(offers(console)).not_to_contain_text("n’est plus connectée")
        someone.vanish()
        # A page that is opened once the server knows it is told at once.
        deadline = time.monotonic() + PATIENCE_S
        while "La personne n’est plus connectée" not in offers(console).inner_text():
            assert time.monotonic() < deadline, "the offer does not say that the person is away"
            console.reload()
        console.keyboard.press("Alt+a")
        expect(console.locator(".chat-now")).to_contain_text("Sa place est gardée encore")
        someone.come_back()
        expect(console.locator(".chat-now")).not_to_contain_text("Sa place est gardée")


# A phone's browser: a page may make no notification, its service worker may.
PHONE = """
  window.shown = [];
  window.shaken = 0;
  window.Notification = class {
    static permission = "granted";
    constructor() { throw new TypeError("Illegal constructor"); }
  };
  ServiceWorkerRegistration.prototype.showNotification = async (title, options) => {
    window.shown.push(title + " " + options.body);
  };
  Navigator.prototype.vibrate = () => { window.shaken += 1; return true; };
  Object.defineProperty(document, "visibilityState", { get: () => window.pretendHidden ? "hidden" : "visible" });
"""


def test_a_phone_is_rung_by_the_service_worker_and_by_vibration(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.add_init_script(PHONE)
    console.reload()
    console.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    expect(console.get_by_role("heading", name="Vous êtes disponible")).to_be_visible()
    console.evaluate("window.pretendHidden = true")
    with SocketVisitor(server, theme="creation") as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        console.wait_for_function("window.shown.length > 0 && window.shaken > 0")
        assert console.evaluate("window.shown") == ["Miti Une personne attend une réponse."]
        console.keyboard.press("Alt+a")
        expect(message_field(console)).to_be_focused()
        someone.expect("joined")


def test_a_phone_without_notifications_rings_on_and_the_check_says_so(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    console.add_init_script(PHONE)
    console.add_init_script("delete Navigator.prototype.serviceWorker")
    console.reload()
    expect(console.get_by_role("heading", name="Vous êtes disponible")).to_be_visible()
    console.evaluate("window.pretendHidden = true")
    with SocketVisitor(server, theme="creation") as someone:
        someone.ask()
        expect(offers(console)).to_have_count(1)
        console.get_by_role("button", name="Mon poste").click()
        check = console.get_by_role("dialog").locator(".check").filter(has_text="Notifications")
        expect(check).to_contain_text("Ce navigateur n’en montre pas.")
        expect(check.locator(".check-mark")).to_have_text("✗")
        console.keyboard.press("Escape")
        console.keyboard.press("Alt+a")
        expect(message_field(console)).to_be_focused()
        someone.expect("joined")
