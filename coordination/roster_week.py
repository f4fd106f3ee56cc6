"""The roster of a week as a grid: teams by days. A bounded number of queries, however many people and shifts there are."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from partners.name_search import in_order
from partners.wording import page_language
from roster import loading
from roster.copying import week_of
from roster.models import Assignment, Shift
from roster.proposals import ProposedShift, proposals
from roster.rules import PlannedShift, ShiftCoverage, coverage, hours_conflicts
from roster.words import Missing, conflict_words, hours_doubt
from routing_rules.holidays_be import FIRST_YEAR, LAST_YEAR, Calendar, periods
from routing_rules.models import Pool

DAY = timedelta(days=1)
DAYS = 7


@dataclass(frozen=True, slots=True)
class PersonOnShift:
    """Somebody on a shift, for those who may plan it; `gone`: no longer of the team; `against`: phrases, why they cannot come. Who does not
    `count` fills no place.
    """

    assignment: Assignment
    looking: bool
    gone: bool
    against: list[str]
    counts: bool


@dataclass(frozen=True, slots=True)
class GridShift:
    """`missing` and `doubt` are phrases; `people` only where names are for the reader."""

    shift: Shift
    coverage: ShiftCoverage
    missing: list[str]
    doubt: str
    over: bool
    people: list[PersonOnShift] = field(default_factory=list)

    @property
    def state(self) -> str:
        """For its colour, beside the words."""
        if self.over:
            return "is-muted"
        if self.coverage.free or self.coverage.languages or self.coverage.themes or self.doubt:
            return "is-danger"
        return "is-warning" if self.coverage.lacks else "is-success"


@dataclass(frozen=True, slots=True)
class GridRow:
    """A team's week; `mine`: the reader may plan it. `days` from Monday on."""

    pool: Pool
    mine: bool
    days: list[tuple[date, list[GridShift]]]

    @property
    def planned(self) -> bool:
        """Has the team any shift in this week?"""
        return any(shifts for _day, shifts in self.days)

    @property
    def coming(self) -> bool:
        """Has it one that is not over?"""
        return any(not one.over for _day, shifts in self.days for one in shifts)

    @property
    def lacking(self) -> int:
        """How many of its shifts lack something and are not over."""
        return sum(one.coverage.lacks and not one.over for _day, shifts in self.days for one in shifts)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def grid(pools: Sequence[Pool], mine: Collection[int], monday: date, *, now: datetime) -> list[GridRow]:
    """The week of these teams, in their order; `mine` are the keys of those that the reader may plan."""
    shifts = week_of([pool.pk for pool in pools], monday)
    found: dict[tuple[int, date], list[GridShift]] = defaultdict(list)
    for one in grid_shifts(shifts, mine, now=now):
        found[one.shift.pool_id, one.shift.date].append(one)
    days = [monday + timedelta(days=number) for number in range(DAYS)]
    return [GridRow(pool, pool.pk in mine, [(day, found[pool.pk, day]) for day in days]) for pool in pools]


def grid_shifts(shifts: Sequence[Shift], mine: Collection[int], *, now: datetime) -> list[GridShift]:
    """Each with what it lacks, and with its people where the reader may plan its team."""
    if not shifts:
        return []
    states, missing = loading.planned(shifts), Missing()
    first, last = min(one.date for one in shifts), max(one.date for one in shifts)
    hours = loading.openings_between({one.pool for one in shifts}, first, last, now=now)
    people = _people([one for one in shifts if one.pool_id in mine])
    found = []
    for shift in shifts:
        state = states[shift.pk]
        covered = coverage(state)
        found.append(
            GridShift(
                shift=shift,
                coverage=covered,
                missing=missing.of(covered),
                doubt=hours_doubt(hours_conflicts(state.time, hours[shift.pool_id])),
                over=state.time.end <= now,
                people=[_on_shift(one, state) for one in people[shift.pk]],
            )
        )
    return found


def _on_shift(one: Assignment, state: PlannedShift) -> PersonOnShift:
    return PersonOnShift(
        assignment=one,
        looking=one.replacement_wanted_at is not None,
        gone=all(each.id != one.counsellor_id for each in state.people),
        against=conflict_words(state.hindrances.get(one.counsellor_id, ())),
        counts=any(each.id == one.counsellor_id for each in state.coming),
    )


def _people(shifts: Sequence[Shift]) -> dict[int, list[Assignment]]:
    on: dict[int, list[Assignment]] = defaultdict(list)
    rows = Assignment.objects.filter(shift__in=[one.pk for one in shifts])
    rows = rows.select_related("counsellor__staff__partner")
    for row in in_order(rows, lambda one: str(one.counsellor)):
        on[row.shift_id].append(row)
    return on


def holidays_in(monday: date) -> dict[date, str]:
    """The public holidays of a week, by their names in the reader's language."""
    week = {monday + timedelta(days=number) for number in range(DAYS)}
    years = {day.year for day in week if FIRST_YEAR <= day.year <= LAST_YEAR}
    return {
        day: one.name
        for year in years
        for one in periods(calendar=Calendar.PUBLIC, year=year, language=page_language())
        for day in one.days()
        if day in week
    }


def proposed(pools: Collection[Pool], monday: date, *, now: datetime) -> dict[int, list[ProposedShift]]:
    """What the timetables of these teams suggest for a week, by the key of the team, besides what is planned."""
    last = monday + (DAYS - 1) * DAY
    hours = loading.openings_between(pools, monday, last, now=now)
    taken = defaultdict(list)
    for shift in week_of([pool.pk for pool in pools], monday):
        taken[shift.pool_id].append(loading.time_of(shift))
    found = {}
    for pool in pools:
        coming = [one for one in hours[pool.pk] if one.end > now]
        found[pool.pk] = proposals(coming, taken[pool.pk], zone=pool.timezone, first=monday, last=last)
    return found
