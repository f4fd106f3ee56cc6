"""Predictions against the truth of another world: from what Miti keeps of a year under one plan, what comes of others, within 2 points.

The shared scenarios' traces are those of the routing benchmark; its world knows what people really do, and the simulation does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

import benchmarks.routing
from benchmarks.routing.live import Live
from benchmarks.routing.scores import score
from benchmarks.routing.trace import HalfDay, half_days
from routing_rules.plans import Plan, Rule, Step, default_plan
from simulation.calibration import Fit, calibrated
from simulation.observations import Profile
from simulation.replication import Replay
from simulation.setting import Setting, StaffingChange
from tests.simulation.past_of_a_world import past_of

TRACES = Path(benchmarks.routing.__file__).parent / "traces"
OPENINGS_A_WEEK = {"today-1": 5, "today-2": 5, "growth-1": 7}
SEEDS = 4
POINTS = 0.02


def one_after_another(days: list[HalfDay]) -> Plan:
    return Plan(2, (Rule("all", ring_size=1, ring_time_s=30),))


def everybody(days: list[HalfDay]) -> Plan:
    return Plan(3, (Rule("all", ring_size=10, ring_time_s=60),))


def own_team_only(days: list[HalfDay]) -> Plan:
    sites = sorted({request.site for day in days for request in day.requests})
    own = (
        Rule(site, sites=frozenset({site}), ring_size=2, ring_time_s=30, steps=(Step(0, frozenset({site})),))
        for site in sites
    )
    return Plan(4, (*own, Rule("all")))


@dataclass(frozen=True)
class Foretold:
    days: list[HalfDay]
    replay: Replay
    fit: Fit

    def take_up(self, setting: Setting) -> float:
        played = [self.replay.play(setting, seed).total for seed in range(SEEDS)]
        return sum(each.take_up for each in played) / SEEDS


@cache
def from_the_default_plan(trace: str) -> Foretold:
    days = list(half_days(TRACES / f"{trace}.jsonl.gz"))
    past = past_of(days, default_plan(), a_week=OPENINGS_A_WEEK[trace])
    behaviour, fit = calibrated(past.observed, Setting(default_plan()), past.limits)
    return Foretold(days, Replay(past.observed, behaviour, past.limits), fit)


@pytest.mark.parametrize("trace", OPENINGS_A_WEEK)
def test_the_replay_repeats_the_past_that_it_was_made_from(trace: str) -> None:
    fit = from_the_default_plan(trace).fit
    assert fit.take_up == pytest.approx(fit.take_up_observed, abs=POINTS)
    assert fit.wait_s == pytest.approx(fit.wait_s_observed, abs=2)
    assert fit.answered == pytest.approx(fit.answered_observed, abs=0.03)


@pytest.mark.parametrize(
    ("trace", "plan"),
    [
        ("today-1", one_after_another),
        ("today-1", everybody),
        ("today-1", own_team_only),
        ("today-2", own_team_only),
        ("growth-1", one_after_another),
        ("growth-1", own_team_only),
    ],
)
def test_another_plan_is_foretold_within_two_points(trace: str, plan: object) -> None:
    assert callable(plan)
    foretold = from_the_default_plan(trace)
    other = plan(foretold.days)
    truth = score(foretold.days, Live(plan=other)).take_up
    assert foretold.take_up(Setting(other)) == pytest.approx(truth, abs=POINTS)


def without_the_first(days: list[HalfDay]) -> Iterator[HalfDay]:
    for day in days:
        first = min(day.people, key=lambda each: each.login, default=None)
        yield replace(day, people=tuple(each for each in day.people if each is not first))


def test_one_person_fewer_is_foretold_within_two_points() -> None:
    foretold = from_the_default_plan("today-1")
    truth = score(without_the_first(foretold.days), Live()).take_up
    pools = frozenset(foretold.replay.observed.groups)
    anybody = Profile(pools, frozenset(), frozenset(), 0)
    fewer = tuple(StaffingChange(weekday, 0.0, 86_400.0, anybody, -1) for weekday in range(5))
    assert foretold.take_up(Setting(default_plan(), staffing=fewer)) == pytest.approx(truth, abs=POINTS)
