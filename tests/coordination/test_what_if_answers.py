"""What a question to the what-if is answered from and with: the past as sums, whole months, nothing of a day, only what was asked."""

from datetime import date, timedelta
from typing import Any

import pytest

from coordination.what_if import past
from coordination.what_if.question import Question, WhatIfAnswer
from indicators.models import MetricRow
from indicators.periods import Period
from partners import clock
from routing_rules.plans import Plan
from simulation.observations import SkillProfile
from simulation.setting import HoursChange, StaffingChange
from tests.coordination import what_if_world
from tests.coordination.conftest import World, make_plan
from tests.coordination.what_if_world import MONTHS, NOW, TODAY, WEDNESDAY, answer_of, asked, make_team

DUTCH = SkillProfile(frozenset({"cdm-namur"}), frozenset({"formation"}), frozenset({"fr", "nl"}), 2)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    what_if_world.quickly(monkeypatch)


@pytest.fixture
def busy(world: World) -> World:
    return what_if_world.busy(world)


def test_the_past_is_read_as_sums(busy: World) -> None:
    found = past.load(now=NOW, months=MONTHS)
    assert found.period == Period(date(2026, 4, 1), date(2026, 5, 31))
    assert found.observed.requests == MetricRow.objects.filter(day__lte=found.period.last).count()
    assert len(found.observed.days) == 61
    assert [key.split("/")[:2] for key in found.observed.groups] == [["CDM", "cdm-namur"]]
    monday = next(day for day in found.observed.days if day.weekday == 0 and day.duty)
    assert monday.weekday == 0
    assert {(each.pool, each.start_s, each.end_s) for each in monday.hours} == {
        ("cdm-namur", 32_400.0, 43_200.0),
        ("cdm-bruxelles", 32_400.0, 43_200.0),
    }
    assert {each.people for each in monday.duty} == {1.5}
    assert found.observed.waits.left
    assert found.observed.all_rings.answered > found.observed.all_rings.missed
    assert found.plans == [1]


def test_one_more_dutch_speaker_on_wednesdays_serves_more_dutch_requests(busy: World) -> None:
    found = answer_of(asked(busy, staffing=StaffingChange(WEDNESDAY, 39_600, 43_200, DUTCH)))
    assert found.comparison is not None
    dutch, french = found.comparison.by_language["nl"], found.comparison.by_language["fr"]
    assert dutch.served.now.mean == 0
    assert dutch.served.change.mean > 0.5
    assert abs(french.take_up.change.mean) < 0.1
    assert found.fit is not None
    assert found.fit.take_up == pytest.approx(found.fit.take_up_observed, abs=0.1)


def test_half_an_hour_more_brings_more_requests(busy: World) -> None:
    change = HoursChange(0, 43_200, 45_000, frozenset({"cdm-namur"}))
    found = answer_of(asked(busy, hours=change))
    assert found.comparison is not None
    assert found.comparison.total.requests.change.mean > 0


def test_the_best_single_changes_are_ranked(busy: World) -> None:
    found = answer_of(asked(busy, single_changes=True))
    assert found.gains
    assert found.gains[0].staffing is not None
    assert (found.gains[0].skill, found.gains[0].staffing.weekday) == ("nl", WEDNESDAY)


def test_staffing_for_a_wish_is_by_weekday(busy: World) -> None:
    found = answer_of(asked(busy, wish=0.8))
    assert found.needs is not None
    assert [each.weekday for each in found.needs] == [0, 1, 2, 4]
    assert all(each.needed is None or each.needed >= each.at_least for each in found.needs)


def test_a_scenario_stands_in_where_there_is_no_past(world: World) -> None:
    make_plan(1)
    make_team(world)
    found = answer_of(asked(world, demand_of="growth"))
    assert found.invented
    assert found.fit is None
    assert found.comparison is not None
    assert found.comparison.total.requests.now.mean > 10


def test_only_what_is_asked_is_computed(busy: World) -> None:
    assert answer_of(asked(busy, wish=0.8)).comparison is None
    assert answer_of(asked(busy, single_changes=True)).comparison is None
    change = HoursChange(0, 43_200, 45_000, frozenset({"cdm-namur"}))
    assert answer_of(asked(busy, single_changes=True, hours=change)).comparison is not None
    assert answer_of(asked(busy)).comparison is not None, "how it is, where nothing else is asked"


@pytest.mark.parametrize(
    ("today", "months", "first", "last"),
    [
        (date(2026, 6, 15), 1, date(2026, 5, 1), date(2026, 5, 31)),
        (date(2026, 6, 30), 3, date(2026, 3, 1), date(2026, 5, 31)),
        # A conversation of the last evening may end on the first.
        (date(2026, 6, 1), 1, date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 6, 2), 1, date(2026, 5, 1), date(2026, 5, 31)),
    ],
)
def test_the_past_is_of_whole_months_that_are_over(today: date, months: int, first: date, last: date) -> None:
    assert past.months_over(months, today=today) == Period(first, last)


def test_no_more_months_are_replayed_than_are_kept(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"metric_rows_months": 6})
    assert past.months_over(12, today=date(2026, 6, 15)) == Period(date(2026, 1, 1), date(2026, 5, 31))


def test_from_one_day_to_the_next_nothing_is_told_of_the_day_between(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> WhatIfAnswer:
        return answer_of(asked(busy))

    before = told()
    MetricRow.objects.create(
        day=TODAY, slot=19, theme_asked="formation", theme_end="formation", language="uk", site="miti",
        audience="public", plan_number=1, outcome="served", wait_s=10, duration_min=5,
    )  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    assert told() == before


def test_languages_of_few_requests_are_told_together(busy: World) -> None:
    rows = MetricRow.objects.filter(day__lte=date(2026, 5, 31), outcome="served")
    for language, many in (("uk", 9), ("de", 8)):
        some = rows.filter(language="fr").values_list("pk", flat=True)[:many]
        MetricRow.objects.filter(pk__in=list(some)).update(language=language)
    found = answer_of(asked(busy)).comparison
    assert found is not None
    assert set(found.by_language) == {"fr", "nl", "*"}
    one = answer_of(asked(busy, single_changes=True))
    assert {each.skill for each in one.gains or ()} <= {"", "nl"}


def test_a_stretch_beyond_midnight_is_of_both_days() -> None:
    late = HoursChange(6, 79_200, 93_600, frozenset({"cdm-namur"}))
    assert [
        (each.weekday, each.start_s, each.end_s) for each in Question(hours=late).setting(Plan(1, ())).hours
    ] == [(6, 79_200, 86_400), (0, 0, 7_200)]
