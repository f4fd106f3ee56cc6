"""A question to the what-if: computed from the past, one at a time for a person, stopped when cancelled, and refused in codes."""

import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from coordination.models import Prediction, RunState, WhatIfRun
from coordination.what_if import ledger, past, process, runs
from coordination.what_if.question import Question, WhatIfAnswer
from indicators.models import DutyPeriod, MetricRow
from indicators.periods import Period
from partners import clock
from partners.models import Role
from routing_rules.models import PlanState, PlanVersion
from routing_rules.plans import Plan
from simulation.observations import SkillProfile
from simulation.setting import HoursChange, StaffingChange
from simulation.single_changes import Round
from tests.coordination.conftest import World, make_person, make_plan, step
from tests.coordination.what_if_world import WEDNESDAY, make_past, make_team

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
REAL_START = process.start
TODAY = NOW.date()
MONTHS = 2
DUTCH = SkillProfile(frozenset({"cdm-namur"}), frozenset({"formation"}), frozenset({"fr", "nl"}), 2)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few seeds; the moment is a Monday."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("coordination.what_if.computation.SEEDS", 4)
    monkeypatch.setattr("simulation.single_changes.ROUNDS", (Round(2, 8, 4, 0.5), Round(4, 5, 0, 0.5)))
    monkeypatch.setattr("simulation.staffing.SEEDS", 3)
    monkeypatch.setattr("simulation.calibration.ROUNDS", 2)
    monkeypatch.setattr("simulation.calibration.ENOUGH_REQUESTS", 200)


@pytest.fixture
def busy(world: World) -> World:
    make_plan(1)
    make_team(world)
    make_past(world, NOW)
    return world


def asked(world: World, **question: Any) -> WhatIfRun:
    run = runs.ask(owner=world.platform, question=Question(months=MONTHS, **question))
    runs.compute(run.pk)
    run.refresh_from_db()
    return run


def answer_of(run: WhatIfRun) -> WhatIfAnswer:
    assert (run.state, run.reason) == (RunState.DONE, "")
    assert run.answer is not None
    return WhatIfAnswer.from_json(run.answer)


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
    assert dutch.now.mean == 0 if hasattr(dutch, "now") else dutch.served.now.mean == 0
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


def test_what_cannot_be_computed_says_why(world: World) -> None:
    def reason() -> str:
        run = asked(world)
        assert run.state == RunState.FAILED
        return run.reason

    assert reason() == "no_plan"
    make_plan(1)
    assert reason() == "little_requests"
    make_past(world, NOW)
    assert reason() == "little_duty", "there is nobody on the books who could have been on duty"


def test_a_plan_that_was_thrown_away_meanwhile_is_no_plan(busy: World) -> None:
    run = runs.ask(owner=busy.platform, question=Question(plan=77))
    runs.compute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.FAILED, "no_plan")


def test_a_fault_is_told_and_not_hidden(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("coordination.what_if.runs.answer", fails)
    run = asked(busy)
    assert (run.state, run.reason) == (RunState.FAILED, "fault")


def test_one_at_a_time_for_a_person_and_two_in_all(busy: World) -> None:
    others = [make_person(name, Role.PLATFORM) for name in ("odile", "omar")]
    runs.ask(owner=busy.platform, question=Question())
    with pytest.raises(runs.RefusedError, match="own"):
        runs.ask(owner=busy.platform, question=Question())
    runs.ask(owner=others[0], question=Question())
    with pytest.raises(runs.RefusedError, match="others"):
        runs.ask(owner=others[1], question=Question())
    assert runs.cancel(owner=others[0], run=WhatIfRun.objects.get(owner=others[0]).pk)
    runs.ask(owner=others[1], question=Question())


def test_a_process_that_cannot_begin_leaves_no_row(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(run: object) -> None:
        raise OSError

    monkeypatch.setattr(process, "start", start)
    with pytest.raises(runs.RefusedError, match="no_process"):
        runs.ask(owner=busy.platform, question=Question())
    assert not WhatIfRun.objects.exists()


def test_a_cancelled_one_stops_and_stays_cancelled(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "TELL_EVERY_S", 0.0)
    run = runs.ask(owner=busy.platform, question=Question(months=MONTHS))
    cancelled: list[float] = []

    def during(self: Any, done: float) -> None:
        told(self, done)
        cancelled.append(done)
        assert runs.cancel(owner=busy.platform, run=run.pk)

    told = runs._Told.__call__
    monkeypatch.setattr(runs._Told, "__call__", during)
    runs.compute(run.pk)
    run.refresh_from_db()
    assert (run.state, run.answer) == (RunState.CANCELLED, None)
    assert len(cancelled) == 1
    assert not runs.cancel(owner=busy.platform, run=run.pk)


def test_nobody_cancels_what_is_anothers(busy: World) -> None:
    run = runs.ask(owner=busy.platform, question=Question())
    assert not runs.cancel(owner=make_person("odile", Role.PLATFORM), run=run.pk)


def test_one_that_takes_too_long_or_whose_server_has_ended_stops(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "TELL_EVERY_S", 0.0)
    with monkeypatch.context() as patched:
        patched.setattr(process, "is_left_alone", lambda: True)
        run = asked(busy)
    assert (run.state, run.reason) == (RunState.FAILED, "interrupted")
    monkeypatch.setattr(runs, "LONGEST_S", -1.0)
    run = asked(busy)
    assert (run.state, run.reason) == (RunState.FAILED, "too_long")


def test_one_of_which_nothing_is_heard_has_failed(busy: World) -> None:
    run = runs.ask(owner=busy.platform, question=Question())
    runs.forget_lost(NOW + timedelta(seconds=150))
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    runs.forget_lost(NOW + timedelta(minutes=4))
    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.FAILED, "interrupted")


@pytest.mark.parametrize("alive", [True, False])
def test_where_it_was_begun_a_silent_one_fails_only_when_its_process_is_gone(
    busy: World, monkeypatch: pytest.MonkeyPatch, alive: bool
) -> None:
    run = runs.ask(owner=busy.platform, question=Question())
    monkeypatch.setattr(process, "runs", lambda pk: alive)
    runs.forget_lost(NOW + timedelta(hours=1) if alive else NOW)
    run.refresh_from_db()
    assert run.state == (RunState.RUNNING if alive else RunState.FAILED)


def test_the_process_that_was_begun_is_known_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: real(["cat"], stdin=subprocess.PIPE))
    run = uuid4()
    assert process.runs(run) is None
    REAL_START(run)
    assert process.runs(run) is True
    process._begun[run].communicate()
    assert process.runs(run) is False


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_its_own_says_that_it_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BEAT_EVERY_S", 0.01)
    run = runs.ask(owner=world.platform, question=Question())
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=2))
    with runs.heartbeat(run.pk):
        while run.seen_at == NOW:
            run.refresh_from_db()
    assert (run.seen_at, run.state) == (NOW + timedelta(minutes=2), RunState.RUNNING)


def test_what_is_told_only_grows(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "TELL_EVERY_S", 0.0)
    run = runs.ask(owner=busy.platform, question=Question())
    tells = runs._Told(run.pk)
    for done in (0.2, 0.1, 1.4):
        tells(done)
        run.refresh_from_db()
        assert run.done == {0.2: 0.2, 0.1: 0.2, 1.4: 1.0}[done]


def test_with_its_time_used_up_it_answers_and_says_that_less_was_drawn(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coordination.what_if.computation.FEWEST_SEEDS", 2)
    assert not answer_of(asked(busy)).hurried
    monkeypatch.setattr(runs, "ENOUGH_S", 1e-9)
    found = answer_of(asked(busy, single_changes=True, plan=1))
    assert found.hurried
    assert found.comparison is not None
    assert found.comparison.replications == 2
    assert found.gains


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


def test_a_draft_is_computed_as_it_was_when_it_was_asked_about(busy: World) -> None:
    draft = make_plan(2, PlanState.DRAFT, steps=[step("cdm-namur")], ring_size=1)
    run = runs.ask(owner=busy.platform, question=Question(months=MONTHS, plan=2))
    draft.rules.all().delete()
    runs.compute(run.pk)
    run.refresh_from_db()
    assert [rule["ring_size"] for rule in answer_of(run).asked.rules] == [1]


def test_what_was_foretold_of_a_plan_is_set_against_what_came(busy: World) -> None:
    draft = make_plan(2, PlanState.DRAFT, steps=[step("cdm-namur")])
    asked(busy, plan=2)
    foretold = Prediction.objects.get()
    assert foretold.plan_number == 2
    assert ledger.entries(today=TODAY) == [], "it is not in force yet"
    PlanVersion.objects.filter(number=1).update(state=PlanState.RETIRED)
    PlanVersion.objects.filter(pk=draft.pk).update(state=PlanState.PUBLISHED)
    (entry,) = ledger.entries(today=TODAY)
    assert (entry.requests, entry.came) == (0, None)
    DutyPeriod.objects.all().delete()
    make_past(busy, NOW, plan=2)
    MetricRow.objects.create(day=TODAY, slot=19, plan_number=2, outcome="served")
    (entry,) = ledger.entries(today=TODAY)
    assert entry.came is not None
    assert entry.requests == MetricRow.objects.filter(plan_number=2).count() - 1, "today is not over"
    assert entry.off == pytest.approx((entry.came.share or 0) - foretold.take_up)
    draft.rules.all().delete()
    assert ledger.entries(today=TODAY) == [], "another plan than the one that was computed came into force"


def test_of_a_plan_whose_requests_were_deleted_the_ledger_says_so(busy: World) -> None:
    make_plan(2, PlanState.DRAFT)
    asked(busy, plan=2)
    PlanVersion.objects.filter(number=1).update(state=PlanState.RETIRED)
    published = PlanVersion.objects.filter(number=2)
    published.update(state=PlanState.PUBLISHED, published_at=NOW)
    assert not ledger.entries(today=TODAY)[0].gone
    assert ledger.entries(today=TODAY + timedelta(days=3 * 365))[0].gone


def test_nothing_is_foretold_of_what_cannot_be_checked(busy: World) -> None:
    make_plan(2, PlanState.DRAFT)
    asked(busy, plan=2, demand=2.0)
    asked(busy, plan=1)
    assert not Prediction.objects.exists()
