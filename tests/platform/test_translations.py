"""Everything that people read is there in French and Dutch, and says it with the same pieces."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, override, pgettext
from django.utils.translation.template import templatize

from indicators import codes, labels

ROOT = Path(settings.ROOT)
ROOMS = [
    "miti", "operations", "accounts", "partners", "routing_rules", "chat", "indicators", "roster", "widget", "counsellor_console",
    "coordination",
]  # fmt: skip
LANGUAGES = ["fr", "nl"]
"""English is what the messages are written in."""
VISITORS = ["nl", "de", "uk", "ar"]
"""Visitors read more languages than staff."""
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
JSON_WORDS = {
    "widget": ["fr", "nl", "en", "de", "uk", "ar"],
    "counsellor_console": ["fr", "nl", "en"],
}
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
PLURAL = re.compile(r"\.(zero|one|two|few|many|other|\d+)$")

Message = tuple[str | None, str]
"""Context and text; of a plural, its singular."""


def in_python(room: str) -> Iterator[Message]:
    for path in sorted((ROOT / room).rglob("*.py")):
        with path.open("rb") as source:
            yield from _messages("python", source)


def in_templates(room: str) -> Iterator[Message]:
    for path in sorted((ROOT / room / "templates").rglob("*.*")):
        # What comes out is a list of calls with filling between them; the lexer of JavaScript bears the filling.
        calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        yield from _messages("javascript", BytesIO(calls.encode()))


def _messages(method: str, source: Any) -> Iterator[Message]:
    for _line, text, _comments, context in extract(method, source, KEYWORDS):
        first = text[0] if isinstance(text, tuple) else text
        if first:
            yield context, first


@cache
def catalog(room: str, language: str) -> Catalog:
    path = ROOT / room / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as words:
        return read_po(words, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_message_of_a_package_is_translated_there(room: str, language: str) -> None:
    words = catalog(room, language)
    missing = []
    for context, text in {*in_python(room), *in_templates(room)}:
        entry = words.get(text, context)
        strings = [] if entry is None else entry.string if isinstance(entry.string, tuple) else [entry.string]
        if entry is None or entry.fuzzy or not strings or not all(strings):
            missing.append(text)
    assert sorted(missing) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_no_translation_of_a_removed_message_is_left(room: str, language: str) -> None:
    used = {*in_python(room), *in_templates(room)}
    left = [
        str(entry.id)
        for entry in catalog(room, language)
        if entry.id and (entry.context, _singular(entry.id)) not in used
    ]
    assert sorted(left) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_has_the_same_placeholders(room: str, language: str) -> None:
    wrong = []
    for entry in catalog(room, language):
        ids = entry.id if isinstance(entry.id, tuple | list) else (entry.id,)
        strings = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
        wanted = [placeholders(text) for text in ids]
        wrong += [text for text in strings if entry.id and text and placeholders(text) not in wanted]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_page_shows_the_translation_that_its_package_has(room: str, language: str) -> None:
    """Django reads one catalogue made of all, its own too: of two translations of the same words only one is ever shown."""
    with override(language):
        shown = [
            (
                str(entry.id),
                entry.string,
                pgettext(entry.context, entry.id) if entry.context else gettext(entry.id),
            )
            for entry in catalog(room, language)
            if isinstance(entry.id, str) and entry.id
        ]
    assert [one for one in shown if one[1] != one[2]] == []


def placeholders(text: str) -> set[str]:
    """A doubled sign of percent is one that is shown: `%%(n)s` stands on the page as `%(n)s`."""
    return set(PLACE.findall(text.replace("%%", "")))


def worded(room: str, language: str) -> set[str]:
    return {_singular(entry.id) for entry in catalog(room, language) if entry.id and entry.string}


@pytest.mark.parametrize("language", VISITORS)
def test_a_visitor_reads_what_the_server_words_in_their_own_language(language: str) -> None:
    with override("en"):
        asked = {str(labels.of(field, code)) for field, allowed in codes.SURVEY.items() for code in allowed}
    assert asked - worded("indicators", language) == set()
    source = BytesIO(
        templatize((ROOT / "widget/templates/widget/frame.html").read_text(), origin="").encode()
    )
    read = {text for _, text in _messages("javascript", source)}
    assert read
    assert read - worded("widget", language) == set()


def test_messages_are_found() -> None:
    assert "There is no such page" in {text for _, text in in_python("miti")}
    assert "Sign out" in {text for _, text in in_templates("miti")}


@pytest.mark.parametrize("room", JSON_WORDS)
def test_the_words_of_the_browser_are_the_same_in_every_language(room: str) -> None:
    words = {language: _json(room, language) for language in JSON_WORDS[room]}
    there = {path.stem for path in _folder(room).glob("*.json")}
    assert there == set(JSON_WORDS[room])
    for language, said in words.items():
        assert _stems(said) == _stems(words["fr"]), language
        assert [key for key, text in said.items() if not text.strip()] == [], language
        assert _places(said) == _places(words["fr"]), language


@pytest.mark.parametrize("room", JSON_WORDS)
def test_no_word_of_the_browser_was_left_in_french(room: str) -> None:
    """A sentence that is letter for letter the French one was forgotten; single words may be alike."""
    french = _json(room, "fr")
    for language in JSON_WORDS[room][1:]:
        alike = [
            key
            for key, text in _json(room, language).items()
            if text == french.get(key) and len(re.findall(r"[^\W\d_]{2,}", text)) > 3
        ]
        assert alike == [], language


@pytest.mark.parametrize("room", JSON_WORDS)
def test_every_word_that_a_script_asks_for_is_there(room: str) -> None:
    french = _json(room, "fr")
    scripts = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / room / "static" / room).glob("*.js"))
    )
    asked = set(re.findall(r"\bt\(\s*[\"']([\w.]+)[\"']", scripts))
    assert asked
    assert asked - _stems(french) - set(french) == set()


def _stems(said: dict[str, str]) -> set[str]:
    """The keys without the plural form or number: languages have different ones."""
    return {PLURAL.sub("", key) for key in said}


def _places(said: dict[str, str]) -> dict[str, set[str]]:
    """What is filled into each; a form for one may leave its number out."""
    found: dict[str, set[str]] = {}
    for key, text in said.items():
        found.setdefault(PLURAL.sub("", key), set()).update(PLACE.findall(text))
    return found


def _singular(identity: str | Iterable[str]) -> str:
    return identity if isinstance(identity, str) else next(iter(identity))


def _folder(room: str) -> Path:
    return ROOT / room / "static" / room / "locales"


def _json(room: str, language: str) -> dict[str, str]:
    said: dict[str, Any] = json.loads((_folder(room) / f"{language}.json").read_text(encoding="utf-8"))
    return dict(_flat(said))


def _flat(said: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in said.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
