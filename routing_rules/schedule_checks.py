"""What is wrong with hours that somebody wrote: typed problems with their place, all at once. Forms put
them into words.

Also reads times and dates as people write them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo, available_timezones

from routing_rules.weekly import DAY_MINUTES, WEEK_MINUTES, Interval

TIME = re.compile(r"(?P<hours>\d{1,2})\s*(?:[:hHuU.]\s*(?P<minutes>\d{2})?\s*[hHuU]?)?")


class Trouble(StrEnum):
    """What can be wrong."""

    NOT_A_TIME = "not_a_time"
    NOT_A_DATE = "not_a_date"
    NOT_A_WEEKDAY = "not_a_weekday"
    END_BEFORE_START = "end_before_start"
    TOO_LONG = "too_long"
    OVERLAP = "overlap"
    UNKNOWN_ZONE = "unknown_zone"
    NO_HOURS = "no_hours"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `where` says what it is about: "intervals", "exceptions", "timetables", "zone", or the name of a form's
    field; `items` are the indices of the entries concerned, `value` what was written.
    """

    trouble: Trouble
    where: str
    items: tuple[int, ...] = ()
    value: str = ""


class HoursError(ValueError):
    """What was written is no time, no date or no interval."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.trouble}: {problem.value!r} in {problem.where}")
        self.problem = problem


def minute_of(text: str, *, where: str = "time") -> int:
    """Minutes from midnight of "9:05", "09:05", "9h05", "9u05", "9h", "9.05" or "24:00".

    Raises:
        HoursError: it is no time of a day ("25:00", "9:60", "noon").
    """
    match = TIME.fullmatch(text.strip())
    if match is not None:
        hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
        if minutes < 60 and hours * 60 + minutes <= DAY_MINUTES:
            return hours * 60 + minutes
    raise HoursError(Problem(Trouble.NOT_A_TIME, where, value=text))


def date_of(text: str, *, where: str = "date") -> date:
    """The date of "2027-02-28" or "28/02/2027".

    Raises:
        HoursError: there is no such day ("29/02/2027", "31-04-2027").
    """
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    try:
        if parts is not None:
            return date(int(parts[3]), int(parts[2]), int(parts[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        raise HoursError(Problem(Trouble.NOT_A_DATE, where, value=text)) from None


def interval_of(weekday: int, start: str, end: str, *, next_day: bool = False) -> Interval:
    """The interval of a form's row; `next_day` says that the end is on the following day.

    Raises:
        HoursError: the first thing that is wrong with it.
    """
    last = minute_of(end, where="end") + (DAY_MINUTES if next_day else 0)
    interval = Interval(weekday, minute_of(start, where="start"), last)
    for problem in interval_problems(interval, 0):
        raise HoursError(problem)
    return interval


def zone_problems(zone: str) -> list[Problem]:
    """Is it a time zone of the IANA list?"""
    try:
        known = zone in available_timezones() and ZoneInfo(zone) is not None
    except (ValueError, OSError):
        known = False
    return [] if known else [Problem(Trouble.UNKNOWN_ZONE, "zone", value=zone)]


def interval_problems(interval: Interval, index: int) -> list[Problem]:
    """What is wrong with one interval in itself."""
    problems = []
    if not 0 <= interval.weekday <= 6:
        problems.append(Problem(Trouble.NOT_A_WEEKDAY, "intervals", (index,), str(interval.weekday)))
    return problems + _stretch_problems(interval.start, interval.end, "intervals", index)


def _stretch_problems(start: int, end: int, where: str, index: int) -> list[Problem]:
    written = f"{clock(start)}-{clock(end)}"
    if not 0 <= start < DAY_MINUTES:
        return [Problem(Trouble.NOT_A_TIME, where, (index,), clock(start))]
    if end > 2 * DAY_MINUTES:
        return [Problem(Trouble.NOT_A_TIME, where, (index,), clock(end))]
    if end <= start:
        return [Problem(Trouble.END_BEFORE_START, where, (index,), written)]
    if end - start > DAY_MINUTES:
        return [Problem(Trouble.TOO_LONG, where, (index,), written)]
    return []


def timetable_problems(intervals: Sequence[Interval]) -> list[Problem]:
    """What is wrong with a week's intervals: each in itself, and those that overlap, also past midnight and
    past Sunday."""
    problems = [problem for index, each in enumerate(intervals) for problem in interval_problems(each, index)]
    if problems:
        return problems
    if not intervals:
        return [Problem(Trouble.NO_HOURS, "intervals")]
    stretches = sorted(
        (each.weekday * DAY_MINUTES + each.start, each.weekday * DAY_MINUTES + each.end, index)
        for index, each in enumerate(intervals)
    )
    first_start, _, first_index = stretches[0]
    latest_end, latest_index = stretches[0][1], first_index
    for start, end, index in stretches[1:]:
        if start < latest_end:
            problems.append(_overlap("intervals", latest_index, index))
        if end > latest_end:
            latest_end, latest_index = end, index
    if latest_index != first_index and latest_end > first_start + WEEK_MINUTES:
        problems.append(_overlap("intervals", latest_index, first_index))
    return problems


def _overlap(where: str, first: int, second: int) -> Problem:
    return Problem(Trouble.OVERLAP, where, tuple(sorted((first, second))))


def clock(minute: int) -> str:
    """Minutes from midnight as hours and minutes: "09:05", also beyond 24:00."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
