"""The words of the button on a partner's page, and the words for its next opening: the only place for both.

The chat shows the same words, so that it never names another day than the button does.
"""

import json
import math
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from partners.day_words import DAY_OF_WEEK_AND_MONTH, WEEKDAY, day_in_words
from partners.time_zone import BRUSSELS

WORDS = Path(__file__).parent / "button_words"
WEEK = timedelta(days=7)


def label(*, state: str, opening: datetime | None, language: str, now: datetime) -> str:
    """`state` is open, full or closed."""
    words = _words(_known(language))
    if state != "closed":
        return words[state]
    if opening is None:
        return words["closed_unknown"]
    return words["closed"].format(when=opening_in_words(opening, language=language, now=now))


def word(key: str, *, language: str) -> str:
    """Such as `close`, or `away`: the chat does not come up on the host page."""
    return _words(_known(language))[key]


def opening_in_words(opening: datetime, *, language: str, now: datetime) -> str:
    """Such as "demain à 9 h", "lundi à 9 h 30", "lundi 7 décembre à 9 h": in Belgian time."""
    language = _known(language)
    words = _words(language)
    at = opening.astimezone(BRUSSELS)
    hour = words["hour_minutes" if at.minute else "hour"].format(h=at.hour, mm=f"{at.minute:02}")
    return words["when"].format(day=_day(opening, language, words, now), hour=hour)


def holds_for_s(opening: datetime, *, now: datetime) -> int:
    """How many seconds these words stay true: until the opening, or until midnight, when the day gets another name."""
    tomorrow = now.astimezone(BRUSSELS).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time.min, BRUSSELS)
    return max(1, math.ceil((min(opening, midnight) - now).total_seconds()))


def _day(opening: datetime, language: str, words: dict[str, str], now: datetime) -> str:
    at, today = opening.astimezone(BRUSSELS), now.astimezone(BRUSSELS).date()
    if at.date() == today:
        return words["today"]
    if at.date() == today + timedelta(days=1):
        return words["tomorrow"]
    if at.date() - today < WEEK:
        return day_in_words(at, WEEKDAY, language=language)
    return day_in_words(at, DAY_OF_WEEK_AND_MONTH, language=language)


def _known(language: str) -> str:
    return language if _words(language) else settings.LANGUAGE_CODE


@cache
def _words(language: str) -> dict[str, str]:
    path = WORDS / f"{language}.json"
    if not language.isalpha() or not path.exists():
        return {}
    words: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return words
