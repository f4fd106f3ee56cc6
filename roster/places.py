"""Places on shifts that people lose, or have again, with their team, their role or their account: they are told."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from roster import loading, notices
from roster.models import Assignment, RosterNoticeKind, Shift
from roster.rules import PlannedShift, coverage

Place = tuple[int, int]
"""A shift and a counsellor, by key."""


@dataclass(slots=True)
class ToldOfPlaces:
    """What it meant, once it is over; shifts by day."""

    people: int = 0
    """How many people are told that they lost a place."""
    again: int = 0
    """How many knew of it, and are told that they have it again."""
    lacking: list[Shift] = field(default_factory=list)
    """Shifts that somebody left and that lack somebody now."""
    crowded: list[tuple[Shift, int]] = field(default_factory=list)
    """Shifts that somebody has come back to and for which more people are planned than are needed, and how many are."""


@contextmanager
def telling(accounts: Collection[int], *, now: datetime) -> Iterator[ToldOfPlaces]:
    """Tell those of these people (keys of accounts) who lose their place on a shift by what the block does, or have it again.

    Who was not told yet that they had lost it is not told at all: what was to be said is taken back.
    """
    told = ToldOfPlaces()
    with transaction.atomic():
        before = _places(accounts)
        yield told
        after = _places(accounts)
        if before == after:
            return
        shifts = _coming({shift for shift, _who in before ^ after}, now)
        lost = sorted(one for one in before - after if one[0] in shifts)
        back = sorted(one for one in after - before if one[0] in shifts)
        knows = notices.take_back_losses(back)
        notices.write(
            [
                *((RosterNoticeKind.PLACE_LOST, shifts[shift], who, {}) for shift, who in lost),
                *((RosterNoticeKind.PLACE_BACK, shifts[shift], who, {}) for shift, who in sorted(knows)),
            ],
            now=now,
        )
        told.people = len({who for _shift, who in lost})
        told.again = len({who for _shift, who in knows})
        states = loading.planned(list(shifts.values()))
        told.lacking = [
            one for key, one in shifts.items() if _is_among(key, lost) and coverage(states[key]).lacks
        ]
        told.crowded = [
            (one, _too_many(states[key]))
            for key, one in shifts.items()
            if _is_among(key, back) and _too_many(states[key])
        ]


def _places(accounts: Collection[int]) -> set[Place]:
    mine = Assignment.objects.filter(counsellor__staff__in=accounts).values("shift")
    rows = loading.standing(Shift.objects.filter(pk__in=mine)).filter(counsellor__staff__in=accounts)
    return set(rows.values_list("shift", "counsellor"))


def _coming(keys: Collection[int], now: datetime) -> dict[int, Shift]:
    """Those that are not over, by day."""
    rows = Shift.objects.filter(pk__in=keys).select_related("pool")
    return {one.pk: one for one in rows if loading.time_of(one).end > now}


def _is_among(shift: int, places: Collection[Place]) -> bool:
    return any(key == shift for key, _who in places)


def _too_many(state: PlannedShift) -> int:
    """How many people are planned, where they are more than are needed; 0 otherwise."""
    planned = coverage(state).planned
    return planned if planned > state.needed else 0
