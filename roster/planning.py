"""What coordinators do with shifts: make, change, delete, put people on them, take them off, move them. Only they write it here.

Whoever is concerned is told (`notices.py`). The audit log says what was done to which shift; it does not name who is on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from partners import audit
from partners.models import Staff
from roster import loading, notices
from roster.joining import ShiftGoneError, join, lock, locked, raise_revision
from roster.models import Assignment, RosterNoticeKind, Shift
from roster.rules import FORBID_EVERYBODY, Conflict
from routing_rules.models import Pool


class AlreadyPlannedError(Exception):
    """The team has a shift with the same hours on that day."""


@dataclass(frozen=True, slots=True)
class ShiftWanted:
    """A shift as it is to be written: local day, minutes from its midnight, and codes."""

    day: date
    start: int
    end: int
    needed: int = 1
    languages: Sequence[str] = ()
    themes: Sequence[str] = ()


@transaction.atomic
def create(*, actor: Staff, pool: Pool, wanted: ShiftWanted) -> Shift:
    """Plan one shift.

    Raises:
        AlreadyPlannedError: nothing was written.
    """
    made = create_many(actor=actor, pool=pool, wanted=[wanted])
    if not made:
        raise AlreadyPlannedError
    return made[0]


@transaction.atomic
def create_many(*, actor: Staff, pool: Pool, wanted: Iterable[ShiftWanted]) -> list[Shift]:
    """Plan several shifts of a team; return those that are new. The same shift is never there twice."""
    made = []
    for one in wanted:
        shift, created = Shift.objects.get_or_create(
            pool=pool,
            date=one.day,
            start_minute=one.start,
            end_minute=one.end,
            defaults={"needed": one.needed, "languages": sorted(one.languages), "themes": sorted(one.themes)},
        )
        if created:
            made.append(shift)
    if len(made) == 1:
        record(actor, "shift.created", made[0])
    elif made:
        audit.record(
            actor=actor,
            action="shifts.created",
            subject=f"pool {pool.slug}",
            detail={"shifts": len(made), "days": sorted({one.date.isoformat() for one in made})},
        )
    return made


@transaction.atomic
def change(*, actor: Staff, shift: Shift, wanted: ShiftWanted, now: datetime) -> int:
    """Change a shift; those on it are told when it has other hours. Return how many are told.

    Raises:
        AlreadyPlannedError: the team has another shift with these hours.
        ShiftGoneError: nothing was written.
    """
    was = _told(shift)
    same = Shift.objects.filter(
        pool=shift.pool_id, date=wanted.day, start_minute=wanted.start, end_minute=wanted.end
    )
    if same.exclude(pk=shift.pk).exists():
        raise AlreadyPlannedError
    before = {
        "date": shift.date.isoformat(),
        "start_minute": shift.start_minute,
        "end_minute": shift.end_minute,
    }
    written = Shift.objects.filter(pk=shift.pk).update(
        date=wanted.day,
        start_minute=wanted.start,
        end_minute=wanted.end,
        needed=wanted.needed,
        languages=sorted(wanted.languages),
        themes=sorted(wanted.themes),
        revision=F("revision") + 1,
    )
    if not written:
        raise ShiftGoneError
    shift.refresh_from_db()
    record(actor, "shift.changed", shift, was=was)
    hours = (shift.date.isoformat(), shift.start_minute, shift.end_minute)
    if hours == tuple(before.values()) or loading.time_of(shift).end <= now:
        return 0
    people = _on(shift)
    notices.tell(people, RosterNoticeKind.MOVED, shift, now=now, was=before)
    return len(people)


@transaction.atomic
def delete(*, actor: Staff, shift: Shift, now: datetime) -> None:
    """Delete a shift; those on it are told that it does not take place.

    Raises:
        ShiftGoneError: somebody changed the shift or its people since it was read; nothing was written.
    """
    # Nobody signs up between what the coordinator read and the deletion: they would not be told.
    if not raise_revision(shift):
        raise ShiftGoneError
    people = _on(shift)
    if loading.time_of(shift).end > now:
        notices.tell(people, RosterNoticeKind.CANCELLED, shift, now=now)
    record(actor, "shift.deleted", shift)
    shift.delete()


@transaction.atomic
def assign(
    *, actor: Staff, shift_id: int, counsellor_id: int, read: str | None = None, now: datetime
) -> frozenset[Conflict]:
    """Put somebody on a shift; they are told. Return what speaks against it, which the coordinator is told. `read`: the shift's hours
    where they were read.

    Raises:
        ShiftGoneError, ConflictError: nothing was written.
    """
    assignment, found = join(
        counsellor_id=counsellor_id,
        shift_id=shift_id,
        by=actor,
        forbidden=FORBID_EVERYBODY,
        read=read,
        now=now,
    )
    record(actor, "shift.assigned", assignment.shift)
    notices.tell([counsellor_id], RosterNoticeKind.ASSIGNED, assignment.shift, now=now)
    return found


@transaction.atomic
def remove(*, actor: Staff, shift_id: int, counsellor_id: int, now: datetime) -> Shift:
    """Take somebody off a shift; they are told.

    Raises:
        ShiftGoneError: they are not on it.
    """
    shift = _leave(shift_id, counsellor_id)
    record(actor, "shift.removed", shift)
    if loading.time_of(shift).end > now:
        notices.tell([counsellor_id], RosterNoticeKind.REMOVED, shift, now=now)
    return shift


@transaction.atomic
def move(
    *,
    actor: Staff,
    shift_id: int,
    to_shift_id: int,
    counsellor_id: int,
    read: str | None = None,
    now: datetime,
) -> frozenset[Conflict]:
    """Put somebody from one shift onto another; they are told once. `read`: the other's hours where they were read.

    Raises:
        ShiftGoneError, ConflictError: nothing was written.
    """
    lock(counsellor_id)
    for one in sorted((shift_id, to_shift_id)):
        locked(one)
    before = _leave(shift_id, counsellor_id)
    assignment, found = join(
        counsellor_id=counsellor_id,
        shift_id=to_shift_id,
        by=actor,
        forbidden=FORBID_EVERYBODY,
        read=read,
        now=now,
    )
    record(actor, "shift.person_moved", assignment.shift, was=_told(before))
    notices.tell(
        [counsellor_id],
        RosterNoticeKind.MOVED,
        assignment.shift,
        now=now,
        was={
            "date": before.date.isoformat(),
            "start_minute": before.start_minute,
            "end_minute": before.end_minute,
        },
    )
    return found


def _leave(shift_id: int, counsellor_id: int) -> Shift:
    shift = locked(shift_id)
    if not Assignment.objects.filter(shift=shift, counsellor=counsellor_id).delete()[0]:
        raise ShiftGoneError
    Shift.objects.filter(pk=shift.pk).update(revision=F("revision") + 1)
    notices.withdraw_requests(shift)
    return shift


def _on(shift: Shift) -> list[int]:
    return list(loading.standing([shift.pk]).values_list("counsellor", flat=True))


def _told(shift: Shift) -> dict[str, Any]:
    """What the log tells of a shift."""
    return {
        "date": shift.date.isoformat(),
        "intervals": [[shift.date.weekday(), shift.start_minute, shift.end_minute]],
        "needed": shift.needed,
        "languages": shift.languages,
        "themes": shift.themes,
    }


def record(actor: Staff, action: str, shift: Shift, **more: Any) -> None:
    """Note in the audit log what was done to a shift."""
    detail = {"pool": shift.pool.slug, **_told(shift), **more}
    audit.record(actor=actor, action=action, subject=f"shift {shift.pk}", detail=detail)
