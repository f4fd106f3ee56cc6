"""What volunteers do with shifts: take, give back, look for somebody in their place, come in a colleague's. Only they write it.

None of it is in the audit log, which is kept for longer than who was on which shift.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from roster import loading, notices, refusals
from roster.joining import (
    ConflictError,
    ShiftGoneError,
    against,
    around,
    join,
    lock,
    locked,
    must_be_as_read,
)
from roster.models import Assignment, RosterNoticeKind, Shift
from roster.rules import CHANGE_OF_MIND, FORBID_EVERYBODY, FORBID_VOLUNTEERS, conflicts, may_give_back
from routing_rules.models import Counsellor


class TooLateError(Exception):
    """It begins too soon to be left without somebody in one's place."""


def take(*, counsellor: Counsellor, shift_id: int, read: str | None = None, now: datetime) -> Assignment:
    """Take a free place; `read`: the hours that the page showed.

    Raises:
        ShiftGoneError, ConflictError: nothing was written.
    """
    return join(
        counsellor_id=counsellor.pk,
        shift_id=shift_id,
        by=counsellor.staff,
        forbidden=FORBID_VOLUNTEERS,
        read=read,
        now=now,
    )[0]


@transaction.atomic
def give_back(*, counsellor: Counsellor, shift_id: int, now: datetime) -> bool:
    """Leave a shift: the place is free again, or the colleague's in whose place one has just come. Return whether those who plan the
    team are told: they are where a coordinator had put one there.

    Raises:
        ShiftGoneError: one is not on it.
        TooLateError: somebody must be found first.
    """
    mine = Assignment.objects.filter(shift=shift_id, counsellor=counsellor)
    before = mine.values_list("in_place_of", flat=True).first()
    if before is not None:
        # They may be signing up for it again at this moment.
        Counsellor.objects.select_for_update(no_key=True).filter(pk=before).first()
    shift = locked(shift_id)
    row = mine.first()
    if row is None:
        raise ShiftGoneError
    put_there_at = notices.put_there([row]).get(row.pk)
    starts = loading.time_of(shift).start
    if not may_give_back(starts=starts, taken_at=row.assigned_at, put_there_at=put_there_at, now=now):
        raise TooLateError
    returns = (
        before is not None
        and row.in_place_of_id == before
        and now < row.assigned_at + CHANGE_OF_MIND
        and _can_have_back(before, shift, leaves=counsellor.pk, now=now)
    )
    # A coordinator may have taken one off it, or a colleague come in one's place: then nothing is left to give back.
    back = {"counsellor": before, "in_place_of": None, "replacement_wanted_at": now}
    if not (mine.update(**back) if returns else mine.delete()[0]):
        raise ShiftGoneError
    _changed(shift)
    if returns and before is not None:
        notices.tell([before], RosterNoticeKind.BACK_TO_YOU, shift, now=now)
    else:
        notices.withdraw_requests(shift)
    if put_there_at is None:
        return False
    notices.answered(counsellor.staff, shift, now=now)
    refusals.tell(row, shift, now=now)
    return True


def _can_have_back(before: int, shift: Shift, *, leaves: int, now: datetime) -> bool:
    """Can the colleague whose place it was come after all? They may have another shift at that time by now."""
    person = loading.skills_of(loading.who_may_work().filter(pk=before).values_list("pk", flat=True)).get(
        before
    )
    return person is not None and not against(person, shift, now=now, leaves=leaves) & FORBID_EVERYBODY


def could_come(
    shift: Shift, *, instead_of: int | None, among: Collection[int] | None = None, now: datetime
) -> list[int]:
    """The keys of the team's counsellors against whom nothing speaks, on a free place or in a colleague's."""
    people = loading.who_may_work().filter(pools=shift.pool_id)
    if among is not None:
        people = people.filter(pk__in=among)
    skills = loading.skills_of(people.values_list("pk", flat=True))
    state, plans, hours = around(shift, skills, now=now)
    return [
        key
        for key, one in skills.items()
        if key != instead_of
        and not FORBID_VOLUNTEERS.intersection(
            conflicts(one, plans[key], state, openings=hours, now=now, leaves=instead_of)
        )
    ]


@transaction.atomic
def look_for_replacement(
    *, counsellor: Counsellor, shift_id: int, asked: int | None = None, now: datetime
) -> int:
    """Ask those who could come, or one of them, to come in one's place; return how many are asked. Until somebody does, one stays on it.

    Raises:
        ShiftGoneError: one is not on it, or it is over.
    """
    shift = locked(shift_id)
    if loading.time_of(shift).end <= now:
        raise ShiftGoneError
    mine = Assignment.objects.filter(shift=shift, counsellor=counsellor).first()
    if mine is None:
        raise ShiftGoneError
    among = None if asked is None else [asked]
    people = could_come(shift, instead_of=counsellor.pk, among=among, now=now)
    if mine.replacement_wanted_at is None:
        mine.replacement_wanted_at = now
        mine.save(update_fields=["replacement_wanted_at"])
        _changed(shift)
    else:
        # Pressed twice it asks once; whoever asked one colleague can ask the others too.
        people = notices.not_asked(people, shift, since=mine.replacement_wanted_at)
    notices.tell(people, RosterNoticeKind.REPLACEMENT_WANTED, shift, now=now)
    return len(people)


@transaction.atomic
def stop_looking(*, counsellor: Counsellor, shift_id: int) -> None:
    """Come oneself after all.

    Raises:
        ShiftGoneError: somebody has come in one's place already.
    """
    shift = locked(shift_id)
    if not Assignment.objects.filter(shift=shift, counsellor=counsellor).update(replacement_wanted_at=None):
        raise ShiftGoneError
    _changed(shift)
    notices.withdraw_requests(shift)


@transaction.atomic
def take_over(
    *, counsellor: Counsellor, shift_id: int, colleague_id: int, read: str | None = None, now: datetime
) -> Shift:
    """Come in the place of a colleague who looks for somebody; they are told. `read`: the hours that the page showed.

    Raises:
        ShiftGoneError: somebody was faster, or they come themselves.
        ConflictError: nothing was written.
    """
    person = lock(counsellor.pk)
    shift = locked(shift_id)
    must_be_as_read(shift, read)
    found = against(person, shift, now=now, leaves=colleague_id)
    if found & FORBID_VOLUNTEERS:
        raise ConflictError(found)
    wanted = Assignment.objects.filter(
        shift=shift, counsellor=colleague_id, replacement_wanted_at__isnull=False
    )
    # Of two who come at once, one finds the colleague's name still there.
    if not wanted.update(
        counsellor=counsellor,
        assigned_by=counsellor.staff,
        assigned_at=now,
        replacement_wanted_at=None,
        in_place_of=colleague_id,
    ):
        raise ShiftGoneError
    _changed(shift)
    notices.withdraw_requests(shift)
    notices.tell([colleague_id], RosterNoticeKind.REPLACED, shift, now=now)
    return shift


def _changed(shift: Shift) -> None:
    Shift.objects.filter(pk=shift.pk).update(revision=F("revision") + 1)
