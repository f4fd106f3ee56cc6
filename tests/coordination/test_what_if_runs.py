"""A question to the what-if runs in a process of its own: one at a time for a person, stopped when cancelled, given up when it is gone."""

import subprocess
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from coordination.models import RunState, WhatIfRun
from coordination.what_if import process, runs
from coordination.what_if.question import Question
from partners import clock
from partners.models import Role
from routing_rules.models import PlanState
from tests.coordination import what_if_world
from tests.coordination.conftest import World, make_person, make_plan, step
from tests.coordination.what_if_world import (
    MONTHS,
    NOW,
    answer_of,
    asked,
    make_past,
)

REAL_START = process.start


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    what_if_world.quickly(monkeypatch)


@pytest.fixture
def busy(world: World) -> World:
    return what_if_world.busy(world)


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


def test_a_draft_is_computed_as_it_was_when_it_was_asked_about(busy: World) -> None:
    draft = make_plan(2, PlanState.DRAFT, steps=[step("cdm-namur")], ring_size=1)
    run = runs.ask(owner=busy.platform, question=Question(months=MONTHS, plan=2))
    draft.rules.all().delete()
    runs.compute(run.pk)
    run.refresh_from_db()
    assert [rule["ring_size"] for rule in answer_of(run).asked.rules] == [1]
