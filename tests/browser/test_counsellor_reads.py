"""What a counsellor reads: whose words in which script, several alike in the list, at 400 %, in forced colours, on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.counsellor_screen import (
    be_available,
    conversations,
    in_conversation,
    message_field,
    transcript,
)
from tests.server import Server

TOO_SMALL = """
  [...document.querySelectorAll("button, a[href], select, textarea, summary, label.choice")]
    .filter((one) => one.checkVisibility() && !one.closest(".bubble") && !one.matches(".skip-link"))
    .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5)
"""


@pytest.fixture(scope="module")
def server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("reads"), prepared=prepared) as running:
        yield running


def test_the_list_begins_with_the_last_words_and_calls_the_reception_by_its_name(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "accueil")
    with in_conversation(server, console, theme="accueil") as someone:
        someone.say("Quel diplôme faut-il ?")
        expect(conversations(console)).to_contain_text("Quel diplôme faut-il ?")
        words = conversations(console).inner_text()
        assert words.index("Quel diplôme") < words.index("Accueil")
        assert "Je ne sais pas" not in words


def test_words_are_shown_in_their_own_direction_and_read_in_their_language(
    server: Server, sign_in: OpenPage
) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console, language="fr") as someone:
        for body in ("عندي 3 أسئلة", "Маю 3 запитання"):
            someone.say(body)
            bubble = transcript(console).locator(".bubble", has_text=body)
            expect(bubble).to_have_attribute("lang", "fr")
            expect(bubble).to_have_css("direction", "rtl" if "عندي" in body else "ltr")
        message_field(console).fill("نعم 2")
        expect(message_field(console)).to_have_css("direction", "rtl")


def test_a_transfer_offers_first_the_teams_where_somebody_is(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    be_available(sign_in, "conseiller.cefo")
    with in_conversation(server, console):
        console.keyboard.press("Alt+t")
        dialog = console.get_by_role("dialog")
        teams = dialog.locator(".dialog-scroll > fieldset", has_text="Équipe")
        expect(teams).to_contain_text("CEFO")
        folded = dialog.locator("details")
        expect(folded).to_contain_text("personne n’est disponible")
        assert folded.get_attribute("open") is None
        folded.locator("summary").click()
        expect(folded.get_by_role("radio").first).to_be_visible()


def test_at_400_percent_the_transcript_can_be_read(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm")
    with in_conversation(server, console) as someone:
        console.set_viewport_size({"width": 320, "height": 256})
        someone.say("Une question assez longue pour prendre trois lignes sur un écran aussi étroit.")
        bubble = transcript(console).locator(".bubble")
        expect(bubble).to_be_visible()
        assert transcript(console).evaluate("log => log.clientHeight") >= 150
        assert console.evaluate("document.documentElement.scrollWidth") <= 320
        message_field(console).press_sequentially("Oui")
        expect(message_field(console)).to_be_in_viewport()


def test_in_forced_colours_each_message_has_a_border(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm", forced_colors="active")
    with in_conversation(server, console) as someone:
        someone.say("Bonjour")
        expect(transcript(console).locator(".bubble")).to_have_css("border-top-style", "solid")


def test_on_a_phone_everything_that_is_touched_is_44_pixels_high(server: Server, sign_in: OpenPage) -> None:
    console = be_available(sign_in, "conseillere.cdm", phone=True, is_mobile=True)
    assert console.evaluate(TOO_SMALL) == []
    with in_conversation(server, console) as someone:
        someone.say("Bonjour")
        expect(transcript(console)).to_contain_text("Bonjour")
        assert console.evaluate(TOO_SMALL) == []
        console.get_by_role("button", name="Outils").click()
        assert console.evaluate(TOO_SMALL) == []
        for name in ("Transférer", "Clore"):
            console.get_by_role("button", name=name).first.click()
            expect(console.get_by_role("dialog")).to_be_visible()
            assert console.evaluate(TOO_SMALL) == []
            console.keyboard.press("Escape")
            console.get_by_role("button", name="Outils").click()
