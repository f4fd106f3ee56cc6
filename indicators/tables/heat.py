"""Demand and staffing by weekday and half hour: how many asked, how many of them in vain, how long nobody was ready, how many were.

Means of a day with that weekday. Only whole months: the difference of two periods that a day parts would be whether one person came.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators import labels
from indicators.codes import COUNTED, Outcome
from indicators.models import Capacity
from indicators.periods import Period, slot_label
from indicators.sums import daily
from indicators.sums.lines import requests_by_slot
from indicators.sums.query import Query, in_period

WEEK: Final = range(1, 8)
LEVELS: Final = 5
"""Of shading, above none."""
FEW: Final = 5
"""Fewer requests than this of one theme or language are not told of a half hour; others are rounded to it."""

When = tuple[int, int]
"""A weekday and a half hour."""


@dataclass(frozen=True)
class HeatPlace:
    """A weekday and half hour: the value, and how dark it is beside the darkest of its table. None: nothing is known, or it is of few."""

    value: float | None
    level: int = 0
    few: bool = False


@dataclass(frozen=True)
class HeatTable:
    code: str
    caption: str | Promise
    unit: str
    """`%` or nothing."""
    lines: list[tuple[str, list[HeatPlace]]]
    """The half hour in words, and Monday to Sunday."""


@dataclass
class PoolMinutes:
    """Sums of minutes of pools."""

    open: float = 0.0
    unready: float = 0.0
    ready: float = 0.0


def demand(query: Query) -> list[HeatTable]:
    """How many asked, and how many of them were not taken up, a day. Of one theme or language rounded: nobody is alone in a place."""
    all_asked, all_in_vain = _counted(Query(period=query.period, by="slot"))
    asked, in_vain = _counted(query) if query.filters else (all_asked, all_in_vain)
    days = weekdays(query.period)

    def mean_of(counted: Counter[When]) -> Callable[[When], float | None]:
        def mean(when: When) -> float | None:
            # That nobody at all asked then is in the table of everything.
            n = counted[when] if not query.filters or not all_asked[when] else _rounded(counted[when])
            return None if n is None else n / days[when[0]]

        return mean

    return [
        _table("asked", _("Requests a day"), "", all_asked, mean_of(asked), few=bool(query.filters)),
        _table(
            "in_vain",
            _("Requests not taken up a day"),
            "",
            all_asked,
            mean_of(in_vain),
            few=bool(query.filters),
        ),
    ]


def _counted(query: Query) -> tuple[Counter[When], Counter[When]]:
    asked: Counter[When] = Counter()
    in_vain: Counter[When] = Counter()
    for day, slot, outcome, n in requests_by_slot(query):
        if outcome in COUNTED:
            asked[day.isoweekday(), slot] += n
            in_vain[day.isoweekday(), slot] += 0 if outcome == Outcome.SERVED else n
    return asked, in_vain


def _rounded(n: int) -> int | None:
    return None if n < FEW else FEW * ((n + FEW // 2) // FEW)


def staffing(period: Period, pools: Collection[str] | None) -> list[HeatTable]:
    """How much of the open time nobody was ready, and how many were ready in an open pool; of all pools together, or of some."""
    minutes = _of_all(period) if pools is None else _of_some(period, pools)

    def unmet(when: When) -> float | None:
        return minutes[when].unready / minutes[when].open if minutes[when].open else None

    def ready(when: When) -> float | None:
        return minutes[when].ready / minutes[when].open if minutes[when].open else None

    known = [when for when, found in minutes.items() if found.open]
    return [
        _table("unmet", _("Unmet open time (%)"), "%", known, unmet),
        _table("ready", _("Ready in an open team, on average"), "", known, ready),
    ]


def weekdays(period: Period) -> Mapping[int, int]:
    """How many days of the period are of each weekday."""
    return Counter(day.isoweekday() for day in period.all_days())


def _of_all(period: Period) -> Mapping[When, PoolMinutes]:
    found: defaultdict[When, PoolMinutes] = defaultdict(PoolMinutes)
    for day, sums in daily.capacity(period):
        for slot, minutes_open, unready, ready in sums.by_slot:
            _add(found[day.isoweekday(), slot], minutes_open, unready, ready)
    return found


def _of_some(period: Period, pools: Collection[str]) -> Mapping[When, PoolMinutes]:
    found: defaultdict[When, PoolMinutes] = defaultdict(PoolMinutes)
    for day, slot, minutes_open, unready, ready in _rows(period, pools):
        _add(found[day.isoweekday(), slot], minutes_open, unready, ready)
    return found


def _rows(period: Period, pools: Collection[str]) -> Iterator[tuple[date, int, float, float, float]]:
    rows = Capacity.objects.filter(in_period(period), pool__in=list(pools))
    return rows.values_list("day", "slot", "minutes_open", "minutes_unready", "ready_minutes").iterator()


def _add(found: PoolMinutes, minutes_open: float, unready: float, ready: float) -> None:
    found.open += minutes_open
    found.unready += unready
    found.ready += ready


def _table(
    code: str,
    caption: str | Promise,
    unit: str,
    known: Iterable[When],
    value_of: Callable[[When], float | None],
    *,
    few: bool = False,
) -> HeatTable:
    """From the first to the last half hour that is known. `few`: a place without a value is of few requests."""
    slots = sorted({slot for _weekday, slot in known})
    values = {
        (weekday, slot): value_of((weekday, slot))
        for slot in (range(slots[0], slots[-1] + 1) if slots else ())
        for weekday in WEEK
    }
    most = max((value for value in values.values() if value is not None), default=0.0)
    lines = [
        (slot_label(slot), [_place(values[weekday, slot], most, few=few) for weekday in WEEK])
        for slot in sorted({slot for _weekday, slot in values})
    ]
    return HeatTable(code, caption, unit, lines)


def _place(value: float | None, most: float, *, few: bool) -> HeatPlace:
    if value is None:
        return HeatPlace(None, few=few)
    return HeatPlace(value, 0 if not most or not value else min(LEVELS, 1 + int(LEVELS * value / most)))


def heads() -> list[str | Promise]:
    """Monday to Sunday."""
    return [labels.WEEKDAYS[str(weekday)] for weekday in WEEK]
