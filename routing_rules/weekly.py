"""Hours as people write them: weekly intervals with a history, and dated exceptions. Data only:
`schedule.py` reads it.

Minutes count from local midnight. An end beyond 1440 is on the next day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open every week on `weekday` (0 is Monday) from `start` to `end`."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Weekly hours from a date on, until a later timetable begins. Without intervals it means closed."""

    valid_from: date
    intervals: tuple[Interval, ...]


class ExceptionKind(StrEnum):
    """What a dated exception does."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class DayException:
    """A closure or an extra opening, of one date; the whole day unless hours are given.

    `everywhere` says that it is for all pools: a pool's own exception beats it. One with hours beats one of
    a whole day; a closure beats an opening that is otherwise its equal.
    """

    on: date
    kind: ExceptionKind
    start: int = 0
    end: int = DAY_MINUTES
    everywhere: bool = False

    @property
    def whole_day(self) -> bool:
        """Has it no hours?"""
        return self.start == 0 and self.end == DAY_MINUTES

    @property
    def strength(self) -> tuple[bool, bool, bool]:
        """The stronger of two exceptions holds where they meet."""
        return (not self.everywhere, not self.whole_day, self.kind is ExceptionKind.CLOSED)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A pool's hours: an IANA zone, the timetables in any order, and the exceptions (its own and those of
    all pools)."""

    zone: str
    timetables: tuple[WeeklyHours, ...] = ()
    exceptions: tuple[DayException, ...] = ()

    def timetable_on(self, day: date) -> WeeklyHours | None:
        """The timetable in force on a local date; None before the first one."""
        begun = [each for each in self.timetables if each.valid_from <= day]
        return max(begun, key=lambda each: each.valid_from) if begun else None
