"""Belgian public and school holidays, by the library `holidays`, as days that a pool may close on."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from holidays import country_holidays


class Calendar(StrEnum):
    """Public holidays of the whole country, school holidays by the Community in charge of schools."""

    PUBLIC = "public"
    SCHOOL_FRENCH = "school_french"
    SCHOOL_FLEMISH = "school_flemish"
    SCHOOL_GERMAN = "school_german"


_SUBDIVISIONS = {
    Calendar.SCHOOL_FRENCH: "French",
    Calendar.SCHOOL_FLEMISH: "Flemish",
    Calendar.SCHOOL_GERMAN: "German",
}
_LANGUAGES = {"fr": "fr", "nl": "nl", "en": "en_US"}
FIRST_YEAR, LAST_YEAR = 2020, 2040


@dataclass(frozen=True, slots=True)
class HolidayPeriod:
    """Days in a row, first and last included, that share a name."""

    name: str
    first: date
    last: date

    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=one) for one in range((self.last - self.first).days + 1)]


def periods(*, calendar: Calendar, year: int, language: str) -> list[HolidayPeriod]:
    """The holidays of one calendar year in order, each from its first day to its last, also where it began in the year before
    or ends in the next; names in the language of the page.

    Raises:
        ValueError: a year outside what the library is sure of.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    wanted: dict[str, Any] = {"categories": ("public",)}
    if calendar in _SUBDIVISIONS:
        wanted = {"categories": ("school",), "subdiv": _SUBDIVISIONS[calendar]}
    years = range(year - 1, year + 2)
    days = country_holidays("BE", years=years, language=_LANGUAGES.get(language[:2], "fr"), **wanted)
    found: list[HolidayPeriod] = []
    for day, name in sorted(days.items()):
        # The library names two holidays of one day "one; the other": a long one continues through such a day.
        if found and found[-1].name in name.split("; ") and day - found[-1].last == timedelta(days=1):
            found[-1] = HolidayPeriod(found[-1].name, found[-1].first, day)
        else:
            found.append(HolidayPeriod(name, day, day))
    return [one for one in found if year in (one.first.year, one.last.year)]
