"""The language of a page, and texts that are stored in several languages."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language


def page_language() -> str:
    """The language that Django answers in now."""
    return get_language() or settings.LANGUAGE_CODE


def in_language(texts: Mapping[str, object], language: str, otherwise: str = "") -> str:
    """The text in this language ("nl" or "nl-BE"), else in the platform's fallback language, else the given default."""
    for code in (language[:2], settings.LANGUAGE_CODE):
        text = str(texts.get(code) or "").strip()
        if text:
            return text
    return otherwise
