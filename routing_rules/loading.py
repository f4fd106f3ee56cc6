"""Routing data in the types of the pure engine, read from the database.

Everything that can change is read anew, in a few small queries, so that a change made by any process holds for the
next visitor. Only published plans, which never change, and results computed from the values read are cached.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings

from partners.prepared_query import PreparedQuery
from routing_rules.models import (
    DatedException,
    PlanState,
    PlanVersion,
    Pool,
    Timetable,
)
from routing_rules.plans import Plan
from routing_rules.schedule import HORIZON, Opening, joined, openings, pool_state
from routing_rules.snapshot import PoolState
from routing_rules.weekly import DayException as DayException
from routing_rules.weekly import ExceptionKind, Interval, Schedule
from routing_rules.weekly import WeeklyHours as Week


class NoPlanInForceError(Exception):
    """No plan is published yet: nothing can be routed."""


def published_plan() -> Plan:
    """The plan in force.

    Raises:
        NoPlanInForceError: nothing was published yet.
    """
    in_force = _in_force.rows()
    if not in_force:
        raise NoPlanInForceError
    ((pk, published_at),) = in_force
    return _read_plan(pk) if published_at is None else _published(pk, published_at)


_in_force = PreparedQuery(
    lambda: PlanVersion.objects.filter(state=PlanState.PUBLISHED).values_list("pk", "published_at")
)


@lru_cache(maxsize=8)
def _published(pk: int, published_at: datetime) -> Plan:
    # A published plan never changes and comes into force once, so these two values identify its rules for good.
    return _read_plan(pk)


def _read_plan(pk: int) -> Plan:
    return as_plan(PlanVersion.objects.get(pk=pk))


def as_plan(version: PlanVersion) -> Plan:
    """A stored version, of any state, as the engine's plan. A draft's rules may lack steps."""
    return Plan(number=version.number, rules=tuple(row.rule for row in version.rules.all()))


def pool_states(now: datetime) -> tuple[PoolState, ...]:
    """Every active pool's hours at this moment, by slug."""
    return states_at(schedules(now), now)


def states_at(hours: Mapping[str, Schedule], moment: datetime) -> tuple[PoolState, ...]:
    """The same at any moment, of hours that were loaded already."""
    minute = _minute(moment)
    return tuple(
        _state(slug, schedule, minute, settings.ENV.last_intake_s) for slug, schedule in hours.items()
    )


def next_opening(now: datetime, pools: Collection[str] | None = None) -> datetime | None:
    """When one of these pools (None: any active one) can next take a request; `now` if one can at once.

    In UTC; None when nothing opens within 400 days. An opening shorter than the last intake does not count.
    """
    return first_opening(schedules(now), now, pools)


def first_opening(
    hours: Mapping[str, Schedule], now: datetime, pools: Collection[str] | None = None
) -> datetime | None:
    """The same, of hours that were loaded already."""
    minute = _minute(now)
    moments = [
        _next_intake(slug, schedule, minute, settings.ENV.last_intake_s)
        for slug, schedule in hours.items()
        if pools is None or slug in pools
    ]
    first = min((moment for moment in moments if moment is not None), default=None)
    return None if first is None else max(first, now)


def intakes(
    hours: Mapping[str, Schedule], since: datetime, until: datetime, pools: Collection[str] | None = None
) -> list[Opening]:
    """When one of these pools (None: any) takes requests between two moments, in order, of hours that were loaded already."""
    last = timedelta(seconds=settings.ENV.last_intake_s)
    return joined(
        Opening(each.start, each.end - last)
        for slug, schedule in hours.items()
        if pools is None or slug in pools
        for each in openings(schedule, since, until + last)
        if each.end - each.start > last
    )


def schedules(now: datetime, *, since: date | None = None) -> dict[str, Schedule]:
    """The hours of every active pool, by slug; exceptions from `since` (two days ago) on."""
    global _last
    rows = _week_rows.rows(), _exception_rows.rows(since or now.date() - timedelta(days=2)), _pool_rows.rows()
    last = _last
    if last is None or last[0] != rows:
        last = _last = rows, _schedules_of(*rows)
    return dict(last[1])


_Rows = list[tuple[Any, ...]]
_last: tuple[tuple[_Rows, _Rows, _Rows], dict[str, Schedule]] | None = None
"""The rows that were read last, and what was made of them."""
_week_rows = PreparedQuery(
    lambda: Timetable.objects.order_by(
        "valid_from", "intervals__weekday", "intervals__start_minute"
    ).values_list(
        "pool_id", "valid_from", "intervals__weekday", "intervals__start_minute", "intervals__end_minute"
    )
)
_exception_rows = PreparedQuery(
    lambda since: (
        DatedException.objects.filter(date__gte=since)
        .order_by("date", "start_minute", "pk")
        .values_list("pool_id", "date", "kind", "start_minute", "end_minute")
    )
)
_pool_rows = PreparedQuery(
    lambda: Pool.objects.filter(active=True).order_by("slug").values_list("pk", "slug", "timezone")
)


def _schedules_of(week_rows: _Rows, exception_rows: _Rows, pool_rows: _Rows) -> dict[str, Schedule]:
    weeks = _weeks(week_rows)
    own, everywhere = _exceptions(exception_rows)
    return {
        slug: Schedule(zone=zone, timetables=tuple(weeks[pk]), exceptions=(*everywhere, *own[pk]))
        for pk, slug, zone in pool_rows
    }


def _weeks(rows: _Rows) -> dict[int, list[Week]]:
    intervals: dict[tuple[int, date], list[Interval]] = defaultdict(list)
    for pool, valid_from, weekday, start, end in rows:
        # A timetable without intervals comes as one row of NULLs: the pool is closed from then on.
        week = intervals[pool, valid_from]
        if weekday is not None:
            week.append(Interval(weekday, start, end))
    weeks: dict[int, list[Week]] = defaultdict(list)
    for (pool, valid_from), found in intervals.items():
        weeks[pool].append(Week(valid_from, tuple(found)))
    return weeks


def _exceptions(rows: _Rows) -> tuple[dict[int, list[DayException]], list[DayException]]:
    own: dict[int, list[DayException]] = defaultdict(list)
    everywhere: list[DayException] = []
    for pool, day, kind, start, end in rows:
        exception = DayException(day, ExceptionKind(kind), start, end, everywhere=pool is None)
        (everywhere if pool is None else own[pool]).append(exception)
    return own, everywhere


def _minute(now: datetime) -> datetime:
    # Hours begin and end on whole minutes: the state at the start of a minute holds for the whole minute.
    return now.replace(second=0, microsecond=0)


@lru_cache(maxsize=2_048)
def _state(slug: str, schedule: Schedule, minute: datetime, last_intake_s: float) -> PoolState:
    return pool_state(slug, schedule, minute, last_intake_s=last_intake_s)


@lru_cache(maxsize=2_048)
def _next_intake(slug: str, schedule: Schedule, minute: datetime, last_intake_s: float) -> datetime | None:
    state = _state(slug, schedule, minute, last_intake_s)
    if state.takes_requests_at(minute.timestamp()):
        return minute
    for opening in openings(schedule, minute, minute + HORIZON):
        if (opening.end - opening.start).total_seconds() > last_intake_s:
            return opening.start
    return None
