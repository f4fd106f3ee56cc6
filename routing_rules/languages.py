"""The languages a conversation can be in. Pure.

Names are in the language itself: that is how people look for theirs. `names.languages` has them in the reader's.
"""

from typing import Final

LANGUAGES: dict[str, str] = {
    "fr": "Français",
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "uk": "Українська",
}
FALLBACK: Final = "fr"
"""Every text that coordinators write exists at least in this language."""


def known_languages() -> list[str]:
    """A fresh list, as a model field's default wants it."""
    return list(LANGUAGES)
