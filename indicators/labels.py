"""The words for codes and indicators, in the reader's language.

The names of themes, sites, networks and everything else that coordinators maintain come from `routing_rules.names`.
This module words what exists only in figures.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from indicators import codes
from indicators.periods import slot_label
from partners.day_words import day_in_words
from partners.wording import page_language
from routing_rules import names

Label = str | Promise

OUTCOMES: Final[dict[str, Label]] = {
    codes.Outcome.SERVED: _("Taken up"),
    codes.Outcome.ACCEPTED_SILENT: _("Accepted, but nothing was written"),
    codes.Outcome.ABANDONED_SHORT: _("Left within 10 seconds"),
    codes.Outcome.ABANDONED: _("Left while waiting"),
    codes.Outcome.UNSERVED: _("Not served in time"),
    codes.Outcome.FULL: _("Refused: nobody was ready"),
    codes.Outcome.TECHNICAL: _("Lost by a fault of the platform"),
    codes.Outcome.TEST: _("Test, in no figure"),
}
COUNTERS: Final[dict[str, Label]] = {
    codes.CounterKind.OPENED: _("Opened"),
    codes.CounterKind.OPENED_FULL: _("Opened while full"),
    codes.CounterKind.OPENED_CLOSED: _("Opened while closed"),
    codes.CounterKind.ASKED_CLOSED: _("Asked while closed"),
}
HELPED: Final[dict[str, Label]] = {"yes": _("Yes"), "partly": _("Partly"), "no": _("No")}
STATUSES: Final[dict[str, Label]] = {
    "pupil": _("Pupil"),
    "student": _("Student"),
    "job_seeker": _("Job seeker"),
    "employee": _("Employee"),
    "self_employed": _("Self-employed"),
    "other": _("Other situation"),
}
AGE_BANDS: Final[dict[str, Label]] = {
    "under_18": _("Under 18"),
    "18_24": _("18 to 24"),
    "25_34": _("25 to 34"),
    "35_44": _("35 to 44"),
    "45_54": _("45 to 54"),
    "55_plus": _("55 and over"),
}
GENDERS: Final[dict[str, Label]] = {"woman": _("Woman"), "man": _("Man"), "other": _("Other gender")}
GIVEN: Final[dict[str, Label]] = {
    "information": _("Information"),
    "document": _("Document"),
    "method": _("Method"),
    "contact": _("Contact details"),
    "referral": _("Referral"),
    "appointment": _("Appointment"),
    "listening": _("Listening"),
    "nothing": _("Nothing"),
}
RATINGS: Final[dict[str, Label]] = {str(rating): str(rating) for rating in codes.RATINGS}
WEEKDAYS: Final[dict[str, Label]] = {
    "1": _("Monday"),
    "2": _("Tuesday"),
    "3": _("Wednesday"),
    "4": _("Thursday"),
    "5": _("Friday"),
    "6": _("Saturday"),
    "7": _("Sunday"),
}
BREAKDOWNS: Final[dict[str, Label]] = {
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "weekday": _("Day of the week"),
    "slot": _("Time of day"),
    "theme": _("Theme"),
    "language": _("Language"),
    "network": _("Network of the site"),
    "partner": _("Partner of the site"),
    "site": _("Site"),
    "campaign": _("Campaign"),
    "audience": _("Audience"),
    "plan": _("Routing plan"),
}
SCOPES: Final[dict[str, Label]] = {"own_pools": _("Your pools"), "platform": _("The whole platform")}
"""Whose figures the lines of a file are."""
PRESETS: Final[dict[str, Label]] = {
    "last-7-days": _("7 days"),
    "last-30-days": _("30 days"),
    "this-month": _("This month"),
    "last-month": _("Last month"),
    "this-quarter": _("This quarter"),
    "last-quarter": _("Last quarter"),
    "this-year": _("This year"),
    "last-year": _("Last year"),
}
DIMENSIONS: Final[dict[str, Label]] = {
    "status": _("Situation"),
    "age_band": _("Age"),
    "gender": _("Gender"),
    "rating": _("Rating"),
    "helped": _("Helped?"),
    "theme": _("Theme"),
    "language": _("Language"),
}
_OF: Final[dict[str, Mapping[str, Label]]] = {
    "weekday": WEEKDAYS,
    "status": STATUSES,
    "age_band": AGE_BANDS,
    "gender": GENDERS,
    "helped": HELPED,
    "rating": RATINGS,
}


def known(dimension: str) -> Mapping[str, Label]:
    """The codes that have a name, with today's name, in their order."""
    named = names.BY_DIMENSION.get(dimension)
    return named() if named is not None else _OF.get(dimension, {})


def partners_of_sites() -> Mapping[str, str]:
    """The code of the partner of each site that has one, today."""
    return names.partners_of_sites()


def namer(dimension: str) -> Callable[[str], str]:
    """A function that names the lines of one table; it reads the names that coordinators maintain once."""
    return partial(_name, dimension, known(dimension))


def of_outcome(key: str) -> str:
    """The words for an outcome, or for those that are told together."""
    return _together() if key == codes.TOGETHER else str(OUTCOMES[key])


def _together() -> str:
    return gettext("Others, each too few in a month")


def of(dimension: str, key: str) -> str:
    """The words for one line of a table; a code without a name stands for itself."""
    return namer(dimension)(key)


def _name(dimension: str, named: Mapping[str, Label], key: str) -> str:
    if not key and dimension == "campaign":
        return gettext("None, or one too rare to be named")
    if not key:
        return pgettext("a code", "None")
    if key == codes.TOGETHER:
        return _together()
    match dimension:
        case "day":
            return _day(key, "EEE d MMM y")
        case "week":
            return gettext("Week of %(day)s") % {"day": _day(key, "d MMM y")}
        case "month":
            return date_format(date.fromisoformat(f"{key}-01"), "F Y")
        case "quarter":
            year, _mark, number = key.partition("-Q")
            return gettext("Quarter %(number)s of %(year)s") % {"number": number, "year": year}
        case "slot":
            return slot_label(int(key))
        case "plan":
            return gettext("Plan %(number)s") % {"number": key}
        case "campaign" if key == codes.OTHER_CAMPAIGN:
            return gettext("Other campaigns")
        case "theme" | "language" if key == codes.FEW_PEOPLE:
            return gettext("Others, some of them of fewer than three people")
    return str(named.get(key, key))


def _day(key: str, pattern: str) -> str:
    return day_in_words(date.fromisoformat(key), pattern, language=page_language())
