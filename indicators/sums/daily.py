"""The daily sums beside the rows: made from the rows, stored once a day's requests have ended, and forgotten if a row still comes or goes.

A day whose sums are not stored is summed up when it is asked for, by the same function: what is read never depends on what is stored. A
periodic job stores what is missing, so that a page reads some kilobytes a day instead of every row. Months of which every day is stored are
stored as a whole, too: tables whose lines are no days read these.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Generic

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import Q

from indicators import current_day
from indicators.models import Capacity, Counter, DailySums, MetricRow
from indicators.periods import Period, arrival, month_of, months_of, until_yesterday
from indicators.sums.cells import DOORS, GRAINS, DoorSums, Sums, layout
from indicators.sums.daily_rows import (
    CHOICES,
    CapacitySums,
    Codes,
    Read,
    capacity_of,
    capacity_sums,
    codes_of,
    days_of,
    doors_of,
    flat,
    requests_of,
)
from indicators.sums.summing import door_sums, sums

LONGEST: Final = timedelta(hours=12)
"""A request may still be under way, or wait to be counted, so long after the end of the day of its arrival."""
CAPACITY: Final = "capacity"
CODES: Final = "codes"
OF_A_MONTH: Final = "month, "
"""Before the name of a part that is of a whole month, under its first day."""
LAYOUT: Final = f" {layout()}"
"""After the name of each part: what another version of Miti has stored is not read, and stored anew."""
READ_AT_ONCE: Final = 100
"""Days in memory at once."""

log = structlog.stdlib.get_logger(__name__)


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
    part = DailyPart(grain, Sums, requests_of, lambda rows: sums(rows, GRAINS[grain]))
    return _read_months(period, part) if months else _read(period, part)


def doors(period: Period, grain: str, *, months: bool = False) -> Iterator[tuple[date, DoorSums]]:
    """The same of what was counted at the door."""
    part = DailyPart(grain, DoorSums, doors_of, lambda rows: door_sums(rows, DOORS[grain]))
    return _read_months(period, part) if months else _read(period, part)


def capacity(period: Period, *, months: bool = False) -> Iterator[tuple[date, CapacitySums]]:
    """The same of how the pools were staffed."""
    part = DailyPart(CAPACITY, CapacitySums, capacity_of, capacity_sums)
    return _read_months(period, part) if months else _read(period, part)


def codes() -> dict[str, set[str]]:
    """The codes that occur in the rows until yesterday, for each dimension of CHOICES: that one is new today is told tomorrow."""
    found: dict[str, set[str]] = {name: set() for name in CHOICES}
    period = days_of(MetricRow)
    if period is not None and (over := until_yesterday(period, current_day.today())) is not None:
        for _day, kept in _read_months(over, DailyPart(CODES, Codes, requests_of, codes_of)):
            for name, values in kept.items():
                found[name].update(values)
    return found


def forget(day: date) -> None:
    """A row of this day has come or gone: its sums are no longer those of the rows. Called in the transaction that writes the row."""
    forget_all(Period(day, day))


def forget_all(period: Period) -> None:
    """The same for rows of several days."""
    of_their_months = Q(day__in=[month.first for month in months_of(period)], part__startswith=OF_A_MONTH)
    DailySums.objects.filter(Q(day__range=(period.first, period.last)) | of_their_months).delete()


def store_missing(*, now: datetime) -> int:
    """Store the sums of every day whose requests have all ended and that has none, and of months. Returns of how many days."""
    today, _slot = arrival(now - LONGEST)
    DailySums.objects.exclude(part__endswith=LAYOUT).delete()
    kept = [period for model in (MetricRow, Counter, Capacity) if (period := days_of(model)) is not None]
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
    if _stored(OF_A_MONTH + CODES, month) or not _are_stored(month):
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
    # Another process may have stored them meanwhile: of the same rows, the same.
    DailySums.objects.bulk_create(
        (
            DailySums(day=period.first, part=_part(part, of_a_month=period.days > 1), packed=content)
            for part, content in packed.items()
        ),
        ignore_conflicts=True,
    )


def summed_up(period: Period) -> dict[str, bytes]:
    """Every part of a day or a month, as it is stored; always the same of the same rows.

    The finest grains of a month would hardly be smaller than those of its days, and are left out.
    """
    rows, at_doors = list(flat(requests_of(period))), list(flat(doors_of(period)))
    finest = (list(GRAINS)[-1], list(DOORS)[-1]) if period.days > 1 else ()
    parts: dict[str, Any] = {name: sums(rows, of) for name, of in GRAINS.items() if name not in finest}
    parts |= {name: door_sums(at_doors, of) for name, of in DOORS.items() if name not in finest}
    parts |= {CAPACITY: capacity_sums(list(flat(capacity_of(period)))), CODES: codes_of(rows)}
    return {part: msgspec.msgpack.encode(content) for part, content in parts.items()}


def differing(periods: Iterable[Period]) -> Iterator[date]:
    """The first days of these days and months whose stored sums are not those that their rows make."""
    for period in periods:
        kept = DailySums.objects.filter(day=period.first, part__startswith=OF_A_MONTH)
        if period.days == 1:
            kept = DailySums.objects.filter(day=period.first).exclude(part__startswith=OF_A_MONTH)
        stored = {part: bytes(packed) for part, packed in kept.values_list("part", "packed")}
        made = {_part(part, of_a_month=period.days > 1): packed for part, packed in summed_up(period).items()}
        if stored and stored != made:
            yield period.first


def stored_requests(*, months: bool = False) -> dict[date, int | None]:
    """How many requests are in the stored sums of each day, or month by its first day; None where they cannot be read."""
    stored = DailySums.objects.filter(part=_part(next(iter(GRAINS)), of_a_month=months))
    return {
        day: _requests_in(bytes(packed)) for day, packed in stored.values_list("day", "packed").iterator()
    }


def _requests_in(packed: bytes) -> int | None:
    try:
        return sum(n for _cell, _outcome, n in msgspec.msgpack.decode(packed, type=Sums).outcomes())
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        return None


def _part(name: str, *, of_a_month: bool = False) -> str:
    return f"{OF_A_MONTH if of_a_month else ''}{name}{LAYOUT}"


def _read_months(period: Period, part: DailyPart[Read]) -> Iterator[tuple[date, Read]]:
    firsts = [day for day in period.all_days() if day.day == 1 and month_of(day).last <= period.last]
    seen: set[date] = set()
    for first, sums_of_month in _readable(part, Q(day__in=firsts), of_a_month=True):
        seen.update(month_of(first).all_days())
        yield first, sums_of_month
    for gap in _without(period, seen):
        yield from _read(gap, part)


def _read(period: Period, part: DailyPart[Read]) -> Iterator[tuple[date, Read]]:
    seen: set[date] = set()
    for day, sums_of_day in _readable(part, Q(day__range=(period.first, period.last))):
        seen.add(day)
        yield day, sums_of_day
    for gap in _without(period, seen):
        for day, rows in part.rows_of(gap):
            yield day, part.sum_up(rows)


def _readable(part: DailyPart[Read], when: Q, *, of_a_month: bool = False) -> Iterator[tuple[date, Read]]:
    """What is stored of a part, in the order of days. What cannot be read is as if it were not stored."""
    decode = msgspec.msgpack.Decoder(part.kind).decode
    stored = DailySums.objects.filter(when, part=_part(part.name, of_a_month=of_a_month)).order_by("day")
    for day, packed in stored.values_list("day", "packed").iterator(chunk_size=READ_AT_ONCE):
        with suppress(msgspec.DecodeError):
            yield day, decode(bytes(packed))


def _stored(part: str, period: Period) -> set[date]:
    stored = DailySums.objects.filter(part=part + LAYOUT, day__range=(period.first, period.last))
    return set(stored.values_list("day", flat=True))


def _without(period: Period, days: Collection[date]) -> Iterator[Period]:
    first = period.first
    for day in sorted(days):
        if day > first:
            yield Period(first, day - timedelta(days=1))
        first = day + timedelta(days=1)
    if first <= period.last:
        yield Period(first, period.last)
