"""Hours that a team loses while people are planned in them: they are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from roster import loading, notices
from roster.models import RosterNoticeKind, Shift
from roster.rules import Conflict, hours_conflicts
from routing_rules.models import Pool


@dataclass(slots=True)
class ToldOfClosing:
    """How many people were told, once it is over."""

    people: int = 0


@contextmanager
def telling(pool: Pool | None, first: date, last: date, *, now: datetime) -> Iterator[ToldOfClosing]:
    """Tell those who are planned on these days in hours that the block closes; None: of all teams."""
    told = ToldOfClosing()
    with transaction.atomic():
        before = _closed(pool, first, last, now)
        yield told
        after = _closed(pool, first, last, now)
        lost = [shift for shift, why in after.items() if why - before.get(shift, frozenset())]
        on = {one.id: one.people for one in loading.planned(lost).values()}
        notices.write(
            [(RosterNoticeKind.CLOSED, shift, person.id, {}) for shift in lost for person in on[shift.pk]],
            now=now,
        )
        told.people = len({person.id for people in on.values() for person in people})


def _closed(pool: Pool | None, first: date, last: date, now: datetime) -> dict[Shift, frozenset[Conflict]]:
    """What the timetable says against each of the shifts that somebody is on and that are not over."""
    rows = Shift.objects.filter(date__range=(first - loading.DAY, last), assignments__isnull=False)
    if pool is not None:
        rows = rows.filter(pool=pool)
    shifts = [one for one in rows.distinct().select_related("pool") if loading.time_of(one).end > now]
    if not shifts:
        return {}
    hours = loading.openings_between({one.pool for one in shifts}, first - loading.DAY, last, now=now)
    return {one: hours_conflicts(loading.time_of(one), hours[one.pool_id]) for one in shifts}
