"""A report is in the language of its reader's letters, as text and as HTML, with numbers as that language writes them."""

import pytest

from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.report_letters import MONTH, SECOND, html_of, send, set_day, subscribe, three_periods

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("themes")]
WORDS = {
    "fr": ("Chiffres\u00a0: novembre 2026", "Taux de prise en charge (T)", "75,0\u00a0%", "30 sur 40"),
    "nl": ("Cijfers: november 2026", "Opnamegraad (T)", "75,0%", "30 van 40"),
    "en": ("Figures: November 2026", "Take-up rate (T)", "75.0%", "30 of 40"),
}
ENGLISH = (
    "Take-up",
    "Requests",
    "The page of this period",
    "You asked",
    "In short",
    "interval of",
    "Outcome",
)


@pytest.mark.parametrize("language", WORDS)
def test_a_report_is_in_the_language_of_its_readers_letters(
    analyst: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    three_periods(ended, lost)
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH, language=language)
    (letter,) = send()
    title, name, share, counted = WORDS[language]
    assert letter.subject == f"[Miti] {' '.join(title.split())}"
    assert f'<html lang="{language}">' in html_of(letter)
    for text in (html_of(letter), str(letter.body)):
        for words in (title, name, share, counted):
            assert words in text.replace("\u202f", "\u00a0")
        if language != "en":
            assert [one for one in ENGLISH if one in text] == []


def test_each_of_several_gets_their_own(
    analyst: Staff, coordinator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH, language="nl")
    subscribe(coordinator, MONTH, language="fr")
    found = {one.to[0]: one.subject for one in send()}
    assert "Cijfers" in found[analyst.email]
    assert "Chiffres" in found[coordinator.email]


@pytest.mark.parametrize("language", WORDS)
def test_the_text_says_what_the_html_says(
    coordinator: Staff, ended: Ended, lost: Ended, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    three_periods(ended, lost, times=2)
    set_day(monkeypatch, SECOND)
    subscribe(coordinator, MONTH, language=language)
    (letter,) = send()
    title, name, share, _counted = WORDS[language]
    separator = "\u00a0:" if language == "fr" else ":"
    month = title.rpartition(": ")[2]
    plain = str(letter.body).replace("\u202f", "\u00a0")
    assert f"{name} v2\n  {month}{separator} {share}\n" in plain
    assert "&" not in plain.replace("&to=", "").replace("&by=", "").replace("&within=", ""), (
        "no HTML in the text"
    )
