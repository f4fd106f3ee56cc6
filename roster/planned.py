"""Who is planned now, and which coming shifts lack something: read by the board, the letters and the capacity table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from roster.loading import planned, time_of
from roster.models import Shift
from roster.rules import ShiftCoverage, coverage
from routing_rules.models import Pool
from routing_rules.schedule import Opening

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedTeam:
    """How many a team needs at a moment, the keys of the counsellors who are planned then, and until when (UTC) that is so."""

    needed: int
    people: tuple[int, ...]
    until: datetime
    since: datetime | None = None
    """When the last of its shifts began."""


@dataclass(frozen=True, slots=True)
class LackingShift:
    """A coming shift with places that nobody has taken, without a language or theme, or from which somebody looks for a replacement."""

    shift: Shift
    time: Opening
    coverage: ShiftCoverage


def planned_at(now: datetime) -> Mapping[int, PlannedTeam]:
    """By the key of the pool; only teams that have a shift at this moment, and of its people those who can come. Seven queries."""
    today = now.date()
    rows = Shift.objects.filter(date__range=(today - DAY, today + DAY)).select_related("pool")
    running = [one for one in rows if (at := time_of(one)).start <= now < at.end]
    states = planned(running)
    found: dict[int, PlannedTeam] = {}
    for one in running:
        # Shifts of a team may overlap: then more are needed, and whoever leaves first ends this state.
        so_far = found.get(one.pool_id, PlannedTeam(0, (), time_of(one).end))
        found[one.pool_id] = PlannedTeam(
            needed=so_far.needed + one.needed,
            people=tuple(dict.fromkeys((*so_far.people, *(each.id for each in states[one.pk].coming)))),
            until=min(so_far.until, time_of(one).end),
            since=max(so_far.since or time_of(one).start, time_of(one).start),
        )
    return found


def planned_by_slug(now: datetime) -> Mapping[str, PlannedTeam]:
    """The same by the code of the pool."""
    found = planned_at(now)
    return {slug: found[key] for key, slug in Pool.objects.filter(pk__in=found).values_list("pk", "slug")}


def next_shifts_lacking(now: datetime, days: int) -> list[LackingShift]:
    """Those that end after `now` and begin within so many days, in order: seven queries."""
    until = now + days * DAY
    rows = Shift.objects.filter(
        date__range=(now.date() - DAY, until.date() + DAY), pool__active=True
    ).select_related("pool")
    coming = [one for one in rows if (at := time_of(one)).end > now and at.start < until]
    states = planned(coming)
    found = [LackingShift(one, states[one.pk].time, coverage(states[one.pk])) for one in coming]
    return sorted((one for one in found if one.coverage.lacks), key=lambda one: (one.time, one.shift.pk))
