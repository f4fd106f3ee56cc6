"""The languages a conversation can be in. Pure.

Names are in the language itself: that is how people look for theirs. `names.languages` has them in the reader's.
"""

from collections.abc import Collection
from typing import Final

LANGUAGES: dict[str, str] = {
    "fr": "Français",
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "uk": "Українська",
    "ar": "العربية",
}
UNREVIEWED: Final = frozenset({"ar"})
"""Their words wait for a native reader: a site has them only when somebody ticks them for it."""
FALLBACK: Final = "fr"
"""Every text that coordinators write exists at least in this language."""


def known_languages() -> list[str]:
    """Those that a site has without being asked; a fresh list, as a model field's default wants it."""
    return [code for code in LANGUAGES if code not in UNREVIEWED]


def may_speak(code: str, listed: Collection[str]) -> bool:
    """Whether the pages of a site that lists these languages may be in this one, which it need not answer in."""
    return code in LANGUAGES and (code in listed or code not in UNREVIEWED)
