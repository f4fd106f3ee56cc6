"""Texts follow each language's typography, count correctly, and use one word for one thing."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from coordination.weekdays import day_and_month
from demo import facts
from partners.day_words import DATE, DAY_OF_WEEK_AND_MONTH, day_in_words
from widget import button

ROOT = Path(settings.ROOT)
TEMPLATES = sorted(
    path for package in settings.PACKAGES for path in (ROOT / package).rglob("templates/**/*.html")
)
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
BOUNDS = {"limit", "most", "most_steps", "seconds"}
"""Placeholders that never stand for one."""
FIXED = ("chat.over", "now.late", "in_parts")
"""Words for a number that the platform fixes."""
Text = tuple[str, str, str]
"""Where, the language, and what is said."""


def catalogues() -> Iterator[Text]:
    for path in sorted(ROOT.glob("*/locale/*/LC_MESSAGES/django.po")):
        language = path.parts[-3]
        with path.open("rb") as words:
            for entry in read_po(words, locale=language):
                ids = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
                strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
                plural = ".counted" if len(ids) > 1 else ""
                yield from ((f"{path.parts[-5]}{plural}", "en", text) for text in ids if text)
                yield from (
                    (f"{path.parts[-5]}{plural}", language, text) for text in strings if entry.id and text
                )


def browser_words() -> Iterator[Text]:
    for path in sorted((*ROOT.glob("*/static/*/locales/*.json"), *ROOT.glob("*/button_words/*.json"))):
        for key, text in json.loads(path.read_text(encoding="utf-8")).items():
            if isinstance(text, str):
                yield f"{path.parent.parent.name} {key}", path.stem, text
            else:
                yield from ((f"{key}.counted", path.stem, form) for form in text.values())


def demo_texts() -> Iterator[Text]:
    for name, value in vars(facts).items():
        if name.isupper() and name not in {"PASSWORD", "LOCAL_DOMAINS"}:
            yield from ((f"demo {name}", _guessed(text), text) for text in _strings(value))


def template_texts() -> Iterator[Text]:
    for path in TEMPLATES:
        text = re.sub(
            r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>|&lt;.*?&gt;", " ", path.read_text(encoding="utf-8")
        )
        yield path.name, "en", text


def all_texts() -> list[Text]:
    return [*catalogues(), *browser_words(), *demo_texts(), *template_texts()]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _strings(inner)


def _guessed(text: str) -> str:
    """Only French puts a space before these signs."""
    return "fr" if re.search(r"\s[;:!?»]|«", text) else ""


def test_apostrophes_and_quotation_marks_are_curly_everywhere() -> None:
    straight = re.compile(r"(?<=\w)'(?=\w)|(?<![\w=])\"\w|\w\"(?!\w)")
    wrong = [(where, text) for where, _language, text in all_texts() if straight.search(PLACE.sub("X", text))]
    assert wrong == []


def test_french_keeps_its_double_signs_on_the_line() -> None:
    breaking = re.compile(r"\w [;:!?»]|« ")
    wrong = [
        (where, text) for where, language, text in all_texts() if language == "fr" and breaking.search(text)
    ]
    assert wrong == []


def test_what_is_counted_has_a_form_for_one() -> None:
    """French stands for all: the other catalogues have the same plural forms."""
    several = re.compile(r"(?:%\((\w+)\)[sd]|\{(\w+)\})[ \u00a0](?!vous)[^\W\d_]{3,}[sx]\b")
    wrong = [
        (where, text)
        for where, language, text in (*catalogues(), *browser_words())
        if language == "fr" and not where.endswith((".counted", *FIXED))
        for bound, place in several.findall(text)
        if (bound or place) not in BOUNDS
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["fr", "nl", "en", "de", "uk", "ar"])
def test_one_person_before_the_visitor_is_one_person(language: str) -> None:
    path = ROOT / f"widget/static/widget/locales/{language}.json"
    position = json.loads(path.read_text(encoding="utf-8"))["position"]
    assert {"1", "2", "other"} <= set(position)
    assert len(set(position.values())) == len(position)


INSTEAD = [
    ("fr", r"\bpseudo", "nom de compte"),
    ("fr", r"\bmobilité\b", "partir à l’étranger"),
    ("nl", r"\bmobiliteit\b", "naar het buitenland"),
    ("nl", r"\braadgever", "adviseur"),
    ("nl", r"\d ?u\d|\d u\b", "9.30 uur"),
    ("uk", r"студію", "навчаюся"),
    (
        "fr",
        r"\b1 (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)\b",
        "1er",
    ),
]


@pytest.mark.parametrize(("language", "word", "instead"), INSTEAD)
def test_each_thing_has_one_word(language: str, word: str, instead: str) -> None:
    found = [
        (where, text)
        for where, spoken, text in all_texts()
        if (spoken == language or where.startswith("demo")) and re.search(word, text, re.IGNORECASE)
    ]
    assert found == [], f"say “{instead}”"


@pytest.mark.django_db
def test_a_refused_sign_in_is_told_in_our_own_words(client: Client) -> None:
    client.cookies["miti_language"] = "fr"
    for account in ("personne", "personne@exemple.be"):
        page = client.post(
            "/accounts/login/", {"login": account, "password": "rien de juste"}
        ).content.decode()
        assert "Ce nom de compte, cet e-mail ou ce mot de passe n’est pas le bon." in page
        assert "pseudo" not in page


FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("fr", "mardi 1er décembre", "mercredi 2 décembre"),
        ("nl", "dinsdag 1 december", "woensdag 2 december"),
        ("en", "Tuesday 1 December", "Wednesday 2 December"),
        ("de", "Dienstag, 1. Dezember", "Mittwoch, 2. Dezember"),
        ("uk", "вівторок, 1 грудня", "середа, 2 грудня"),
    ],
)
def test_the_first_of_a_month_is_said_as_each_language_says_it(
    language: str, first: str, second: str
) -> None:
    assert day_in_words(FIRST, DAY_OF_WEEK_AND_MONTH, language=language) == first
    assert day_in_words(SECOND, DAY_OF_WEEK_AND_MONTH, language=language) == second
    with override(language if language in {"fr", "nl"} else "en"):
        assert "1" in day_and_month(FIRST)


def test_other_days_are_not_counted_like_the_first() -> None:
    assert [day_in_words(date(2026, 12, day), DATE, language="fr") for day in (1, 11, 21, 31)] == [
        "1er décembre 2026", "11 décembre 2026", "21 décembre 2026", "31 décembre 2026",
    ]  # fmt: skip


def test_no_template_writes_a_month_by_itself() -> None:
    """Django's formats do not know the French "1er"; the filters of `days` do."""
    own = re.compile(r"""\|date:["'][^"']*[jd][^"']*[FMNE]""")
    assert [path.name for path in TEMPLATES if own.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("days", range(1, 10))
def test_a_day_keeps_its_name_as_long_as_its_words_are_said_to_hold(days: int) -> None:
    """Not "lundi 30 novembre" on the button at 8:59 and "lundi" in the chat at 9:01."""
    now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    opening = now.replace(hour=8, minute=0) + timedelta(days=days)
    words = button.opening_in_words(opening, language="fr", now=now)
    until = now + timedelta(seconds=button.holds_for_s(opening, now=now))
    while now < until:
        assert button.opening_in_words(opening, language="fr", now=now) == words
        now += timedelta(minutes=15)
