"""What the button on a partner's page says: the truth, in the language of that page."""

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from babel.dates import format_date
from django.conf import settings

from partners.time_zone import BRUSSELS

LOCALES = Path(__file__).parent / "static" / "widget" / "locales"
WEEK = timedelta(days=6)
DATES = {"de": "EEEE, d. MMMM", "uk": "EEEE, d MMMM"}
"""As the browser writes them in the chat; the other languages need no signs."""


def label(*, state: str, opening: datetime | None, language: str, now: datetime) -> str:
    """`state` is open, full or closed; the words are the widget's own."""
    language = language if _words(language) else settings.LANGUAGE_CODE
    words = _words(language)
    if state == "closed" and opening is None:
        return words["launcher_closed_unknown"]
    if state == "closed" and opening is not None:
        return words["launcher_closed"].format(when=_when(opening, language, words, now))
    return words[f"launcher_{state}"]


def _when(opening: datetime, language: str, words: dict[str, str], now: datetime) -> str:
    at, today = opening.astimezone(BRUSSELS), now.astimezone(BRUSSELS).date()
    hour = words["hour_minutes" if at.minute else "hour"].format(h=at.hour, mm=f"{at.minute:02}")
    if at.date() == today:
        day = words["today"]
    elif at.date() == today + timedelta(days=1):
        day = words["tomorrow"]
    else:
        pattern = DATES.get(language, "EEEE d MMMM")
        day = format_date(at, "EEEE" if opening - now < WEEK else pattern, locale=language)
    return words["when"].format(day=day, hour=hour)


@cache
def _words(language: str) -> dict[str, str]:
    path = LOCALES / f"{language}.json"
    if not language.isalpha() or not path.exists():
        return {}
    words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return words
