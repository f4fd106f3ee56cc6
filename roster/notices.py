"""What people must be told about their shifts. Only this module writes it; letters leave once the act can no longer be undone."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from partners.models import Staff
from roster.models import Assignment, RosterNotice, RosterNoticeKind, Shift
from routing_rules.models import Counsellor

ON_THE_PAGE: Final = tuple(
    kind for kind in RosterNoticeKind if kind is not RosterNoticeKind.REPLACEMENT_WANTED
)
"""Those that the person confirms to have read. Who is looked for stands among the shifts that they can take."""
PUT_THERE: Final = (
    RosterNoticeKind.ASSIGNED,
    RosterNoticeKind.MOVED,
    RosterNoticeKind.PLACE_BACK,
)
"""They are expected then, and did not choose it."""


def tell(
    counsellors: Collection[int],
    kind: RosterNoticeKind,
    shift: Shift,
    *,
    now: datetime,
    was: dict[str, Any] | None = None,
) -> None:
    """Tell these counsellors; nobody of a shift that is over."""
    write([(kind, shift, one, was or {}) for one in counsellors], now=now)


def write(told: Iterable[tuple[RosterNoticeKind, Shift, int, dict[str, Any]]], *, now: datetime) -> None:
    """Many at once: the kind, the shift, the counsellor's key, and what the shift was before it was moved."""
    told = list(told)
    people = dict(Counsellor.objects.filter(pk__in={one for _, _, one, _ in told}).values_list("pk", "staff"))
    RosterNotice.objects.bulk_create(
        RosterNotice(
            person_id=people[counsellor],
            kind=kind,
            # Of one that is no more only the hours are known.
            shift=shift if shift.pk else None,
            pool_id=shift.pool_id,
            date=shift.date,
            start_minute=shift.start_minute,
            end_minute=shift.end_minute,
            was=was,
            created_at=now,
        )
        for kind, shift, counsellor, was in told
    )


def take_back_closings(shifts: Collection[Shift]) -> set[tuple[int, int]]:
    """The teams of these shifts are open then after all. Who has not read of the closing, and was not written to, is not told at all.
    Return who knows of one: their account and the shift, by key."""
    rows = RosterNotice.objects.filter(shift__in=shifts)
    rows.filter(kind=RosterNoticeKind.CLOSED, read_at=None, letter_at=None).delete()
    kinds = (RosterNoticeKind.CLOSED, RosterNoticeKind.OPEN_AGAIN)
    told = rows.filter(kind__in=kinds).order_by("created_at", "pk")
    latest = {
        (person, shift): kind for person, shift, kind in told.values_list("person", "shift", "kind") if shift
    }
    return {one for one, kind in latest.items() if kind == RosterNoticeKind.CLOSED}


def put_there(assignments: Iterable[Assignment]) -> dict[int, datetime]:
    """When coordinators last put these people on these shifts, or moved them, by the assignment's key; not where they came by themselves
    since."""
    on = {(one.counsellor_id, one.shift_id): one for one in assignments}
    rows = RosterNotice.objects.filter(
        kind__in=PUT_THERE,
        shift__in={shift for _who, shift in on},
        person__counsellor__in={who for who, _shift in on},
    )
    found: dict[int, datetime] = {}
    for who, shift, at in rows.order_by("created_at").values_list(
        "person__counsellor", "shift", "created_at"
    ):
        one = on.get((who, shift or 0))
        if one is not None and at >= one.assigned_at:
            found[one.pk] = at
    return found


def answered(person: Staff, shift: Shift, *, now: datetime) -> None:
    """The person said that they cannot come: they know that they had been put there, and no letter need say so."""
    rows = RosterNotice.objects.filter(person=person, shift=shift, kind__in=PUT_THERE)
    mark_read(person=person, notices=list(rows.values_list("pk", flat=True)), now=now)


def take_back_losses(places: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """These places (shift and counsellor, by key) are theirs again. Who has not read that they were lost, and was not written to, is not
    told at all. Return those who know of it."""
    rows = RosterNotice.objects.filter(
        shift__in={shift for shift, _who in places}, person__counsellor__in={who for _shift, who in places}
    )
    kinds = (RosterNoticeKind.PLACE_LOST, RosterNoticeKind.PLACE_BACK)
    latest = {
        place: one
        for one in rows.filter(kind__in=kinds).order_by("created_at", "pk").select_related("person")
        if (place := (one.shift_id or 0, one.person.counsellor.pk)) in places
    }
    lost = [one.pk for one in latest.values() if one.kind == RosterNoticeKind.PLACE_LOST]
    unseen = RosterNotice.objects.filter(pk__in=lost, read_at=None, letter_at=None)
    taken_back = set(unseen.values_list("pk", flat=True))
    unseen.delete()
    return {place for place, one in latest.items() if one.pk in lost and one.pk not in taken_back}


def connect(shift: int, fields: Mapping[str, Any]) -> None:
    """A shift that was gone is there again, with this key and these columns: what was said of it is about it once more."""
    same = {name: fields[name] for name in ("date", "start_minute", "end_minute")}
    RosterNotice.objects.filter(shift=None, pool=fields["pool"], **same).update(shift=shift)


def withdraw_requests(shift: Shift) -> None:
    """Where nobody of the shift looks for somebody any more, letters that have not left do not leave."""
    if Assignment.objects.filter(shift=shift, replacement_wanted_at__isnull=False).exists():
        return
    RosterNotice.objects.filter(
        shift=shift, kind=RosterNoticeKind.REPLACEMENT_WANTED, letter_at=None
    ).delete()


def not_asked(counsellors: Collection[int], shift: Shift, *, since: datetime) -> list[int]:
    """Those of these counsellors (keys) who were not asked to come in somebody's place on this shift since then."""
    asked = RosterNotice.objects.filter(
        shift=shift, kind=RosterNoticeKind.REPLACEMENT_WANTED, created_at__gte=since
    )
    there = set(asked.values_list("person__counsellor", flat=True))
    return [one for one in counsellors if one not in there]


def unread(person: Staff) -> "QuerySet[RosterNotice]":
    """What this person has not confirmed to have read."""
    return RosterNotice.objects.filter(person=person, read_at=None, kind__in=ON_THE_PAGE).select_related(
        "pool"
    )


def mark_read(*, person: Staff, notices: Collection[int], now: datetime) -> None:
    """The person pressed that they have read these; a letter that has not left is not needed any more."""
    rows = RosterNotice.objects.filter(person=person, pk__in=notices, read_at=None)
    rows.filter(letter_at=None).update(letter_at=now)
    rows.update(read_at=now)
