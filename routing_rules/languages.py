"""The languages a conversation can be in. Names are in the language itself: that is how people look for theirs."""

LANGUAGES: dict[str, str] = {
    "fr": "Français",
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "uk": "Українська",
}


def known_languages() -> list[str]:
    """A fresh list, as a model field's default wants it."""
    return list(LANGUAGES)
