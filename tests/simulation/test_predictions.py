"""Predictions against the truth of another world: from what Miti keeps of a year under one plan, what comes of others, within 2 points.

The shared scenarios' traces are those of the routing benchmark; its world knows what people really do, and the simulation does not.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import benchmarks.routing
from benchmarks.routing.live import Live
from benchmarks.routing.scores import score
from benchmarks.routing.trace import HalfDay, half_days
from routing_rules.plans import Plan, Rule, Step, default_plan
from simulation.calibration import calibrated
from simulation.observations import SkillProfile
from simulation.replication import Replay
from simulation.setting import Setting, StaffingChange
from tests.simulation.past_of_a_world import past_of

TRACES = Path(benchmarks.routing.__file__).parent / "traces"
OPENINGS_A_WEEK = {"today-1": 5, "growth-1": 7}
SEEDS = 2
POINTS = 0.02


def one_after_another(sites: list[str]) -> Plan:
    return Plan(2, (Rule("all", ring_size=1, ring_time_s=30),))


def ten_at_once(sites: list[str]) -> Plan:
    return Plan(3, (Rule("all", ring_size=10, ring_time_s=60),))


def own_team_only(sites: list[str]) -> Plan:
    own = (
        Rule(site, sites=frozenset({site}), ring_size=2, ring_time_s=30, steps=(Step(0, frozenset({site})),))
        for site in sites
    )
    return Plan(4, (*own, Rule("all")))


def without_the_first(days: list[HalfDay]) -> Iterator[HalfDay]:
    for day in days:
        first = min(day.people, key=lambda each: each.login, default=None)
        yield replace(day, people=tuple(each for each in day.people if each is not first))


@pytest.mark.parametrize(
    ("trace", "weeks", "plans"),
    [
        ("today-1", 30, [one_after_another, own_team_only]),
        ("growth-1", 10, [ten_at_once]),
    ],
)
def test_what_comes_of_other_plans_and_people_is_foretold_within_two_points(
    trace: str, weeks: int, plans: list[Callable[[list[str]], Plan]]
) -> None:
    a_week = OPENINGS_A_WEEK[trace]
    days = list(half_days(TRACES / f"{trace}.jsonl.gz"))[: weeks * a_week]
    past = past_of(days, default_plan(), a_week=a_week)
    behaviour, fit = calibrated(past.observed, Setting(default_plan()), past.limits)
    assert fit.take_up == pytest.approx(fit.take_up_observed, abs=POINTS)
    assert fit.wait_s == pytest.approx(fit.wait_s_observed, abs=2)
    assert fit.answered == pytest.approx(fit.answered_observed, abs=0.03)

    replay = Replay(past.observed, behaviour, past.limits)

    def foretold(setting: Setting) -> float:
        return sum(replay.play(setting, seed).total.take_up for seed in range(SEEDS)) / SEEDS

    for make in plans:
        plan = make(sorted({request.site for day in days for request in day.requests}))
        truth = score(days, Live(plan=plan)).take_up
        assert foretold(Setting(plan)) == pytest.approx(truth, abs=POINTS), make.__name__
    pools = frozenset(past.observed.groups)
    anybody = SkillProfile(pools, frozenset(), frozenset(), 0)
    fewer = tuple(StaffingChange(weekday, 0.0, 86_400.0, anybody, -1) for weekday in range(a_week))
    truth = score(without_the_first(days), Live()).take_up
    assert foretold(Setting(default_plan(), staffing=fewer)) == pytest.approx(truth, abs=POINTS)
