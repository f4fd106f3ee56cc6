"""Hours that a team loses, or has again, while people are planned in them: they are told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from roster import loading, notices
from roster.models import RosterNoticeKind, Shift
from roster.rules import Conflict, hours_conflicts, overlap
from routing_rules.models import Pool
from routing_rules.schedule import Opening


@dataclass(slots=True)
class ToldOfHours:
    """How many people were told, once it is over: of hours that are lost, and of hours that are there again."""

    people: int = 0
    again: int = 0


class _OnlyTriedError(Exception):
    """Nothing of it stays."""


@contextmanager
def telling(pool: Pool | None, first: date, last: date | None, *, now: datetime) -> Iterator[ToldOfHours]:
    """Tell those who are planned on these days (None: on all later ones) in hours that the block closes or opens again; without a
    team: in any team's.

    Who was not told yet of hours that are there again is not told at all: what was to be said is taken back.
    """
    told = ToldOfHours()
    with transaction.atomic():
        before = _closed(pool, first, last, now)
        yield told
        after = _closed(pool, first, last, now)
        lost = [shift for shift, why in after.items() if why - before.get(shift, frozenset())]
        again = [shift for shift, why in before.items() if _is_open_again(why, after.get(shift))]
        told.people = _tell(lost, now)
        told.again = _tell_again(again, now)


def would_be_told(
    pool: Pool | None, first: date, last: date | None, *, now: datetime, change: Callable[[], object]
) -> int:
    """How many people `change` would have told of hours that are lost. It is made, and taken back."""
    told = ToldOfHours()
    try:
        with transaction.atomic():
            with telling(pool, first, last, now=now) as found:
                told = found
                change()
            raise _OnlyTriedError
    except _OnlyTriedError:
        return told.people


def people_in(stretches: Mapping[int, Opening]) -> dict[int, int]:
    """How many people are planned in each of these stretches, by the key of the team: two queries."""
    if not stretches:
        return {}
    first = min(one.start for one in stretches.values()).date() - loading.DAY
    last = max(one.end for one in stretches.values()).date() + loading.DAY
    rows = Shift.objects.filter(pool__in=stretches, date__range=(first, last)).select_related("pool")
    lost = [one.pk for one in rows if overlap(loading.time_of(one), stretches[one.pool_id])]
    found: dict[int, set[int]] = {}
    for pool, person in loading.standing(lost).values_list("shift__pool", "counsellor"):
        found.setdefault(pool, set()).add(person)
    return {pool: len(people) for pool, people in found.items()}


def people_on(pools: "QuerySet[Pool]", days: Sequence[date]) -> int:
    """How many people are planned in these teams on these days: one query."""
    shifts = Shift.objects.filter(pool__in=pools, date__in=days)
    return loading.standing(shifts).values("counsellor").distinct().count()


def _is_open_again(before: frozenset[Conflict], after: frozenset[Conflict] | None) -> bool:
    """A team that is active again serves its shifts as before, also those that its coordinators planned outside of its hours."""
    if after is None or not before:
        return False
    return not after or Conflict.INACTIVE in before - after


def _tell(lost: Sequence[Shift], now: datetime) -> int:
    on = {one.id: one.people for one in loading.planned(lost).values()} if lost else {}
    notices.write(
        [(RosterNoticeKind.CLOSED, shift, person.id, {}) for shift in lost for person in on[shift.pk]],
        now=now,
    )
    return len({person.id for people in on.values() for person in people})


def _tell_again(again: Sequence[Shift], now: datetime) -> int:
    if not again:
        return 0
    knows, by_key = notices.take_back_closings(again), {one.pk: one for one in again}
    on = loading.standing(by_key).values_list("shift", "counsellor", "counsellor__staff")
    told = [(by_key[shift], who) for shift, who, account in on if (account, shift) in knows]
    notices.write([(RosterNoticeKind.OPEN_AGAIN, shift, who, {}) for shift, who in told], now=now)
    return len({who for _shift, who in told})


def _closed(
    pool: Pool | None, first: date, last: date | None, now: datetime
) -> dict[Shift, frozenset[Conflict]]:
    """What the timetable says against each of the shifts that somebody is on and that are not over."""
    rows = Shift.objects.filter(date__gte=first - loading.DAY, assignments__isnull=False)
    if pool is not None:
        rows = rows.filter(pool=pool)
    if last is None:
        last = rows.aggregate(last=Max("date"))["last"] or first
    rows = rows.filter(date__lte=last)
    shifts = [one for one in rows.distinct().select_related("pool") if loading.time_of(one).end > now]
    if not shifts:
        return {}
    hours = loading.openings_between({one.pool for one in shifts}, first - loading.DAY, last, now=now)
    return {
        one: hours_conflicts(loading.time_of(one), hours[one.pool_id])
        | (frozenset() if one.pool.active else {Conflict.INACTIVE})
        for one in shifts
    }
