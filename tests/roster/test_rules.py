"""Who may take a shift, what it lacks, and until when it can be given back: over any shifts and people."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roster.proposals import proposals
from roster.rules import (
    CHANGE_OF_MIND,
    FORBID_EVERYBODY,
    FORBID_VOLUNTEERS,
    GIVE_BACK_UNTIL,
    Conflict,
    DaysAway,
    PersonPlan,
    PersonSkills,
    PlannedShift,
    conflicts,
    coverage,
    hours_conflicts,
    may_give_back,
    moments,
    overlap,
    with_hindrances,
)
from routing_rules.schedule import Opening

DAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = "Europe/Brussels"

codes = st.frozensets(st.sampled_from(["fr", "nl", "de"]))
themes = st.frozensets(st.sampled_from(["emploi", "formation"]))
people = st.builds(PersonSkills, st.integers(1, 6), st.just(frozenset({1})), codes, themes)
MIDNIGHT = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
stretches = st.tuples(st.integers(0, 1380), st.integers(15, 700)).map(
    lambda one: Opening(MIDNIGHT + one[0] * MINUTE, MIDNIGHT + (one[0] + one[1]) * MINUTE)
)
shifts = st.builds(
    PlannedShift,
    id=st.just(1),
    pool=st.just(1),
    day=st.just(DAY),
    time=stretches,
    needed=st.integers(1, 5),
    languages=codes,
    themes=themes,
    people=st.lists(people, max_size=5, unique_by=lambda one: one.id).map(tuple),
)


calm = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def open_all_day(shift: PlannedShift) -> list[Opening]:
    return [Opening(shift.time.start - HOUR, shift.time.end + HOUR)]


def against(person: PersonSkills, shift: PlannedShift, plan: PersonPlan | None = None) -> frozenset[Conflict]:
    return conflicts(person, plan or PersonPlan(), shift, openings=open_all_day(shift), now=NOW)


@calm
@given(shifts, st.lists(people, max_size=10))
def test_whoever_signs_up_no_shift_gets_more_people_than_it_needs(
    shift: PlannedShift, queue: list[PersonSkills]
) -> None:
    shift = replace(shift, people=())
    for person in queue:
        if not against(person, shift) & FORBID_VOLUNTEERS:
            shift = replace(shift, people=(*shift.people, person))
    assert len(shift.people) <= shift.needed
    assert len({one.id for one in shift.people}) == len(shift.people)


@calm
@given(shifts, people)
def test_the_last_place_goes_to_somebody_who_brings_what_is_missing(
    shift: PlannedShift, person: PersonSkills
) -> None:
    if against(person, shift) & FORBID_VOLUNTEERS:
        return
    before, after = coverage(shift), coverage(replace(shift, people=(*shift.people, person)))
    missed = set(before.languages) | set(before.themes)
    still = set(after.languages) | set(after.themes)
    assert still <= missed
    assert after.free or not missed or still < missed


@calm
@given(shifts, people, stretches)
def test_nobody_is_on_two_shifts_at_once(shift: PlannedShift, person: PersonSkills, other: Opening) -> None:
    found = against(person, shift, PersonPlan(((2, other),)))
    assert (Conflict.ELSEWHERE in found) == overlap(shift.time, other)
    assert Conflict.ELSEWHERE in FORBID_EVERYBODY
    assert Conflict.ELSEWHERE not in against(person, shift, PersonPlan(((shift.id, shift.time),)))


@calm
@given(shifts, people, st.integers(-3, 3), st.integers(0, 3))
def test_nobody_is_on_a_shift_on_a_day_on_which_they_are_away(
    shift: PlannedShift, person: PersonSkills, begins: int, lasts: int
) -> None:
    away = DaysAway(DAY + timedelta(days=begins), DAY + timedelta(days=begins + lasts))
    found = against(person, shift, PersonPlan((), (away,)))
    assert (Conflict.AWAY in found) == (begins <= 0 <= begins + lasts)


@calm
@given(shifts, people)
def test_whoever_comes_in_a_colleagues_place_needs_no_free_one(
    shift: PlannedShift, person: PersonSkills
) -> None:
    person = replace(person, id=7)
    full = replace(shift, needed=max(1, len(shift.people)), languages=frozenset(), themes=frozenset())
    if not full.people:
        return
    leaves = full.people[0].id
    found = conflicts(person, PersonPlan(), full, openings=open_all_day(full), now=NOW, leaves=leaves)
    assert not found & FORBID_VOLUNTEERS
    assert Conflict.FULL in against(person, full)


def test_another_team_and_a_shift_that_is_over_are_refused() -> None:
    person = PersonSkills(1, frozenset({2}), frozenset(), frozenset())
    shift = PlannedShift(1, 1, DAY, moments(DAY, 540, 720, ZONE), 1)
    found = conflicts(person, PersonPlan(), shift, openings=open_all_day(shift), now=shift.time.end)
    assert found == {Conflict.NOT_OF_TEAM, Conflict.OVER}
    just_before = shift.time.end - timedelta(seconds=1)
    found = conflicts(person, PersonPlan(), shift, openings=open_all_day(shift), now=just_before)
    assert found == {Conflict.NOT_OF_TEAM}


@calm
@given(stretches, st.lists(stretches, max_size=3))
def test_a_shift_outside_the_hours_is_said_to_be_so(shift: Opening, hours: list[Opening]) -> None:
    alone = [one for one in hours if not any(overlap(one, each) for each in hours if each is not one)]
    found = hours_conflicts(shift, sorted(alone))
    inside = any(one.start <= shift.start and shift.end <= one.end for one in alone)
    assert (Conflict.CLOSED in found) == (not any(overlap(shift, one) for one in alone))
    if inside:
        assert not found


def test_a_shift_can_be_given_back_until_a_day_before_and_by_a_wrong_press_ten_minutes_later() -> None:
    starts = moments(DAY, 540, 720, ZONE).start
    long_ago = NOW - timedelta(days=9)
    last = starts - GIVE_BACK_UNTIL
    assert may_give_back(starts=starts, taken_at=long_ago, now=last - timedelta(seconds=1))
    assert not may_give_back(starts=starts, taken_at=long_ago, now=last)
    taken = starts - HOUR
    assert may_give_back(starts=starts, taken_at=taken, now=taken + CHANGE_OF_MIND - timedelta(seconds=1))
    assert not may_give_back(starts=starts, taken_at=taken, now=taken + CHANGE_OF_MIND)
    assert not may_give_back(starts=starts, taken_at=starts - timedelta(minutes=1), now=starts)


@calm
@given(st.lists(stretches, max_size=4))
def test_proposals_lie_within_the_openings_and_meet_no_shift(hours: list[Opening]) -> None:
    alone = [one for one in hours if not any(overlap(one, each) for each in hours if each is not one)]
    found = proposals(alone, [], zone=ZONE, first=DAY, last=DAY)
    for one in found:
        stretch = moments(one.day, one.start, one.end, ZONE)
        assert any(each.start <= stretch.start and stretch.end <= each.end for each in alone)
    taken = [moments(one.day, one.start, one.end, ZONE) for one in found]
    assert proposals(alone, taken, zone=ZONE, first=DAY, last=DAY) == []


def test_a_whole_day_is_proposed_as_two_halves_and_day_and_night_not_at_all() -> None:
    def of(start: int, end: int) -> list[tuple[int, int]]:
        found = proposals([moments(DAY, start, end, ZONE)], [], zone=ZONE, first=DAY, last=DAY)
        return [(one.start, one.end) for one in found]

    assert of(540, 1020) == [(540, 780), (780, 1020)]
    assert of(540, 720) == [(540, 720)]
    assert of(1320, 1560) == [(1320, 1560)]
    assert of(0, 1440) == []


@calm
@given(shifts, st.integers(-2, 2), st.booleans(), stretches)
def test_who_cannot_come_fills_no_place_and_two_shifts_at_once_one(
    shift: PlannedShift, begins: int, first: bool, other: Opening
) -> None:
    away = DaysAway(DAY + timedelta(days=begins), DAY + timedelta(days=begins))
    taken = [(shift.id, shift.time), (2, other)]
    plan = PersonPlan(tuple(taken if first else reversed(taken)), (away,))
    seen = with_hindrances(shift, dict.fromkeys((one.id for one in shift.people), plan))
    comes = begins != 0 and (first or not overlap(shift.time, other))
    assert len(seen.coming) == (len(shift.people) if comes else 0)
    assert coverage(seen).free == max(0, shift.needed - len(seen.coming))
    assert set(seen.hindrances) == {
        one.id for one in shift.people if begins == 0 or overlap(shift.time, other)
    }
    looking = replace(seen, replacement_wanted=frozenset(one.id for one in shift.people))
    assert coverage(looking).free == max(0, shift.needed - len(shift.people)), "the place is looked after"
