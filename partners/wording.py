"""Which language a page speaks, and texts that are kept in several languages."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language


def page_language() -> str:
    """The language that Django answers in now."""
    return get_language() or settings.LANGUAGE_CODE


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in this language ("nl" or "nl-BE"), else in the platform's own; empty where there is neither."""
    return texts.get(language[:2]) or texts.get(settings.LANGUAGE_CODE) or ""
