"""What is estimated from sums, against what the sums were drawn from; and how a day is drawn from them."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_rules.plans import default_plan
from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from simulation.attention import ACTIVE_EVERY_S, Attention, attention_of
from simulation.drawing import DrawnDay, draw_day, stays_of
from simulation.estimates import ENOUGH_REPLICATIONS, estimate, paired
from simulation.observations import QUARTER_S, ObservedDay, SignSums, SkillProfile
from simulation.setting import HoursChange, Setting, StaffingChange
from simulation.survival import kaplan_meier
from tests.simulation.days import BEHAVIOUR, LIMITS, NINE, NOON, WHO, observed_days

counts = st.dictionaries(st.integers(1, 200).map(lambda n: n * 5), st.integers(1, 20), max_size=20)
NOW = Setting(default_plan())
GROUPS: dict[str, tuple[SkillProfile, ...]] = {"a": (WHO, replace(WHO, capacity=1), WHO)}


@given(left=counts, censored=counts)
def test_a_survival_curve_falls_from_one_and_stays_above_nothing(
    left: dict[int, int], censored: dict[int, int]
) -> None:
    curve = kaplan_meier(left=left, censored=censored)
    shares = [1.0, *curve.shares]
    assert all(0 <= after <= before for before, after in pairwise(shares))
    assert curve.tail_rate > 0
    assert curve.mean_s > 0


@given(left=counts.filter(bool))
def test_where_all_leave_the_curve_is_their_share(left: dict[int, int]) -> None:
    curve, total = kaplan_meier(left=left, censored={}), sum(left.values())
    for time in curve.times:
        still = sum(n for when, n in left.items() if when > time)
        assert curve.share_after(time) == pytest.approx(still / total)


def test_patience_is_found_although_most_are_served_first() -> None:
    chance = Random(1)
    left: Counter[int] = Counter()
    served: Counter[int] = Counter()
    for _ in range(20_000):
        patience, answer = chance.expovariate(1 / 240), chance.expovariate(1 / 30)
        (left if patience < answer else served)[int(-(-min(patience, answer) // 5) * 5)] += 1
    curve = kaplan_meier(left=left, censored=served)
    assert sum(left.values()) < sum(served.values()) / 5
    drawn = [curve.draw(chance) for _ in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(240, rel=0.1)
    assert curve.mean_s == pytest.approx(240, rel=0.1)


@pytest.mark.parametrize(("attentive_s", "away_s"), [(1500, 1135), (1500, 320), (600, 600)])
def test_spells_at_the_screen_are_found_from_signs_of_life(attentive_s: float, away_s: float) -> None:
    chance, true = Random(7), Attention(attentive_s, away_s)
    minutes, present, absences = 0.0, 0.0, 0
    for _ in range(400):
        spells, seen = true.spells(chance, 0.0, 10_800.0), True
        for at in range(0, 10_800, 10):
            looked = (
                start + (min(at, end - 0.001) - start) // ACTIVE_EVERY_S * ACTIVE_EVERY_S
                for start, end in spells
                if start <= at
            )
            last = max(looked, default=0.0)
            there = at - last <= PROBABLY_ABSENT_AFTER_S
            minutes += 1 / 6
            present += there / 6
            absences += seen and not there
            seen = there
    found = attention_of(SignSums(minutes, present, absences))
    assert found.share == pytest.approx(true.share, abs=0.04)
    assert found.away_s == pytest.approx(away_s, rel=0.15)


@given(st.dictionaries(st.integers(0, 95), st.floats(0.0, 3.0), min_size=1, max_size=30))
def test_people_are_on_duty_for_as_long_as_was_counted(means: dict[int, float]) -> None:
    total = 0.0
    for rank in range(4):
        stays = list(stays_of(means, rank))
        total += sum(logout - login for login, logout in stays)
        assert all(login < logout for login, logout in stays)
        assert all(before[1] <= after[0] for before, after in pairwise(stays))
    parts = [min(1.0, max(0.0, people - rank)) for people in means.values() for rank in range(4)]
    kept = sum(part for part in parts if part >= 0.1)
    assert total == pytest.approx(kept * QUARTER_S, abs=1)


def drawn(day: ObservedDay, setting: Setting = NOW, seed: str = "1") -> DrawnDay:
    return draw_day(day, GROUPS, BEHAVIOUR, setting, LIMITS, seed=seed)


@given(observed_days())
@settings(deadline=None)
def test_a_draw_keeps_counts_and_half_hours_and_repeats_itself(day: ObservedDay) -> None:
    found = drawn(day)
    assert found == drawn(day)
    asked = Counter((int(each.at // 1800), each.theme, each.language) for each in found.requests)
    for each in day.arrivals:
        assert asked[each.slot, each.kind.theme, each.kind.language] == each.count
    assert asked.total() == sum(each.count for each in day.arrivals)
    assert all(NINE <= each.at <= NOON - LIMITS.last_intake_s for each in found.requests)


@given(observed_days())
@settings(deadline=None)
def test_one_person_more_changes_nobody_else(day: ObservedDay) -> None:
    more = replace(NOW, staffing=(StaffingChange(day.weekday, NINE, NOON, WHO),))
    before, after = drawn(day), drawn(day, more)
    assert after.people[: len(before.people)] == before.people
    assert len(after.people) == len(before.people) + 1
    assert after.requests == before.requests
    other_day = replace(NOW, staffing=(StaffingChange((day.weekday + 1) % 7, NINE, NOON, WHO),))
    assert drawn(day, other_day) == before


@given(observed_days())
@settings(deadline=None)
def test_one_person_fewer_is_away_for_those_hours_only(day: ObservedDay) -> None:
    fewer = replace(NOW, staffing=(StaffingChange(day.weekday, NINE + 3600, NINE + 7200, WHO, -1),))

    def minutes(found: DrawnDay, start: float, end: float) -> float:
        return sum(max(0.0, min(each.logout, end) - max(each.login, start)) for each in found.people)

    before, after = drawn(day), drawn(day, fewer)
    for start, end in ((0.0, NINE + 3600), (NINE + 7200, 86_400.0)):
        assert minutes(after, start, end) == pytest.approx(minutes(before, start, end))
    assert minutes(after, NINE + 3600, NINE + 7200) <= minutes(before, NINE + 3600, NINE + 7200)


@given(observed_days())
@settings(deadline=None)
def test_half_an_hour_more_brings_the_demand_of_the_half_hour_beside_it(day: ObservedDay) -> None:
    change = HoursChange(day.weekday, NOON, NOON + 1800, frozenset({"a", "b"}))
    found = drawn(day, replace(NOW, hours=(change,)))
    late = sum(each.at >= NOON for each in found.requests)
    assert late == sum(each.count for each in day.arrivals if each.slot == 23)
    assert max(each.end_s for each in found.hours) == NOON + 1800


@given(observed_days())
@settings(deadline=None)
def test_closed_hours_lose_their_requests(day: ObservedDay) -> None:
    change = HoursChange(day.weekday, 0.0, 86_400.0, frozenset({"a", "b"}), closed=True)
    found = drawn(day, replace(NOW, hours=(change,)))
    assert found.hours == ()
    assert len(found.requests) == sum(each.count for each in day.arrivals)


@given(observed_days())
@settings(deadline=None)
def test_more_demand_is_more_of_the_same(day: ObservedDay) -> None:
    once, twice = drawn(day), drawn(day, replace(NOW, demand=2.0))
    assert len(twice.requests) == 2 * len(once.requests)
    assert {each.seed for each in once.requests} <= {each.seed for each in twice.requests}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_an_interval_lies_within_what_can_be(values: list[float]) -> None:
    found = estimate(values, least=min(values), most=max(values))
    assert min(values) <= found.low <= found.high <= max(values)
    assert paired(values, values).change.mean == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=ENOUGH_REPLICATIONS))
def test_of_many_replications_it_lies_within_what_was_seen(values: list[float]) -> None:
    found = estimate(values)
    assert min(values) <= found.low <= found.high <= max(values)


def test_of_few_replications_it_is_wider_the_fewer_they_are() -> None:
    widths = [(found := estimate([0.0, 1.0] * pairs)).high - found.low for pairs in range(1, 20)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 10 > widths[1] > widths[-1] > 1
