"""The daily sums beside the rows: made from the rows, stored once a day's requests have ended, and forgotten if a row still comes or goes.

A day whose sums are not stored is summed up when it is asked for, by the same function: what is read never depends on what is stored. A
periodic job stores what is missing, so that a page reads some kilobytes a day instead of every row. Months of which every day is stored are
stored as a whole, too: tables whose lines are no days read these.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final, Generic, TypeVar

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import Max, Min, Q

from indicators.cells import DOORS, GRAINS, CountedRequest, DoorCount, DoorSums, Sums, door_sums, sums
from indicators.codes import Outcome
from indicators.models import Capacity, Counter, DailySums, MetricRow
from indicators.periods import Period, arrival, month_of

LONGEST: Final = timedelta(hours=12)
"""A request may still be under way, or wait to be counted, so long after the end of the day of its arrival."""
CAPACITY: Final = "capacity"
CODES: Final = "codes"
OF_A_MONTH: Final = "month, "
"""Before the name of a part that is of a whole month, under its first day."""
READ_AT_ONCE: Final = 100
"""Days in memory at once."""
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
"""The columns of a row, in the order of `cells.CountedRequest`."""
CHOICES: Final = ("theme", "language", "network", "site", "campaign", "audience")
"""Of which each day keeps the codes that occurred."""

log = structlog.stdlib.get_logger(__name__)
Read = TypeVar("Read")


class CapacitySums(msgspec.Struct, array_like=True, frozen=True):
    """The minutes of the pools of a day: together by half hour, and by pool."""

    by_slot: list[tuple[int, float, float, float]]
    """Half hour, open, with nobody ready, ready."""
    by_pool: list[tuple[str, float, float, float, float]]
    """Pool, open, with nobody ready, ready, free places."""


Codes = dict[str, list[str]]


@dataclass(frozen=True)
class DailyPart(Generic[Read]):
    """One of the sums of a day: its name and type, and how it is made of rows."""

    name: str
    kind: type[Read]
    rows_of: Callable[[Period], Iterator[tuple[date, list[Any]]]]
    sum_up: Callable[[list[Any]], Read]


def requests(period: Period, grain: str, *, months: bool = False) -> Iterator[tuple[date, Sums]]:
    """The requests of each day that had any or whose sums are stored, in one grain. Tests are left out.

    With `months`, whole months may be together, under their first day.
    """
    part = DailyPart(grain, Sums, _requests_of, lambda rows: sums(rows, GRAINS[grain]))
    return _read_months(period, part) if months else _read(period, part)


def doors(period: Period, grain: str, *, months: bool = False) -> Iterator[tuple[date, DoorSums]]:
    """The same of what was counted at the door."""
    part = DailyPart(grain, DoorSums, _doors_of, lambda rows: door_sums(rows, DOORS[grain]))
    return _read_months(period, part) if months else _read(period, part)


def capacity(period: Period, *, months: bool = False) -> Iterator[tuple[date, CapacitySums]]:
    """The same of how the pools were staffed."""
    part = DailyPart(CAPACITY, CapacitySums, _capacity_of, _capacity)
    return _read_months(period, part) if months else _read(period, part)


def codes() -> dict[str, set[str]]:
    """The codes that occur in the rows, for each dimension of CHOICES."""
    found: dict[str, set[str]] = {name: set() for name in CHOICES}
    if (period := _days(MetricRow)) is not None:
        for _day, kept in _read_months(period, DailyPart(CODES, Codes, _requests_of, _codes)):
            for name, values in kept.items():
                found[name].update(values)
    return found


def forget(day: date) -> None:
    """A row of this day has come or gone: its sums are no longer those of the rows. Called in the transaction that writes the row."""
    of_its_month = Q(day=day.replace(day=1), part__startswith=OF_A_MONTH)
    DailySums.objects.filter(Q(day=day) | of_its_month).delete()


def store_missing(*, now: datetime) -> int:
    """Store the sums of every day whose requests have all ended and that has none, and of months. Returns of how many days."""
    today, _slot = arrival(now - LONGEST)
    kept = [period for model in (MetricRow, Counter, Capacity) if (period := _days(model)) is not None]
    first = min((period.first for period in kept), default=today)
    if first >= today:
        return 0
    period = Period(first, today - timedelta(days=1))
    missing = [day for gap in _without(period, _stored(CODES, period)) for day in gap.all_days()]
    for day in missing:
        _store_day(day)
    for month in sorted({month_of(day) for day in period.all_days()}):
        _store_month(month)
    if missing:
        log.info("daily sums were stored", rows=len(missing))
    return len(missing)


def _store_day(day: date) -> None:
    with transaction.atomic():
        _wait_for_rows()
        _write(Period(day, day), summed_up(Period(day, day)))


def _store_month(month: Period) -> None:
    """Store a whole month, if all of its days are stored and it is not."""
    if _stored(f"{OF_A_MONTH}{CODES}", month) or not _are_stored(month):
        return
    # It takes seconds where there are many rows: nobody waits for it. If a row of the month comes meanwhile, a day is not stored any more.
    packed = summed_up(month)
    with transaction.atomic():
        _wait_for_rows()
        if _are_stored(month):
            _write(month, packed)


def _are_stored(period: Period) -> bool:
    return len(_stored(CODES, period)) == period.days


def _wait_for_rows() -> None:
    """A row that is just being written would be in no sum: wait for its transaction, and let none begin."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'LOCK TABLE "{MetricRow._meta.db_table}" IN SHARE MODE')


def _write(period: Period, packed: Mapping[str, bytes]) -> None:
    mark = OF_A_MONTH if period.days > 1 else ""
    DailySums.objects.bulk_create(
        DailySums(day=period.first, part=f"{mark}{part}", packed=content) for part, content in packed.items()
    )


def summed_up(period: Period) -> dict[str, bytes]:
    """Every part of a day or a month, as it is stored; always the same of the same rows.

    The finest grains of a month would hardly be smaller than those of its days, and are left out.
    """
    rows, at_doors = list(_flat(_requests_of(period))), list(_flat(_doors_of(period)))
    finest = (list(GRAINS)[-1], list(DOORS)[-1]) if period.days > 1 else ()
    parts: dict[str, Any] = {name: sums(rows, of) for name, of in GRAINS.items() if name not in finest}
    parts |= {name: door_sums(at_doors, of) for name, of in DOORS.items() if name not in finest}
    parts |= {CAPACITY: _capacity(list(_flat(_capacity_of(period)))), CODES: _codes(rows)}
    return {part: msgspec.msgpack.encode(content) for part, content in parts.items()}


def differing(period: Period) -> Iterator[date]:
    """The days whose stored sums are not those that their rows make."""
    for day in period.all_days():
        parts = DailySums.objects.filter(day=day).exclude(part__startswith=OF_A_MONTH)
        stored = {part: bytes(packed) for part, packed in parts.values_list("part", "packed")}
        if stored and stored != summed_up(Period(day, day)):
            yield day


def stored_requests(*, months: bool = False) -> dict[date, int]:
    """How many requests are in the stored sums of each day, or month by its first day."""
    decode = msgspec.msgpack.Decoder(Sums).decode
    part = f"{OF_A_MONTH if months else ''}{next(iter(GRAINS))}"
    stored = DailySums.objects.filter(part=part).values_list("day", "packed")
    return {
        day: sum(n for _cell, _outcome, n in decode(bytes(packed)).outcomes())
        for day, packed in stored.iterator(READ_AT_ONCE)
    }


def _read_months(period: Period, part: DailyPart[Read]) -> Iterator[tuple[date, Read]]:
    decode = msgspec.msgpack.Decoder(part.kind).decode
    firsts = [day for day in period.all_days() if day.day == 1 and month_of(day).last <= period.last]
    stored = DailySums.objects.filter(
        part=f"{OF_A_MONTH}{part.name}", day__range=(period.first, period.last), day__in=firsts
    )
    seen: set[date] = set()
    for first, packed in stored.values_list("day", "packed").iterator(chunk_size=READ_AT_ONCE):
        seen.update(month_of(first).all_days())
        yield first, decode(bytes(packed))
    for gap in _without(period, seen):
        yield from _read(gap, part)


def _read(period: Period, part: DailyPart[Read]) -> Iterator[tuple[date, Read]]:
    decode = msgspec.msgpack.Decoder(part.kind).decode
    stored = DailySums.objects.filter(part=part.name, day__range=(period.first, period.last)).order_by("day")
    seen: set[date] = set()
    for day, packed in stored.values_list("day", "packed").iterator(chunk_size=READ_AT_ONCE):
        seen.add(day)
        yield day, decode(bytes(packed))
    for gap in _without(period, seen):
        for day, rows in part.rows_of(gap):
            yield day, part.sum_up(rows)


def _stored(part: str, period: Period) -> set[date]:
    stored = DailySums.objects.filter(part=part, day__range=(period.first, period.last))
    return set(stored.values_list("day", flat=True))


def _without(period: Period, days: Collection[date]) -> Iterator[Period]:
    first = period.first
    for day in sorted(days):
        if day > first:
            yield Period(first, day - timedelta(days=1))
        first = day + timedelta(days=1)
    if first <= period.last:
        yield Period(first, period.last)


def _requests_of(period: Period) -> Iterator[tuple[date, list[CountedRequest]]]:
    rows = (
        MetricRow.objects.filter(day__range=(period.first, period.last))
        .exclude(outcome=Outcome.TEST)
        .order_by("day")
    )
    return _by_day(rows.values_list("day", *COLUMNS).iterator(), CountedRequest)


def _doors_of(period: Period) -> Iterator[tuple[date, list[DoorCount]]]:
    rows = Counter.objects.filter(day__range=(period.first, period.last)).order_by("day")
    return _by_day(rows.values_list("day", *DoorCount._fields).iterator(), DoorCount)


def _capacity_of(period: Period) -> Iterator[tuple[date, list[Capacity]]]:
    rows = Capacity.objects.filter(day__range=(period.first, period.last)).order_by("day", "slot", "pool")
    return ((day, list(of_day)) for day, of_day in groupby(rows.iterator(), lambda row: row.day))


def _by_day(rows: Iterable[tuple[Any, ...]], kind: Callable[..., Read]) -> Iterator[tuple[date, list[Read]]]:
    for day, of_day in groupby(rows, lambda row: row[0]):
        yield day, [kind(*row[1:]) for row in of_day]


def _flat(days: Iterable[tuple[date, list[Read]]]) -> Iterator[Read]:
    for _day, rows in days:
        yield from rows


def _capacity(rows: Iterable[Capacity]) -> CapacitySums:
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


def _codes(rows: Iterable[CountedRequest]) -> Codes:
    found: Mapping[str, set[str]] = {name: set() for name in CHOICES}
    for row in rows:
        for name, values in found.items():
            values.add(getattr(row, name))
    return {name: sorted(values - {""}) for name, values in found.items()}


def _days(model: "type[MetricRow | Counter | Capacity]") -> Period | None:
    found = model._default_manager.aggregate(first=Min("day"), last=Max("day"))
    return None if found["first"] is None else Period(found["first"], found["last"])
