"""The rows of each day, as the daily sums (`indicators.sums.daily`) are made of them, and how those of teams and codes are summed up."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, Final, TypeVar

import msgspec
from django.db.models import Max, Min

from indicators.codes import Outcome
from indicators.models import Capacity, Counter, MetricRow
from indicators.periods import Period
from indicators.sums.summing import CountedRequest, DoorCount

COLUMNS: Final = (
    "slot",
    "theme_asked",
    "language",
    "site_network",
    "site",
    "campaign",
    "audience",
    "pool_served",
    "network_served",
    "plan_number",
    "outcome",
    "version",
    "wait_s",
    "first_answer_s",
    "duration_min",
    "quiet_min",
    "transfers",
    "requeues",
    "leg_lost",
    "two_way",
)
"""The columns of a row, in the order of `summing.CountedRequest`."""
CHOICES: Final = ("theme", "language", "network", "site", "campaign", "audience")
"""Of which each day keeps the codes that occurred."""

Read = TypeVar("Read")


class CapacitySums(msgspec.Struct, array_like=True, frozen=True):
    """The minutes of the pools of a day: together by half hour, and by pool."""

    by_slot: list[tuple[int, float, float, float]]
    """Half hour, open, with nobody ready, ready."""
    by_pool: list[tuple[str, float, float, float, float]]
    """Pool, open, with nobody ready, ready, free places."""


Codes = dict[str, list[str]]


def requests_of(period: Period) -> Iterator[tuple[date, list[CountedRequest]]]:
    rows = (
        MetricRow.objects.filter(day__range=(period.first, period.last))
        .exclude(outcome=Outcome.TEST)
        .order_by("day")
    )
    return _by_day(rows.values_list("day", *COLUMNS).iterator(), CountedRequest)


def doors_of(period: Period) -> Iterator[tuple[date, list[DoorCount]]]:
    rows = Counter.objects.filter(day__range=(period.first, period.last)).order_by("day")
    return _by_day(rows.values_list("day", *DoorCount._fields).iterator(), DoorCount)


def capacity_of(period: Period) -> Iterator[tuple[date, list[Capacity]]]:
    rows = Capacity.objects.filter(day__range=(period.first, period.last)).order_by("day", "slot", "pool")
    return ((day, list(of_day)) for day, of_day in groupby(rows.iterator(), lambda row: row.day))


def _by_day(rows: Iterable[tuple[Any, ...]], kind: Callable[..., Read]) -> Iterator[tuple[date, list[Read]]]:
    for day, of_day in groupby(rows, lambda row: row[0]):
        yield day, [kind(*row[1:]) for row in of_day]


def flat(days: Iterable[tuple[date, list[Read]]]) -> Iterator[Read]:
    for _day, rows in days:
        yield from rows


def capacity_sums(rows: Iterable[Capacity]) -> CapacitySums:
    by_slot: defaultdict[int, list[float]] = defaultdict(lambda: [0.0] * 3)
    by_pool: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for row in rows:
        minutes = (row.minutes_open, row.minutes_unready, row.ready_minutes, row.free_slot_minutes)
        _add(by_slot[row.slot], minutes[:3])
        _add(by_pool[row.pool], minutes)
    return CapacitySums(
        [(slot, found[0], found[1], found[2]) for slot, found in sorted(by_slot.items())],
        [(pool, found[0], found[1], found[2], found[3]) for pool, found in sorted(by_pool.items())],
    )


def _add(found: list[float], minutes: Iterable[float]) -> None:
    for number, many in enumerate(minutes):
        found[number] += many


def codes_of(rows: Iterable[CountedRequest]) -> Codes:
    found: Mapping[str, set[str]] = {name: set() for name in CHOICES}
    for row in rows:
        for name, values in found.items():
            values.add(getattr(row, name))
    return {name: sorted(values - {""}) for name, values in found.items()}


def days_of(model: "type[MetricRow | Counter | Capacity]") -> Period | None:
    found = model._default_manager.aggregate(first=Min("day"), last=Max("day"))
    return None if found["first"] is None else Period(found["first"], found["last"])
