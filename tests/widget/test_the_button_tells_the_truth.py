from datetime import UTC, datetime

import pytest

from widget import button

WEDNESDAY = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def says(state: str, opening: datetime | None = None, language: str = "fr") -> str:
    return button.label(state=state, opening=opening, language=language, now=WEDNESDAY)


def test_an_open_site_invites() -> None:
    assert says("open") == "Une question\u00a0? Écrivez-nous"


def test_a_full_site_says_that_nobody_is_free() -> None:
    assert says("full") == "Personne n'est libre pour l'instant"


@pytest.mark.parametrize(
    ("language", "opening", "words"),
    [
        ("fr", datetime(2026, 11, 18, 16, 30, tzinfo=UTC), "Fermé, retour aujourd'hui à 17\u00a0h\u00a030"),
        ("fr", datetime(2026, 11, 19, 8, 0, tzinfo=UTC), "Fermé, retour demain à 9\u00a0h"),
        ("fr", datetime(2026, 11, 23, 8, 0, tzinfo=UTC), "Fermé, retour lundi à 9\u00a0h"),
        ("fr", datetime(2026, 12, 7, 8, 0, tzinfo=UTC), "Fermé, retour lundi 7 décembre à 9\u00a0h"),
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
