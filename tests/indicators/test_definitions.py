"""The indicators against examples counted by hand, and against properties that must hold for any requests."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.codes import COUNTED, CounterKind, Outcome
from indicators.definitions import DEFINITIONS, ServiceTarget, compute
from indicators.glossary import GLOSSARY
from indicators.models import MetricRow
from indicators.periods import month_of
from indicators.sums.figures import tallies
from indicators.sums.query import Query
from indicators.tally import Tally, total
from indicators.values import Count, Rate, Ratio, Spread, spread, wilson
from tests.indicators.conftest import calm, three_with

DAY = date(2026, 11, 17)
pytestmark = pytest.mark.django_db


def rows(day: date, requests: Iterable[dict[str, Any]]) -> None:
    """Put them into the database; `n` of a request are alike."""
    MetricRow.objects.bulk_create(
        MetricRow(**{"day": day, "slot": 18, "plan_number": 4, "theme_asked": "emploi", **request})
        for known in requests
        for n, request in [(known.get("n", 1), {name: known[name] for name in known if name != "n"})]
        for _ in range(n)
    )


def counted(*days: Iterable[dict[str, Any]], by: str = "month") -> dict[str, Tally]:
    """What the figures count of these requests, a list for each day, by the lines of a table."""
    MetricRow.objects.all().delete()
    for number, requests in enumerate(days):
        rows(DAY + timedelta(days=number), requests)
    return tallies(Query(period=month_of(DAY), by=by))


def morning() -> Tally:
    """Twenty requests, told one by one below, and three tests.

    13 taken up: waits 5, 10, 10, 15, 20, 30, 40, 55, 60, 65, 90, 120, 300 s. One accepted in silence. Two
    left within 10 s, two left at 45 and 80 s, one waited too long, one was refused at the door.
    """
    taken_up: list[dict[str, Any]] = [
        {
            "outcome": "served",
            "wait_s": wait_s,
            "first_answer_s": 10,
            "duration_min": 10,
            "quiet_min": 6 if number == 0 else 0,
            "transfers": 2 if number == 1 else 0,
            "requeues": 1 if number in {2, 3} else 0,
            "site_network": "CDM",
            "network_served": "CEFO" if number < 3 else "CDM",
        }
        for number, wait_s in enumerate([5, 10, 10, 15, 20, 30, 40, 55, 60, 65, 90, 120, 300])
    ]
    lost: list[dict[str, Any]] = [
        {"outcome": "accepted_silent", "wait_s": 30},
        {"outcome": "abandoned_short", "wait_s": 5, "n": 2},
        {"outcome": "abandoned", "wait_s": 45},
        {"outcome": "abandoned", "wait_s": 80},
        {"outcome": "unserved", "wait_s": 1800},
        {"outcome": "full"},
        {"outcome": "test", "wait_s": 5, "n": 3, "plan_number": 9},
    ]
    three_with({DAY})
    return counted([*taken_up, *lost], by="theme")["emploi"]


def test_the_rates_of_a_morning_counted_by_hand() -> None:
    figures = compute(morning())
    assert figures["requests"] == Count(20)
    assert figures["take_up"] == Rate(13, 20)
    assert figures["take_up_star"] == Rate(13, 18)
    assert figures["abandonment"] == Rate(2, 18)
    assert figures["out_of_network"] == Rate(3, 13)


def test_the_service_level_is_over_all_requests_and_its_seconds_are_included() -> None:
    assert compute(morning())["service_level"] == Rate(9, 20)
    assert compute(morning(), ServiceTarget(within_s=59))["service_level"] == Rate(8, 20)
    assert compute(morning(), ServiceTarget(within_s=5))["service_level"] == Rate(1, 20)


def test_the_waits_of_a_morning_counted_by_hand() -> None:
    figures = compute(morning())
    served = figures["wait_served"]
    assert isinstance(served, Spread)
    assert (served.n, served.median, served.p90) == (13, 40, 120)
    assert served.mean == pytest.approx(820 / 13)
    assert figures["wait_abandoned"] == Spread(2, 62.5, 62.5, 80, "s")


def test_the_rest_of_a_morning_counted_by_hand() -> None:
    figures = compute(morning())
    assert figures["first_answer"] == Spread(13, 10, 10, 10, "s")
    assert figures["duration"] == Spread(13, 10, 10, 10, "min")
    assert figures["quiet"] == Ratio(6, 130)
    assert figures["transfers"] == Ratio(2, 13)
    assert figures["transferred"] == Rate(1, 13)
    assert figures["requeues"] == Ratio(2, 13)
    assert figures["requeued"] == Rate(2, 13)


def test_what_was_asked_while_closed_lowers_the_take_up_of_all_demand_only() -> None:
    tally = morning()
    assert compute(tally)["take_up_all_demand"] is None
    tally.counters = Tally().counters
    assert tally.counters is not None
    tally.counters[CounterKind.ASKED_CLOSED] = 6
    tally.counters[CounterKind.OPENED] = 30
    tally.counters[CounterKind.OPENED_FULL] = 10
    tally.counters[CounterKind.OPENED_CLOSED] = 99
    figures = compute(tally)
    assert figures["take_up"] == Rate(13, 20)
    assert figures["take_up_all_demand"] == Rate(13, 26)
    assert figures["reach"] == Ratio(20, 40)


def test_each_visit_to_a_door_is_one_attempt() -> None:
    tally = morning()
    assert compute(tally)["answer_rate"] is None
    tally.counters = Tally().counters
    assert tally.counters is not None
    tally.counters[CounterKind.OPENED] = 30
    tally.counters[CounterKind.OPENED_FULL] = 10
    tally.counters[CounterKind.ASKED_FULL] = 4
    tally.counters[CounterKind.OPENED_CLOSED] = 9
    tally.counters[CounterKind.ASKED_CLOSED] = 6
    assert compute(tally)["answer_rate"] == Rate(13, 20 + 6 + 9)
    tally.counters[CounterKind.OPENED_CLOSED] = 2
    assert compute(tally)["answer_rate"] == Rate(13, 20 + 6 + 6)


def test_two_way_and_lost_legs_are_shares_of_what_was_served_since_they_are_known() -> None:
    served: dict[str, Any] = {"outcome": "served", "version": 2}
    tally = counted(
        [
            {**served, "two_way": True, "leg_lost": False, "n": 3},
            {**served, "two_way": False, "leg_lost": True},
            {**served, "two_way": None, "leg_lost": None, "version": 1, "n": 5},
            {"outcome": "abandoned", "two_way": False, "leg_lost": False, "version": 2},
        ]
    )["2026-11"]
    assert tally.versions == {1, 2}
    assert compute(tally)["two_way"] == Rate(3, 4)
    assert compute(tally)["legs_lost"] == Rate(1, 4)


def test_a_test_is_in_no_figure_and_its_plan_is_in_no_series() -> None:
    tally = morning()
    assert tally.plans == {4}
    assert sum(tally.outcomes.values()) == 20
    assert tally.outcomes[Outcome.TEST] == 0


def test_nothing_asked_is_no_rate_rather_than_none_taken_up() -> None:
    for code, value in compute(Tally()).items():
        match value:
            case Rate() | Ratio():
                assert value.share is None, code
            case Spread():
                assert (value.n, value.mean, value.median, value.p90) == (0, None, None, None), code
            case Count():
                assert value.n == 0
            case None:
                assert code == "unmet_open_time"


def test_the_interval_is_wilsons() -> None:
    """Wilson's bounds are the rates p at which what was seen lies just z standard errors of p away."""
    seen = 137 / 200
    for bound in wilson(137, 200):
        assert abs(seen - bound) == pytest.approx(1.959964 * sqrt(bound * (1 - bound) / 200))


def test_the_interval_of_one_of_one_is_honest_about_it() -> None:
    low, high = wilson(1, 1)
    assert low == pytest.approx(1 / (1 + 1.959964**2))
    assert high == 1


@pytest.mark.parametrize(("whole", "shown"), [(0, False), (1, True), (399, True), (400, False)])
def test_a_rate_shows_its_interval_below_400_requests(whole: int, shown: bool) -> None:
    assert (Rate(whole // 2, whole).interval is not None) == shown


@pytest.mark.parametrize(("part", "whole"), [(2, 1), (-1, 3), (0, 0)])
def test_an_interval_of_an_impossible_rate_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="part"):
        wilson(part, whole)


@calm
@given(st.integers(1, 2000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_an_interval_holds_its_rate_and_stays_between_none_and_all(rate: tuple[int, int]) -> None:
    part, whole = rate
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    assert low < high


@calm
@given(st.dictionaries(st.integers(0, 2000), st.integers(1, 5), min_size=1, max_size=40))
def test_a_spread_from_a_histogram_is_the_one_of_its_values(histogram: dict[int, int]) -> None:
    values = sorted(value for value, times in histogram.items() for _ in range(times))
    found = spread(histogram, "s")
    middle = len(values) // 2
    assert found.n == len(values)
    assert found.mean == pytest.approx(sum(values) / len(values))
    assert found.median == (values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2)
    assert found.p90 is not None
    assert sum(value <= found.p90 for value in values) * 10 >= len(values) * 9
    assert sum(value < found.p90 for value in values) * 10 < len(values) * 9


counted_anew = settings(
    calm, max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
"""Each example empties the table and fills it: the test's transaction is one for all of them."""

anything = st.lists(
    st.fixed_dictionaries(
        {
            "outcome": st.sampled_from([outcome.value for outcome in Outcome]),
            "wait_s": st.none() | st.integers(0, 360).map(lambda steps: steps * 5),
            "duration_min": st.none() | st.integers(0, 90),
            "transfers": st.integers(0, 3),
            "requeues": st.integers(0, 3),
            "site_network": st.sampled_from(["", "CDM", "CEFO"]),
            "network_served": st.sampled_from(["", "CDM", "CEFO"]),
            "n": st.integers(1, 4),
        }
    ),
    max_size=25,
)


def tally_of(*days: list[dict[str, Any]]) -> Tally:
    return total(counted(*days).values())


@counted_anew
@given(anything)
def test_every_rate_lies_between_none_and_all_and_its_parts_are_counted_requests(
    requests: list[dict[str, Any]],
) -> None:
    tally = tally_of(requests)
    asked = sum(request["n"] for request in requests if request["outcome"] in COUNTED)
    figures = compute(tally)
    assert figures["requests"] == Count(asked)
    for value in figures.values():
        if isinstance(value, Rate):
            assert 0 <= value.part <= value.whole <= asked


@counted_anew
@given(anything)
def test_t_star_is_never_below_t_and_all_demand_never_above_it(requests: list[dict[str, Any]]) -> None:
    figures = compute(tally_of(requests))
    t, star, demand = (figures[code] for code in ("take_up", "take_up_star", "take_up_all_demand"))
    assert isinstance(t, Rate)
    assert isinstance(star, Rate)
    assert isinstance(demand, Rate)
    if t.share is not None and star.share is not None and demand.share is not None:
        assert demand.share <= t.share <= star.share


@counted_anew
@given(anything, anything)
def test_lines_of_a_table_add_up_to_its_total(
    left: list[dict[str, Any]], right: list[dict[str, Any]]
) -> None:
    by_day = counted(left, right, by="day")
    assert compute(total(by_day.values())) == compute(tally_of(left + right))


@counted_anew
@given(anything, st.integers(1, 5))
def test_test_requests_change_no_figure(requests: list[dict[str, Any]], n: int) -> None:
    with_tests = [*requests, {"outcome": "test", "wait_s": 5, "n": n}]
    assert compute(tally_of(with_tests)) == compute(tally_of(requests))


def test_every_definition_has_a_version_and_a_formula() -> None:
    for code, definition in DEFINITIONS.items():
        assert definition.code == code
        assert definition.version >= 1
        assert GLOSSARY[code].formula
        assert definition.label == f"{code}_v{definition.version}"


@pytest.mark.parametrize("name", ["indicators.md", "fr/indicateurs.md"])
def test_the_docs_give_every_definition_with_its_version(name: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / name).read_text()
    for definition in DEFINITIONS.values():
        assert f"`{definition.code}` v{definition.version}" in text
    for outcome in Outcome:
        assert f"| `{outcome}` |" in text
