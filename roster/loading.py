"""Shifts and people in the types of the rules, in a few queries however many there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, QuerySet

from partners.models import Role
from roster.models import Absence, Assignment, Shift
from roster.rules import DaysAway, PersonPlan, PersonSkills, PlannedShift, moments, with_hindrances
from routing_rules.loading import schedules
from routing_rules.models import Counsellor, Pool
from routing_rules.schedule import Opening, openings

DAY = timedelta(days=1)


def who_may_work() -> "QuerySet[Counsellor]":
    """Counsellors whose account is active."""
    return Counsellor.objects.filter(staff__is_active=True, staff__role=Role.COUNSELLOR)


def standing(shifts: "Iterable[int] | QuerySet[Shift]") -> "QuerySet[Assignment]":
    """Those of these shifts who may still work for the team: neither their account nor their membership has ended since."""
    return Assignment.objects.filter(
        shift__in=shifts,
        counsellor__staff__is_active=True,
        counsellor__staff__role=Role.COUNSELLOR,
        counsellor__pools=F("shift__pool"),
    )


def time_of(shift: Shift) -> Opening:
    """From when to when, in UTC. The shift's team is read where it was not."""
    return moments(shift.date, shift.start_minute, shift.end_minute, shift.pool.timezone)


def planned(shifts: Sequence[Shift]) -> dict[int, PlannedShift]:
    """By key, with their people, and what keeps these from coming: six queries."""
    rows = list(standing([one.pk for one in shifts]).select_related("counsellor"))
    people = skills_of({row.counsellor_id for row in rows})
    on: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        on[row.shift_id].append(row)
    days = [one.date for one in shifts]
    plans = plans_of(people, min(days), max(days)) if people else {}
    found = (
        PlannedShift(
            id=one.pk,
            pool=one.pool_id,
            day=one.date,
            time=time_of(one),
            needed=one.needed,
            languages=frozenset(one.languages),
            themes=frozenset(one.themes),
            people=tuple(people[row.counsellor_id] for row in on[one.pk]),
            replacement_wanted=frozenset(
                row.counsellor_id for row in on[one.pk] if row.replacement_wanted_at is not None
            ),
        )
        for one in shifts
    )
    return {one.id: with_hindrances(one, plans) for one in found}


def skills_of(counsellors: Collection[int]) -> dict[int, PersonSkills]:
    """By key: three queries."""
    found = Counsellor.objects.filter(pk__in=counsellors).prefetch_related("pools", "themes")
    return {one.pk: skills(one) for one in found}


def skills(one: Counsellor) -> PersonSkills:
    return PersonSkills(
        id=one.pk,
        pools=frozenset(pool.pk for pool in one.pools.all()),
        languages=frozenset(one.languages),
        themes=frozenset(theme.code for theme in one.themes.all()),
    )


def plans_of(counsellors: Collection[int], first: date, last: date) -> dict[int, PersonPlan]:
    """What these people have planned around these days, in teams of which they still are: two queries."""
    taken: dict[int, list[tuple[int, Opening]]] = defaultdict(list)
    rows = Assignment.objects.filter(
        counsellor__in=counsellors,
        counsellor__pools=F("shift__pool"),
        shift__date__range=(first - DAY, last + DAY),
    ).select_related("shift__pool")
    for row in rows.order_by("assigned_at", "pk"):
        taken[row.counsellor_id].append((row.shift_id, time_of(row.shift)))
    away: dict[int, list[DaysAway]] = defaultdict(list)
    days = Absence.objects.filter(counsellor__in=counsellors, first_day__lte=last, last_day__gte=first)
    for counsellor, begins, ends in days.values_list("counsellor", "first_day", "last_day"):
        away[counsellor].append(DaysAway(begins, ends))
    return {one: PersonPlan(tuple(taken[one]), tuple(away[one])) for one in counsellors}


def openings_between(
    pools: Iterable[Pool], first: date, last: date, *, now: datetime
) -> Mapping[int, list[Opening]]:
    """The openings of these teams on these days and a day around them, by the team's key; none for a team that is not active."""
    since = datetime.combine(first - DAY, time.min, tzinfo=UTC)
    until = datetime.combine(last + 2 * DAY, time.min, tzinfo=UTC)
    hours = schedules(now, since=min(first, now.date()) - 2 * DAY)
    return {
        pool.pk: list(openings(hours[pool.slug], since, until)) if pool.slug in hours else []
        for pool in pools
    }
