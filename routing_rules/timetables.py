"""Pools' weekly hours and dated exceptions. Only this module writes them.

History is kept: a timetable that has begun on an earlier day is never changed, a new one ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from partners import audit
from partners.models import Staff
from routing_rules.models import DatedException, OpeningInterval, Pool, Timetable
from routing_rules.schedule_checks import HoursError, Trouble, timetable_problems
from routing_rules.weekly import DAY_MINUTES, ExceptionKind, Interval
from wakeups import publish


class TimetableError(Exception):
    """Why hours or an exception were not changed."""


class InThePastError(TimetableError):
    """The past cannot be changed."""


class AlreadyThereError(TimetableError):
    """The same exception exists."""


@dataclass(frozen=True, slots=True)
class ExceptionWanted:
    """A closure or extra opening on a date; the whole day unless minutes are given."""

    date: date
    kind: ExceptionKind
    start: int = 0
    end: int = DAY_MINUTES
    reason: str = ""


def today_at(*, pool: Pool, now: datetime) -> date:
    """Today's date in the pool's time zone."""
    return now.astimezone(ZoneInfo(pool.timezone)).date()


def timetable_on(*, pool: Pool, day: date) -> Timetable | None:
    """The timetable in force on this day, with its intervals."""
    return (
        pool.timetables.filter(valid_from__lte=day)
        .order_by("-valid_from")
        .prefetch_related("intervals")
        .first()
    )


@transaction.atomic
def set_week(
    *, actor: Staff, pool: Pool, valid_from: date, intervals: Sequence[Interval], now: datetime
) -> Timetable:
    """The pool's week from `valid_from` on, today at the earliest; replaces one that begins that day.

    Raises:
        InThePastError: `valid_from` is before today.
        HoursError: intervals overlap, or one is invalid; forms check it before.
    """
    if valid_from < today_at(pool=pool, now=now):
        raise InThePastError
    for problem in timetable_problems(intervals):
        # Without intervals the pool is closed from then on.
        if problem.trouble is not Trouble.NO_HOURS:
            raise HoursError(problem)
    # Two people who save the same week at once take turns; otherwise the intervals of both would stay.
    Pool.objects.select_for_update().get(pk=pool.pk)
    before = timetable_on(pool=pool, day=valid_from)
    was = before.intervals.order_by("weekday", "start_minute") if before else OpeningInterval.objects.none()
    was_open = [list(one) for one in was.values_list("weekday", "start_minute", "end_minute")]
    timetable, _created = Timetable.objects.get_or_create(pool=pool, valid_from=valid_from)
    timetable.intervals.all().delete()
    OpeningInterval.objects.bulk_create(
        OpeningInterval(timetable=timetable, weekday=one.weekday, start_minute=one.start, end_minute=one.end)
        for one in sorted(intervals)
    )
    audit.record(
        actor=actor,
        action="timetable.set",
        subject=f"pool {pool.slug}",
        detail={
            "valid_from": valid_from.isoformat(),
            "intervals": [[one.weekday, one.start, one.end] for one in sorted(intervals)],
            "was": {"intervals": was_open},
        },
    )
    publish.routing_changed()
    return timetable


@transaction.atomic
def drop_coming(*, actor: Staff, timetable: Timetable, now: datetime) -> None:
    """Delete a timetable that has not begun.

    Raises:
        InThePastError: it began today or earlier.
    """
    if timetable.valid_from <= today_at(pool=timetable.pool, now=now):
        raise InThePastError
    hours = timetable.intervals.order_by("weekday", "start_minute")
    subject = f"pool {timetable.pool.slug}"
    detail = {
        "valid_from": timetable.valid_from.isoformat(),
        "intervals": [list(one) for one in hours.values_list("weekday", "start_minute", "end_minute")],
    }
    timetable.delete()
    audit.record(actor=actor, action="timetable.dropped", subject=subject, detail=detail)
    publish.routing_changed()


@transaction.atomic
def add_exception(*, actor: Staff, pool: Pool | None, wanted: ExceptionWanted, today: date) -> DatedException:
    """Close one pool, or open it in addition, on a date; None means all pools.

    Raises:
        InThePastError, AlreadyThereError: nothing was written.
    """
    if wanted.date < today:
        raise InThePastError
    row, created = _write_exception(pool=pool, wanted=wanted)
    if not created:
        raise AlreadyThereError
    audit.record(
        actor=actor,
        action="exception.added",
        subject=f"pool {pool.slug}" if pool else "all pools",
        detail=_told(wanted.date, wanted.kind, wanted.start, wanted.end),
    )
    publish.routing_changed()
    return row


@transaction.atomic
def add_exceptions(
    *, actor: Staff, pool: Pool | None, wanted: Sequence[ExceptionWanted], today: date
) -> None:
    """Several at once, all of them or none: the same, and raises the same."""
    for one in wanted:
        add_exception(actor=actor, pool=pool, wanted=one, today=today)


@transaction.atomic
def add_for_pools(*, actor: Staff, wanted: Sequence[tuple[Pool | None, ExceptionWanted]]) -> None:
    """Many at once, of several pools. The caller, in the same transaction, leaves out what is there already."""
    DatedException.objects.bulk_create(
        DatedException(
            pool=pool,
            date=one.date,
            kind=one.kind,
            start_minute=one.start,
            end_minute=one.end,
            reason=one.reason,
        )
        for pool, one in wanted
    )
    for pool, one in wanted:
        audit.record(
            actor=actor,
            action="exception.added",
            subject=f"pool {pool.slug}" if pool else "all pools",
            detail=_told(one.date, one.kind, one.start, one.end),
        )
    publish.routing_changed()


@transaction.atomic
def take_over(*, actor: Staff, pool: Pool | None, wanted: Sequence[ExceptionWanted]) -> int:
    """Write many exceptions at once (holidays); existing ones stay as they are. Return how many were new."""
    new = [row for row, created in (_write_exception(pool=pool, wanted=one) for one in wanted) if created]
    audit.record(
        actor=actor,
        action="holidays.taken_over",
        subject=f"pool {pool.slug}" if pool else "all pools",
        detail={"days": [row.date.isoformat() for row in new]},
    )
    publish.routing_changed()
    return len(new)


@transaction.atomic
def delete_exception(*, actor: Staff, row: DatedException, today: date) -> None:
    """Delete an exception of today or later.

    Raises:
        InThePastError: its day is over.
    """
    if row.date < today:
        raise InThePastError
    subject = f"pool {row.pool.slug}" if row.pool else "all pools"
    detail = _told(row.date, row.kind, row.start_minute, row.end_minute)
    row.delete()
    audit.record(actor=actor, action="exception.deleted", subject=subject, detail=detail)
    publish.routing_changed()


@transaction.atomic
def delete_exceptions(*, actor: Staff, rows: Sequence[DatedException], today: date) -> None:
    """Several at once, all of them or none: the same, and raises the same."""
    for row in rows:
        delete_exception(actor=actor, row=row, today=today)


def _told(day: date, kind: str, start: int, end: int) -> dict[str, Any]:
    """What the log tells of an exception: not its reason, which may say something about somebody."""
    whole_day = (start, end) == (0, DAY_MINUTES)
    return {
        "date": day.isoformat(),
        "kind": str(kind),
        "intervals": [] if whole_day else [[day.weekday(), start, end]],
    }


def _write_exception(*, pool: Pool | None, wanted: ExceptionWanted) -> tuple[DatedException, bool]:
    return DatedException.objects.get_or_create(
        pool=pool,
        date=wanted.date,
        kind=wanted.kind,
        start_minute=wanted.start,
        end_minute=wanted.end,
        defaults={"reason": wanted.reason},
    )
