"""The languages a conversation can be in, and how something that is worded in several of them is read. Pure.

Names are in the language itself: that is how people look for theirs. `names.languages` has them in the reader's.
"""

from collections.abc import Mapping
from typing import Final

LANGUAGES: dict[str, str] = {
    "fr": "Français",
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "uk": "Українська",
}
FALLBACK: Final = "fr"
"""Everything that coordinators word is worded in this one at least."""


def known_languages() -> list[str]:
    """A fresh list, as a model field's default wants it."""
    return list(LANGUAGES)


def worded(labels: Mapping[str, object], language: str, otherwise: str = "") -> str:
    """What is worded in several languages: in this one, else in French, else what is given for that case."""
    for code in (language[:2], FALLBACK):
        label = str(labels.get(code) or "").strip()
        if label:
            return label
    return otherwise
