"""A team's week is planned like another one: its shifts, and if wanted those who were on them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from partners import audit
from partners.models import Staff
from roster import loading, notices
from roster.models import Assignment, RosterNoticeKind, Shift
from roster.planning import ShiftWanted, create_many
from roster.rules import FORBID_VOLUNTEERS, Conflict, PersonPlan, conflicts, hours_conflicts
from routing_rules.models import Counsellor, Pool

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CopiedWeek:
    """How many shifts are new, how many were there already, how many would fall when the team is closed; and how many people came along,
    and how many could not.
    """

    new: int = 0
    there: int = 0
    closed: int = 0
    people: int = 0
    left_out: int = 0


def week_of(pool_ids: Iterable[int], monday: date) -> "list[Shift]":
    """The shifts of these teams in the seven days from `monday` on, with their teams."""
    rows = Shift.objects.filter(pool__in=list(pool_ids), date__range=(monday, monday + timedelta(days=6)))
    return list(rows.select_related("pool__partner"))


@transaction.atomic
def copy_week(
    *, actor: Staff, pool: Pool, source: date, target: date, with_people: bool, now: datetime
) -> CopiedWeek:
    """Plan the week that begins on `target` like the one of `source`, both Mondays; what is planned there stays. A shift is not copied to
    when the team is closed, and nobody to where something speaks against them; who comes along is told.
    """
    shifts = week_of([pool.pk], source)
    hours = loading.openings_between([pool], target, target + WEEK, now=now)[pool.pk]
    wanted: dict[Shift, ShiftWanted] = {}
    closed = 0
    for one in shifts:
        copy = ShiftWanted(
            one.date + (target - source),
            one.start_minute,
            one.end_minute,
            one.needed,
            one.languages,
            one.themes,
        )
        begun = Shift(pool=pool, date=copy.day, start_minute=copy.start, end_minute=copy.end)
        time = loading.time_of(begun)
        if Conflict.CLOSED in hours_conflicts(time, hours) or time.end <= now:
            closed += 1
        else:
            wanted[one] = copy
    made = create_many(actor=actor, pool=pool, wanted=wanted.values())
    there = len(wanted) - len(made)
    people, left_out = _bring_people(actor, shifts, made, source, target, now) if with_people else (0, 0)
    audit.record(
        actor=actor,
        action="shifts.copied",
        subject=f"pool {pool.slug}",
        detail={"from": source.isoformat(), "to": target.isoformat(), "shifts": len(made), "people": people},
    )
    return CopiedWeek(len(made), there, closed, people, left_out)


def _bring_people(
    actor: Staff, shifts: list[Shift], made: list[Shift], source: date, target: date, now: datetime
) -> tuple[int, int]:
    """Nobody else knows the new shifts yet; only what their people do elsewhere at this moment must wait."""
    rows = Assignment.objects.filter(shift__in=[one.pk for one in shifts]).order_by("shift", "assigned_at")
    on: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        on[row.shift_id].append(row.counsellor_id)
    everybody = {one for people in on.values() for one in people}
    list(Counsellor.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk"))
    can_work = loading.skills_of(loading.who_may_work().filter(pk__in=everybody).values_list("pk", flat=True))
    plans = loading.plans_of(can_work, target, target + WEEK)
    states = loading.planned(made)
    before = {(one.date, one.start_minute, one.end_minute): one for one in shifts}
    hours = loading.openings_between({one.pool for one in made}, target, target + WEEK, now=now)
    new: list[Assignment] = []
    left_out = 0
    for one in made:
        state = states[one.pk]
        for counsellor in on[before[one.date - (target - source), one.start_minute, one.end_minute].pk]:
            person = can_work.get(counsellor)
            if person is None or FORBID_VOLUNTEERS & conflicts(
                person, plans[counsellor], state, openings=hours[one.pool_id], now=now
            ):
                left_out += 1
                continue
            state = replace(state, people=(*state.people, person))
            plans[counsellor] = PersonPlan(
                (*plans[counsellor].shifts, (one.pk, state.time)), plans[counsellor].away
            )
            new.append(Assignment(shift=one, counsellor_id=counsellor, assigned_by=actor, assigned_at=now))
    Assignment.objects.bulk_create(new)
    notices.write([(RosterNoticeKind.ASSIGNED, one.shift, one.counsellor_id, {}) for one in new], now=now)
    return len(new), left_out
