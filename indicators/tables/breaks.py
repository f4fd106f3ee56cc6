"""What makes figures of two times not comparable as they stand: another routing plan, other rules of counting, other opening hours.

The only place that decides it. The trend, the tables by month and quarter, the two sides of a comparison and the letters read it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.periods import Period, month_of, months_of, quarter_code, quarter_of
from indicators.sums import daily
from indicators.sums.kept import kept_since

SLOTS_AN_HOUR: Final = 2

Hours = frozenset[tuple[int, int]]
"""Weekdays and half hours."""
WITH_HOURS: Final[Mapping[str, Callable[[date], str]]] = {
    "month": lambda first: f"{first:%Y-%m}",
    "quarter": lambda first: quarter_code(quarter_of(first)),
}
"""The series whose lines have opening hours of their own, and the line of the month that begins on a day."""


@dataclass(frozen=True)
class SeriesBasis:
    """How a line of a series, or a side of a comparison, was made."""

    plans: Sequence[int]
    versions: Sequence[int]
    """Of the rules of counting."""
    hours: Sequence[Hours] = ()
    """Of each of its whole months in which some pool was open, in their order."""


@dataclass(frozen=True)
class HoursApart:
    """Hours a week."""

    more: float
    fewer: float

    def in_words(self) -> str:
        return _("%(more)s h a week more, %(fewer)s h fewer") % self.numbers()

    def numbers(self) -> dict[str, str]:
        return {"more": _number(self.more), "fewer": _number(self.fewer)}


@dataclass(frozen=True)
class SeriesBreak:
    """What parts a line from those before it, or from itself; or a side of a comparison from the other."""

    plan: bool
    rules: bool
    hours: HoursApart | None


def in_series(lines: Iterable[SeriesBasis]) -> Iterator[SeriesBreak]:
    """Of each line, what it has several of, or other than the last line that has any."""
    last: SeriesBasis = SeriesBasis((), ())
    for line in lines:
        yield SeriesBreak(
            _parts(last.plans, line.plans),
            _parts(last.versions, line.versions),
            _reopened([*last.hours[-1:], *line.hours]),
        )
        last = SeriesBasis(line.plans or last.plans, line.versions or last.versions, line.hours or last.hours)


def between(first: SeriesBasis, other: SeriesBasis) -> SeriesBreak:
    """What one side has and the other has not. What both have alike parts them in nothing."""
    differ = first.hours and other.hours and set(first.hours) != set(other.hours)
    return SeriesBreak(
        set(first.plans) != set(other.plans),
        set(first.versions) != set(other.versions),
        _on_average(first.hours, other.hours) if differ else None,
    )


def _parts(before: Sequence[int], found: Sequence[int]) -> bool:
    return len(found) > 1 or bool(before and found and found[0] != before[-1])


def _reopened(hours: Sequence[Hours]) -> HoursApart | None:
    """All changes from one to the next, together."""
    steps = [(one, after) for one, after in pairwise(hours) if one != after]
    if not steps:
        return None
    return HoursApart(
        sum(len(after - one) for one, after in steps) / SLOTS_AN_HOUR,
        sum(len(one - after) for one, after in steps) / SLOTS_AN_HOUR,
    )


def _on_average(first: Sequence[Hours], other: Sequence[Hours]) -> HoursApart:
    """How much longer and shorter the first side's weeks are, each month weighing the same."""
    share, other_share = (
        Counter(
            {slot: n / len(months) for slot, n in Counter(slot for one in months for slot in one).items()}
        )
        for months in (first, other)
    )
    apart = [share[slot] - other_share[slot] for slot in share.keys() | other_share.keys()]
    return HoursApart(
        sum(one for one in apart if one > 0) / SLOTS_AN_HOUR,
        -sum(one for one in apart if one < 0) / SLOTS_AN_HOUR,
    )


def hours_of_lines(by: str, period: Period, *, today: date) -> dict[str, list[Hours]]:
    """Of each line by month or quarter the hours of its whole months that have all of their rows; lines of days have none."""
    key_of = WITH_HOURS.get(by)
    found: defaultdict[str, list[Hours]] = defaultdict(list)
    if key_of is not None:
        for month, open_then in sorted(hours(period).items()):
            whole = month_of(date.fromisoformat(f"{month}-01"))
            if _is_whole(whole, period, today):
                found[key_of(whole.first)].append(open_then)
    return dict(found)


def hours_of_side(period: Period, *, today: date) -> list[Hours]:
    """Of each of its whole months in which some pool was open."""
    return [one for found in hours_of_lines("month", period, today=today).values() for one in found]


def hours(period: Period) -> dict[str, Hours]:
    """By month, the half hours of the week in which some pool was open on at least half of the days; dated exceptions do not matter."""
    opened: dict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for day, sums in daily.capacity(period):
        for slot, minutes, *_rest in sums.by_slot:
            opened[f"{day:%Y-%m}"][day.isoweekday(), slot] += minutes > 0
    days = {f"{month.first:%Y-%m}": _weekdays(month, period) for month in months_of(period)}
    return {
        month: frozenset(when for when, times in found.items() if times * 2 >= days[month][when[0]])
        for month, found in opened.items()
    }


def _weekdays(month: Period, period: Period) -> Counter[int]:
    return Counter(day.isoweekday() for day in month.all_days() if period.first <= day <= period.last)


def _is_whole(month: Period, period: Period, today: date) -> bool:
    return period.first <= month.first and month.last <= period.last and month.first >= kept_since(today)


def _number(hours_a_week: float) -> str:
    rounded = round(hours_a_week, 1)
    return str(number_format(rounded, 0 if rounded.is_integer() else 1, use_l10n=True))
