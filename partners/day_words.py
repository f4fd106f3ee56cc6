"""Days as people say them in each language: "lundi 30 novembre", "mardi 1er décembre 2026"."""

from datetime import date
from typing import Final

from babel.dates import format_date

WEEKDAY: Final = "EEEE"
DAY_AND_MONTH: Final = "d MMMM"
DAY_OF_WEEK_AND_MONTH: Final = "EEEE d MMMM"
DATE: Final = "d MMMM y"
WHOLE_DATE: Final = "EEEE d MMMM y"
_CUSTOMS: Final = {"de": (("E d", "E, d"), ("d ", "d. ")), "uk": (("E d", "E, d"),)}


def day_in_words(day: date, pattern: str, *, language: str) -> str:
    """`pattern` is one of Babel's, in the French order; other languages' punctuation is put in."""
    for ours, theirs in _CUSTOMS.get(language, ()):
        pattern = pattern.replace(ours, theirs)
    # French counts the first of a month, and no other day.
    if language == "fr" and day.day == 1:
        pattern = pattern.replace("d", "d'er'")
    return format_date(day, pattern, locale=language)
