import json
from datetime import UTC, datetime, timedelta

import pytest

from routing_rules.languages import LANGUAGES
from widget import button

WEDNESDAY = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def says(state: str, opening: datetime | None = None, language: str = "fr") -> str:
    return button.label(state=state, opening=opening, language=language, now=WEDNESDAY)


def test_an_open_site_invites() -> None:
    assert says("open") == "Une question\u00a0? Écrivez-nous"


def test_a_full_site_says_that_nobody_is_free() -> None:
    assert says("full") == "Personne n’est libre pour l’instant"


@pytest.mark.parametrize(
    ("language", "opening", "words"),
    [
        ("fr", datetime(2026, 11, 18, 16, 30, tzinfo=UTC), "Fermé, retour aujourd’hui à 17\u00a0h\u00a030"),
        ("fr", datetime(2026, 11, 19, 8, 0, tzinfo=UTC), "Fermé, retour demain à 9\u00a0h"),
        ("fr", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Fermé, retour lundi à 9\u00a0h"),
        ("fr", datetime(2026, 12, 7, 8, 0, tzinfo=UTC), "Fermé, retour lundi 7 décembre à 9\u00a0h"),
        ("fr", datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "Fermé, retour mardi 1er décembre à 9\u00a0h"),
        ("nl", datetime(2026, 12, 1, 8, 0, tzinfo=UTC), "Gesloten, terug dinsdag 1 december om 9\u00a0uur"),
        (
            "de",
            datetime(2026, 12, 7, 8, 0, tzinfo=UTC),
            "Geschlossen, wieder da: Montag, 7. Dezember um 9\u00a0Uhr",
        ),
        ("uk", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Зачинено, знову: понеділок о 9:00"),
        ("nl", datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "Gesloten, terug maandag om 9.30\u00a0uur"),
        ("en", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Closed, back Monday at 9:00"),
    ],
)
def test_a_closed_site_says_when_it_opens_in_belgian_time(
    language: str, opening: datetime, words: str
) -> None:
    assert says("closed", opening, language) == words


def test_a_closed_site_without_hours_does_not_invent_any() -> None:
    assert says("closed") == "Fermé pour le moment"


@pytest.mark.parametrize("language", ["", "xx", "../../x", "fr-BE"])
def test_an_unknown_language_gets_french_words(language: str) -> None:
    assert (
        says("closed", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), language) == "Fermé, retour lundi à 9\u00a0h"
    )


def test_midnight_in_brussels_makes_tomorrow() -> None:
    opening = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    late, later = datetime(2026, 11, 18, 22, 59, tzinfo=UTC), datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    assert button.opening_in_words(opening, language="fr", now=late) == "demain à 9\u00a0h"
    assert button.opening_in_words(opening, language="fr", now=later) == "aujourd’hui à 9\u00a0h"


@pytest.mark.parametrize(
    ("now", "opening", "seconds"),
    [
        (WEDNESDAY, WEDNESDAY + timedelta(hours=1), 3_600),
        # Until midnight in Brussels: 16 h there.
        (WEDNESDAY, WEDNESDAY + timedelta(days=2), 8 * 3_600),
        (WEDNESDAY, WEDNESDAY - timedelta(seconds=1), 1),
    ],
)
def test_the_words_hold_until_the_opening_or_midnight(now: datetime, opening: datetime, seconds: int) -> None:
    assert button.holds_for_s(opening, now=now) == seconds


def test_each_language_of_visitors_has_all_words_of_the_button() -> None:
    words = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in button.WORDS.glob("*.json")}
    assert set(words) == set(LANGUAGES)
    for each in words.values():
        assert list(each) == list(words["fr"])
