"""An act on shifts that was undone, for those whom it concerned: whoever has not seen what they were told is not told at all, and
whoever has is told how it is again."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from roster import loading, notices
from roster.models import Assignment, RosterNotice, RosterNoticeKind, Shift
from roster.undoing import HOURS, Row, rows_by_key
from routing_rules.models import Counsellor

ACTS: Final = (
    RosterNoticeKind.ASSIGNED,
    RosterNoticeKind.REMOVED,
    RosterNoticeKind.MOVED,
    RosterNoticeKind.CANCELLED,
)
"""What coordinators do to those who are on a shift."""

NoticeWanted = tuple[RosterNoticeKind, Shift, int, dict[str, Any]]
Stretch = tuple[str, int, int]
"""An ISO date, and minutes from midnight."""


def tell(before: Iterable[Row], after: Iterable[Row], *, since: datetime, now: datetime) -> int:
    """Once the rows are as they were; return how many people are told. `before` and `after`: what the act had changed, as Django
    serialises it; `since` is when it was done.
    """
    were, are = rows_by_key(Shift, before), rows_by_key(Shift, after)
    if not were and not are:
        return 0
    for key, fields in were.items():
        if key not in are:
            notices.connect(key, fields)
    seen = _seen([*were.values(), *are.values()], since)
    on, taken = _places(before), _places(after)
    shifts = Shift.objects.select_related("pool").in_bulk([*were, *are])
    staying = set(loading.standing(list(shifts)).values_list("shift", "counsellor"))
    people = {who for _shift, who in on | taken | staying}
    accounts = dict(Counsellor.objects.filter(pk__in=people).values_list("pk", "staff"))

    def told(who: int, *hours: Row | None) -> bool:
        return any(one is not None and (accounts.get(who), _stretch(one)) in seen for one in hours)

    back: list[NoticeWanted] = [
        (RosterNoticeKind.ASSIGNED, shifts[shift], who, {})
        for shift, who in sorted(on - taken)
        if shift in shifts and told(who, were.get(shift))
    ]
    gone: list[NoticeWanted] = [
        (
            RosterNoticeKind.REMOVED if shift in shifts else RosterNoticeKind.CANCELLED,
            shifts.get(shift) or _as_it_was(are[shift]),
            who,
            {},
        )
        for shift, who in sorted(taken - on)
        if told(who, are.get(shift))
    ]
    moved: list[NoticeWanted] = [
        (RosterNoticeKind.MOVED, shifts[shift], who, {name: are[shift][name] for name in HOURS})
        for shift, who in sorted(staying - (on - taken))
        if shift in were and shift in are and _stretch(were[shift]) != _stretch(are[shift])
        if told(who, are[shift])
    ]
    coming = [one for one in (*back, *gone, *moved) if loading.time_of(one[1]).end > now]
    notices.write(coming, now=now)
    return len({who for _kind, _shift, who, _was in coming})


def _seen(rows: Iterable[Row], since: datetime) -> set[tuple[int, Stretch]]:
    """Who was told of these shifts since then and has seen it, by account and hours. What nobody has seen is taken back."""
    stretches = {_stretch(one) for one in rows}
    told = RosterNotice.objects.filter(
        kind__in=ACTS,
        created_at__gte=since,
        pool__in={one["pool"] for one in rows},
        date__in={date.fromisoformat(day) for day, _start, _end in stretches},
    )
    mine = [one for one in told if _stretch(_hours_of(one)) in stretches]
    unseen = [one.pk for one in mine if one.read_at is None and one.letter_at is None]
    RosterNotice.objects.filter(pk__in=unseen, read_at=None, letter_at=None).delete()
    return {
        (one.person_id, _stretch(hours))
        for one in mine
        if one.pk not in unseen
        for hours in (_hours_of(one), one.was)
        if hours
    }


def _hours_of(one: RosterNotice) -> dict[str, Any]:
    return {"date": one.date.isoformat(), "start_minute": one.start_minute, "end_minute": one.end_minute}


def _stretch(fields: Mapping[str, Any]) -> Stretch:
    return (fields["date"], fields["start_minute"], fields["end_minute"])


def _places(rows: Iterable[Row]) -> set[tuple[int, int]]:
    return {(one["shift"], one["counsellor"]) for one in rows_by_key(Assignment, rows).values()}


def _as_it_was(fields: Row) -> Shift:
    """A shift that is no more."""
    return Shift(
        pool_id=fields["pool"],
        date=date.fromisoformat(fields["date"]),
        start_minute=fields["start_minute"],
        end_minute=fields["end_minute"],
    )
