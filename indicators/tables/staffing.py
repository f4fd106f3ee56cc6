"""How the pools were staffed, and in which of them enough people were there for figures to be about none of them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from indicators.models import OnDuty
from indicators.periods import Period, months_of
from indicators.sums import daily
from indicators.sums.query import in_period


@dataclass(frozen=True)
class Staffing:
    """A pool's open minutes in the period; `mean_ready` and `mean_free` are over those minutes."""

    pool: str
    minutes_open: float
    minutes_unready: float
    mean_ready: float
    mean_free: float
    name: str = ""
    """The pool's name, for those who may know it."""


def staffing(period: Period, pools: frozenset[str] | None = None) -> list[Staffing]:
    """Per pool, the least staffed first. `pools` limits it to those."""
    minutes: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for _day, sums in daily.capacity(period, months=True):
        for pool, *found in sums.by_pool:
            if pools is None or pool in pools:
                minutes[pool] = [one + more for one, more in zip(minutes[pool], found, strict=True)]
    pools_found = [
        Staffing(pool, is_open, unready, ready / is_open, free / is_open)
        for pool, (is_open, unready, ready, free) in minutes.items()
        if is_open
    ]
    return sorted(pools_found, key=lambda found: (-found.minutes_unready / found.minutes_open, found.pool))


def staffed_by(people: int, period: Period) -> list[str]:
    """The pools in which so many people were ready on one day of each of its months.

    Of each: what a quarter shows less what its other months show would else be the month of one person alone.
    """
    months: defaultdict[str, set[date]] = defaultdict(set)
    for pool, day in OnDuty.objects.filter(in_period(period), people__gte=people).values_list("pool", "day"):
        months[pool].add(day.replace(day=1))
    wanted = {month.first for month in months_of(period)}
    return sorted(pool for pool, found in months.items() if found >= wanted)
