"""Opening hours of a day as one line of text: "9:00-12:00, 13:00-16:00". Pure.

Also accepted: 9h-12h30, 9u30, 9.30u, 9h à 12h, "de 9h à midi", "et", "puis", "en", "and", spaces, dashes of all kinds, semicolons,
slashes. An end on the next day carries "+1": "22:00-2:00+1".
"""

import re
from collections.abc import Iterable

from routing_rules.schedule_checks import HoursError, Problem, Trouble, interval_of, timetable_problems
from routing_rules.weekly import DAY_MINUTES, Interval

_TYPED = (
    (re.compile(r"[‐‑‒–—―−→]"), "-"),
    (re.compile(r"\bmidi\b", re.I), "12:00"),
    (re.compile(r"\bminuit\b", re.I), "24:00"),
    (re.compile(r"\b(?:heures?|uur)\b", re.I), "h"),
)
"""Signs and words that mean others."""
_UNTIL = re.compile(r"(?<=[\dhHuU]) (?:jusqu['’]à|à|tot|until|to) (?=\d)", re.I)
"""What people type instead of a hyphen."""
_BETWEEN = re.compile(r"[,;/\n]+|(?<=[\dhHuU])\s+(?:et|puis|en|and|then|&)\s+(?=\d|de\s|van\s|from\s)", re.I)
"""And between two intervals."""
_FROM = re.compile(r"^(?:de|van|from)\s+", re.I)
_SPAN = re.compile(r"(?P<start>[^-+]+)-(?P<end>[^-+]+)(?P<next_day>\+1)?")


def parse_hours(text: str, *, weekday: int = 0) -> list[Interval]:
    """The intervals of that day, in order.

    Raises:
        HoursError: the first mistake, with the part of the text that contains it.
    """
    for found, meant in _TYPED:
        text = found.sub(meant, text)
    parts = [_FROM.sub("", " ".join(part.split())) for part in _BETWEEN.split(text)]
    intervals = sorted(_parse_span(part, weekday) for part in parts if part)
    for problem in timetable_problems(intervals):
        if problem.trouble is Trouble.OVERLAP:
            clash = format_hours(intervals[item] for item in problem.items)
            raise HoursError(Problem(problem.trouble, problem.where, problem.items, clash))
    return intervals


def _parse_span(part: str, weekday: int) -> Interval:
    found = _SPAN.fullmatch(_UNTIL.sub("-", part))
    if found is None:
        raise HoursError(Problem(Trouble.NOT_A_TIME, "intervals", value=part))
    try:
        return interval_of(
            weekday, found["start"].strip(), found["end"].strip(), next_day=bool(found["next_day"])
        )
    except HoursError as error:
        problem = error.problem
        raise HoursError(Problem(problem.trouble, problem.where, value=part)) from error


def format_time(minute: int) -> str:
    """9:00 for 540; minutes beyond midnight as the clock shows them."""
    minute = minute if minute <= DAY_MINUTES else minute - DAY_MINUTES
    return f"{minute // 60}:{minute % 60:02}"


def format_hours(intervals: Iterable[Interval]) -> str:
    """The text that `parse_hours` reads back as the same."""
    return ", ".join(
        f"{format_time(one.start)}-{format_time(one.end)}{'+1' if one.end > DAY_MINUTES else ''}"
        for one in intervals
    )
