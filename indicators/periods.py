"""Days, half hours and periods, all in Brussels time. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from partners.time_zone import BRUSSELS

SLOT_MINUTES: Final = 30
MONTH: Final = timedelta(days=30.44)
"""The mean month; the retention of rows counts in it."""


def arrival(at: datetime) -> tuple[date, int]:
    """The day and the half hour (0 to 47) in Brussels of an aware moment."""
    if at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = at.astimezone(BRUSSELS)
    return local.date(), local.hour * 2 + local.minute // SLOT_MINUTES


def midnight(day: date) -> datetime:
    """When this day begins in Brussels."""
    return datetime.combine(day, time.min, tzinfo=BRUSSELS).astimezone(UTC)


def slot_label(slot: int) -> str:
    """The half hour as a clock shows its start: 18 is 09:00."""
    return f"{slot // 2:02}:{slot % 2 * SLOT_MINUTES:02}"


@dataclass(frozen=True, order=True)
class Period:
    """Whole days, the first and the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends on or after its first day")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def all_days(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))


def is_whole_months(period: Period) -> bool:
    return period.first.day == 1 and (period.last + timedelta(days=1)).day == 1


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, _next_month(first) - timedelta(days=1))


def months_of(period: Period) -> Iterator[Period]:
    """The calendar months in which the period has a day."""
    month = month_of(period.first)
    while month.first <= period.last:
        yield month
        month = month_of(month.last + timedelta(days=1))


def quarter_of(day: date) -> Period:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(first, _next_month(_next_month(_next_month(first))) - timedelta(days=1))


def year_of(day: date) -> Period:
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def last_months(today: date, many: int) -> Period:
    """So many calendar months, the last of them as far as it is over."""
    last = yesterday(today)
    month = last.year * 12 + last.month - many
    return Period(date(month // 12, month % 12 + 1, 1), last)


def year_before(period: Period) -> Period:
    """The same days a year earlier; whole months stay whole months."""
    first, last = _year_before(period.first), _year_before(period.last)
    return Period(first, month_of(last).last if is_whole_months(period) else last)


def _year_before(day: date) -> date:
    # The 29th of February is the 28th.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def yesterday(today: date) -> date:
    """The last day of which there are figures: from those of a running day, one who watches could tell one visitor's."""
    return today - timedelta(days=1)


def until_yesterday(period: Period, today: date) -> Period | None:
    """The part of the period that is over, if any is."""
    last = min(period.last, yesterday(today))
    return Period(period.first, last) if period.first <= last else None


def _until(period: Period, today: date) -> Period:
    """The part that is over of a period; its first day where none is."""
    return Period(period.first, max(period.first, min(period.last, yesterday(today))))


def _days(today: date, days: int) -> Period:
    return Period(today - timedelta(days=days), yesterday(today))


def _before(period: Period, of: Callable[[date], Period]) -> Period:
    return of(period.first - timedelta(days=1))


PRESETS: Final[dict[str, Callable[[date], Period]]] = {
    "last-7-days": lambda today: _days(today, 7),
    "last-30-days": lambda today: _days(today, 30),
    "this-month": lambda today: _until(month_of(today), today),
    "last-month": lambda today: _before(month_of(today), month_of),
    "this-quarter": lambda today: _until(quarter_of(today), today),
    "last-quarter": lambda today: _before(quarter_of(today), quarter_of),
    "this-year": lambda today: _until(year_of(today), today),
    "last-year": lambda today: _before(year_of(today), year_of),
}
DEFAULT_PRESET: Final = "last-30-days"


def quarter_code(period: Period) -> str:
    """`2026-Q4`, for a period that is a whole quarter."""
    return f"{period.first.year}-Q{(period.first.month + 2) // 3}"


def days_of(by: str, key: str) -> Period | None:
    """All days of a line by week, month or quarter; None for any other line."""
    match by:
        case "week":
            monday = date.fromisoformat(key)
            return Period(monday, monday + timedelta(days=6))
        case "month":
            return month_of(date.fromisoformat(f"{key}-01"))
        case "quarter":
            return quarter_from(key)
    return None


def quarter_from(code: str) -> Period:
    """The quarter of a code such as `2026-Q4`; ValueError for anything else."""
    year, mark, number = code.partition("-Q")
    if (
        not mark
        or len(year) != 4
        or not year.isascii()
        or not year.isdigit()
        or number not in {"1", "2", "3", "4"}
    ):
        raise ValueError(f"not a quarter: {code!r}")
    return quarter_of(date(int(year), int(number) * 3, 1))
