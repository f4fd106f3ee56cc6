"""What a volunteer sees: their shifts, and those on which they could come. A bounded number of queries, however many shifts there are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from roster import loading, notices
from roster.models import Assignment, Shift
from roster.rules import (
    FORBID_VOLUNTEERS,
    Conflict,
    PlannedShift,
    ShiftCoverage,
    conflicts,
    coverage,
    hours_conflicts,
    may_give_back,
)
from routing_rules.models import Counsellor
from routing_rules.schedule import Opening

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MyShift:
    """A shift of one's own; `colleagues` by first name."""

    shift: Shift
    coverage: ShiftCoverage
    colleagues: tuple[str, ...]
    looking: bool
    """One looks for somebody in one's place."""
    can_leave: bool
    put_there: bool
    """Others put one on it, or moved it: one may say for some time that one cannot come."""
    hours: frozenset[Conflict]
    """What the timetable says against it."""
    hindrances: frozenset[Conflict]
    """Why one cannot come."""
    expected: bool
    """Nobody else is counted on: one is neither away, nor on another shift first."""


@dataclass(frozen=True, slots=True)
class OpenShift:
    """A shift on which one could come; `instead_of` and its name: in that colleague's place."""

    shift: Shift
    coverage: ShiftCoverage
    instead_of: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class MyRoster:
    mine: list[MyShift]
    replacements: list[OpenShift]
    open: list[OpenShift]
    teams: int
    """Of how many teams with shifts one is."""


def my_roster(*, counsellor: Counsellor, until: date, now: datetime) -> MyRoster:
    """Everything that is not over, to the day `until`."""
    person = loading.skills(counsellor)
    rows = Shift.objects.filter(pool__in=person.pools, date__range=(now.date() - DAY, until))
    shifts = [one for one in rows.select_related("pool") if loading.time_of(one).end > now]
    states = loading.planned(shifts)
    first = now.date() - DAY
    plan = loading.plans_of([counsellor.pk], first, until)[counsellor.pk]
    hours = loading.openings_between({one.pool for one in shifts}, first, until, now=now)
    on = _assignments(shifts)
    put_there = notices.put_there(row for row in on.values() if row.counsellor_id == counsellor.pk)
    mine, replacements, free = [], [], []
    for shift in shifts:
        state, openings = states[shift.pk], hours[shift.pool_id]
        if any(one.id == counsellor.pk for one in state.people):
            mine.append(_mine(shift, state, on, counsellor, openings, now, put_there))
            continue
        for colleague in state.replacement_wanted:
            found = conflicts(person, plan, state, openings=openings, now=now, leaves=colleague)
            if not found & FORBID_VOLUNTEERS:
                name = str(on[shift.pk, colleague].counsellor.staff)
                replacements.append(OpenShift(shift, coverage(state), colleague, name))
        if not conflicts(person, plan, state, openings=openings, now=now) & FORBID_VOLUNTEERS:
            free.append(OpenShift(shift, coverage(state)))
    return MyRoster(mine, replacements, free, teams=len({one.pool_id for one in shifts}))


def _assignments(shifts: list[Shift]) -> dict[tuple[int, int], Assignment]:
    rows = loading.standing([one.pk for one in shifts]).select_related("counsellor__staff")
    return {(row.shift_id, row.counsellor_id): row for row in rows}


def _mine(
    shift: Shift,
    state: PlannedShift,
    on: dict[tuple[int, int], Assignment],
    counsellor: Counsellor,
    openings: list[Opening],
    now: datetime,
    put_there: dict[int, datetime],
) -> MyShift:
    own = on[shift.pk, counsellor.pk]
    since = put_there.get(own.pk)
    return MyShift(
        shift=shift,
        coverage=coverage(state),
        colleagues=tuple(
            str(on[shift.pk, one.id].counsellor.staff) for one in state.people if one.id != counsellor.pk
        ),
        looking=counsellor.pk in state.replacement_wanted,
        can_leave=may_give_back(
            starts=state.time.start, taken_at=own.assigned_at, put_there_at=since, now=now
        ),
        put_there=since is not None,
        hours=hours_conflicts(state.time, openings),
        hindrances=state.hindrances.get(counsellor.pk, frozenset()),
        expected=counsellor.pk not in state.not_coming,
    )
