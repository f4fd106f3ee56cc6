"""Where one person more helps, it is found; how many are needed, against Erlang A and a queue whose answer is known."""

from dataclasses import replace
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules.plans import Plan, Rule, Step, default_plan
from simulation.estimates import estimate
from simulation.observations import (
    DutyQuarter,
    HalfHourCount,
    Observations,
    ObservedDay,
    RequestKind,
    SignSums,
    SkillProfile,
    WaitCounts,
)
from simulation.pacing import Pace
from simulation.replication import Replay
from simulation.setting import Setting, StaffingChange
from simulation.single_changes import HalfHourMore, OnePersonMore, Round, RuleNumber, candidates, ranked
from simulation.staffing import erlang_a, needs
from tests.simulation.days import BEHAVIOUR, LIMITS, NINE, NOON, OPEN

FRENCH = SkillProfile(frozenset({"a"}), frozenset({"formation"}), frozenset({"fr"}), 2)
WEDNESDAY = 2


def observed(dutch: int = 0) -> Observations:
    """Two people who speak French; on Wednesdays at eleven some ask in Dutch."""
    days = []
    for number in range(20):
        counts = [HalfHourCount(slot, RequestKind("formation", "fr", "miti"), 1) for slot in range(18, 24)]
        if number % 5 == WEDNESDAY and dutch:
            counts.append(HalfHourCount(22, RequestKind("formation", "nl", "miti"), dutch))
        duty = tuple(DutyQuarter(quarter, "a", 2.0) for quarter in range(36, 48))
        days.append(ObservedDay(number % 5, OPEN, tuple(counts), duty))
    return Observations(
        days=tuple(days),
        groups={"a": (FRENCH, FRENCH, FRENCH)},
        signs=SignSums(10_000, 8_000, 100),
        rings={},
        waits=WaitCounts(),
        talks={},
    )


def test_one_more_dutch_speaker_on_wednesdays_at_eleven_comes_first() -> None:
    past, setting = observed(dutch=3), Setting(default_plan())
    replay = Replay(past, BEHAVIOUR, LIMITS)
    lost = replay.play(setting, 1).lost_at
    found = ranked(
        replay, setting, candidates(past, setting, lost), rounds=(Round(2, 6, 2, 0.3), Round(6, 3, 0, 0.7))
    ).gains
    best = found[0].change
    assert isinstance(best, OnePersonMore)
    assert (best.skill, best.change.weekday, best.change.start_s) == ("nl", WEDNESDAY, 11 * 3600)
    assert "nl" in best.change.profile.languages
    assert found[0].served.mean == pytest.approx(3, abs=1.2)
    assert found[0].served.low > 0
    assert found[0].take_up.mean > 0
    assert [each.served.mean for each in found] == sorted((each.served.mean for each in found), reverse=True)


def test_candidates_are_people_half_hours_and_numbers_within_bounds() -> None:
    plan = Plan(
        7,
        (
            Rule("fr", languages=frozenset({"fr"}), steps=(Step(0, frozenset({"a"})), Step(60))),
            Rule("all", ring_size=1),
        ),
    )
    found = candidates(observed(), Setting(plan), {(0, 9, "formation", "fr"): 4})
    hours = [each.change for each in found if isinstance(each, HalfHourMore)]
    assert {(each.start_s, each.end_s) for each in hours} == {(NINE - 1800, NINE), (NOON, NOON + 1800)}
    numbers = [each for each in found if isinstance(each, RuleNumber)]
    assert any(each.step == 1 and each.after == 30 for each in numbers)
    assert all(each.plan.number == 7 and len(each.plan.rules) == 2 for each in numbers)
    assert all(rule.ring_size >= 1 for each in numbers for rule in each.plan.rules)
    people = [each for each in found if isinstance(each, OnePersonMore)]
    assert [each.skill for each in people] == [""]


def test_a_change_that_helps_nobody_is_not_proposed() -> None:
    past, setting = observed(), Setting(default_plan())
    useless = OnePersonMore(StaffingChange(6, NINE, NOON, FRENCH), "")
    assert (
        ranked(Replay(past, BEHAVIOUR, LIMITS), setting, [useless], rounds=(Round(2, 1, 0, 1.0),)).gains == []
    )


def test_progress_is_told_to_the_end() -> None:
    past, setting = observed(dutch=2), Setting(default_plan())
    told: list[float] = []
    replay = Replay(past, BEHAVIOUR, LIMITS)
    changes = candidates(past, setting, replay.play(setting, 1).lost_at)
    ranked(
        replay, setting, changes, rounds=(Round(1, 3, 2, 0.5), Round(1, 2, 0, 0.5)), pace=Pace(told.append)
    )
    assert told == sorted(told)
    assert told[-1] == 1


@given(st.floats(0.5, 60), st.floats(60, 3600), st.floats(10, 3600), st.integers(1, 40))
def test_more_places_never_serve_fewer(arrivals: float, talk: float, patience: float, places: int) -> None:
    shares = [
        erlang_a(arrivals_an_hour=arrivals, talk_s=talk, patience_s=patience, places=each)
        for each in (places, places + 1)
    ]
    assert 0 <= shares[0] <= shares[1] + 1e-9 <= 1 + 2e-9


def test_erlang_a_is_a_poisson_crowd_where_people_leave_as_fast_as_talks_end() -> None:
    load, places = 5.0, 4
    crowd = [exp(-load) * load**n / factorial(n) for n in range(60)]
    leave = sum(max(0, n - places) * share for n, share in enumerate(crowd)) / load
    found = erlang_a(arrivals_an_hour=20, talk_s=900, patience_s=900, places=places)
    assert found == pytest.approx(1 - leave)


def test_more_people_are_needed_than_erlang_says_and_enough_of_them_reach_the_wish() -> None:
    past = observed(dutch=0)
    told: list[float] = []
    found = needs(
        Replay(past, BEHAVIOUR, LIMITS),
        Setting(default_plan(), demand=4),
        0.9,
        seeds=3,
        pace=Pace(told.append),
    ).needs
    assert [each.weekday for each in found] == [0, 1, 2, 3, 4]
    assert told[-1] == 1
    for each in found:
        assert each.on_duty == pytest.approx(2)
        assert each.requests_an_hour == pytest.approx(8)
        assert each.needed is not None
        assert each.needed >= each.at_least >= 1
        assert each.take_up_then.mean >= 0.9


def test_a_language_that_nobody_speaks_is_a_wish_that_no_number_fulfils() -> None:
    found = needs(Replay(observed(dutch=3), BEHAVIOUR, LIMITS), Setting(default_plan()), 0.99, seeds=1).needs
    wednesday = next(each for each in found if each.weekday == WEDNESDAY)
    assert wednesday.needed is None


def test_requests_outside_hours_count_for_neither_the_take_up_nor_the_people_it_needs() -> None:
    past = observed()
    at_night = [HalfHourCount(4, RequestKind("formation", "fr", "miti"), 40)]
    busy_nights = replace(
        past, days=tuple(replace(day, arrivals=(*day.arrivals, *at_night)) for day in past.days)
    )
    quiet, busy = (
        needs(Replay(each, BEHAVIOUR, LIMITS), Setting(default_plan()), 0.8, seeds=2).needs
        for each in (past, busy_nights)
    )
    assert [each.requests_an_hour for each in busy] == pytest.approx([2] * 5)
    assert busy == quiet


def test_where_its_time_is_up_staffing_answers_with_fewer_draws_and_says_so() -> None:
    replay, setting = Replay(observed(), BEHAVIOUR, LIMITS), Setting(default_plan())
    late = needs(replay, setting, 0.8, pace=Pace(used=lambda: 1.0))
    assert late.hurried
    assert len(late.needs) == 5
    assert not needs(replay, setting, 0.8, seeds=1).hurried


def test_where_its_time_is_up_the_ranking_is_of_what_was_played_and_says_so() -> None:
    past, setting = observed(dutch=3), Setting(default_plan())
    replay = Replay(past, BEHAVIOUR, LIMITS)
    changes = candidates(past, setting, replay.play(setting, 1).lost_at)
    rounds = (Round(5, 6, 2, 0.3), Round(6, 3, 0, 0.7))
    told: list[float] = []
    late = ranked(replay, setting, changes, rounds=rounds, pace=Pace(told.append, lambda: 1.0))
    assert late.hurried
    assert told == sorted(told)
    assert told[-1] == 1
    best = late.gains[0].change
    assert isinstance(best, OnePersonMore)
    assert best.skill == "nl"
    assert not ranked(replay, setting, changes, rounds=(Round(1, 3, 1, 1.0),)).hurried


def test_the_fewer_replications_the_wider_the_interval() -> None:
    def width(many: int) -> float:
        found = estimate([1.0, 2.0] * (many // 2))
        assert found.mean == pytest.approx(1.5)
        return found.high - found.low

    assert width(2) > width(4) > width(8) > width(20) > 1
    assert width(40) == pytest.approx(1)
    # Student's t for five values: 2.776 standard deviations, and the mean's own doubt.
    five = estimate([0.0, 0.0, 1.0, 2.0, 2.0], least=0.0, most=3.0)
    assert (five.low, five.high) == (0.0, 3.0)
    assert estimate([0.0, 0.0, 1.0, 2.0, 2.0]).high == pytest.approx(1 + 2.776 * 1.2**0.5)


def test_a_part_of_the_work_has_the_part_of_the_time_from_its_begin_to_its_end() -> None:
    used, told = [0.5], list[float]()
    whole = Pace(told.append, lambda: used[0])
    second = whole.part(0.4, 0.8)
    second.progress(0.5)
    assert told == [pytest.approx(0.6)]
    assert second.used() == pytest.approx(0.25)
    inner = second.part(0.0, 0.2)
    assert inner.is_late
    assert not second.is_late
    used[0] = 0.8
    assert second.is_late
