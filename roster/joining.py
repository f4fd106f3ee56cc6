"""Somebody comes onto a shift, by themselves or by a coordinator: the one way in, whatever happens at the same moment.

Whoever changes who is on a shift locks in this order, so that nobody waits for each other: people, shifts by key, assignments.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from partners.models import Staff
from roster import loading
from roster.models import Assignment, Shift
from roster.rules import Conflict, PersonPlan, PersonSkills, PlannedShift, conflicts
from routing_rules.models import Counsellor
from routing_rules.schedule import Opening


class ShiftGoneError(Exception):
    """The shift was deleted meanwhile or has other hours, or the place in it is somebody else's by now."""


class ConflictError(Exception):
    """Something speaks against it; `found` is everything that does."""

    def __init__(self, found: frozenset[Conflict]) -> None:
        self.found = found
        super().__init__(", ".join(sorted(found)))


@transaction.atomic
def join(
    *,
    counsellor_id: int,
    shift_id: int,
    by: Staff,
    forbidden: Collection[Conflict],
    read: str | None = None,
    now: datetime,
) -> tuple[Assignment, frozenset[Conflict]]:
    """Put somebody on a shift; return also what speaks against it and does not forbid it. `read`: its hours where they were read.

    Raises:
        ShiftGoneError, ConflictError: nothing was written.
    """
    person = lock(counsellor_id)
    while True:
        shift = shift_now(shift_id)
        must_be_as_read(shift, read)
        found = against(person, shift, now=now)
        if found.intersection(forbidden):
            raise ConflictError(found)
        if raise_revision(shift):
            break
    assignment = Assignment.objects.create(
        shift=shift, counsellor_id=counsellor_id, assigned_by=by, assigned_at=now
    )
    return assignment, found


def lock(counsellor_id: int) -> PersonSkills:
    """Two shifts at the same hour that one person takes in the same moment take turns here.

    Raises:
        ShiftGoneError: the account has gone.
    """
    row = Counsellor.objects.select_for_update(no_key=True).filter(pk=counsellor_id).first()
    if row is None:
        raise ShiftGoneError
    if not loading.who_may_work().filter(pk=counsellor_id).exists():
        raise ConflictError(frozenset({Conflict.NOT_OF_TEAM}))
    return loading.skills(row)


def shift_now(shift_id: int) -> Shift:
    """The shift as it is now.

    Raises:
        ShiftGoneError: there is none.
    """
    shift = Shift.objects.filter(pk=shift_id).select_related("pool").first()
    if shift is None:
        raise ShiftGoneError
    return shift


def as_read(shift: Shift) -> str:
    """The day and hours that a page shows, which its form sends back."""
    return f"{shift.date.isoformat()} {shift.start_minute} {shift.end_minute}"


def must_be_as_read(shift: Shift, read: str | None) -> None:
    """Nobody comes onto a shift at hours that were not before the eyes of whoever pressed. None: a page of before says nothing of them.

    Raises:
        ShiftGoneError: it has other hours by now.
    """
    if read is not None and read != as_read(shift):
        raise ShiftGoneError


def locked(shift_id: int) -> Shift:
    """The same, which nobody else changes, nor its people, until the transaction ends."""
    list(Shift.objects.select_for_update(no_key=True).filter(pk=shift_id).values_list("pk"))
    return shift_now(shift_id)


def raise_revision(shift: Shift) -> bool:
    """Whoever raises the revision that they saw has won; False: somebody changed the shift or its people first, look again."""
    won = Shift.objects.filter(pk=shift.pk, revision=shift.revision).update(revision=F("revision") + 1)
    return bool(won)


def against(
    person: PersonSkills, shift: Shift, *, now: datetime, leaves: int | None = None
) -> frozenset[Conflict]:
    """Everything that speaks against this person on this shift, as the database has it now."""
    state, plans, hours = around(shift, [person.id], now=now)
    return conflicts(person, plans[person.id], state, openings=hours, now=now, leaves=leaves)


def around(
    shift: Shift, counsellors: Collection[int], *, now: datetime
) -> tuple[PlannedShift, dict[int, PersonPlan], list[Opening]]:
    """The shift with its people, what these counsellors have planned besides, and the openings of its team."""
    hours = loading.openings_between([shift.pool], shift.date, shift.date, now=now)
    return (
        loading.planned([shift])[shift.pk],
        loading.plans_of(counsellors, shift.date, shift.date),
        hours[shift.pool_id],
    )
