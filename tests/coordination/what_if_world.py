"""A past for the what-if: eight weeks of mornings in Namur, with a few requests in Dutch on Wednesdays that nobody could take."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from coordination.models import RunState, WhatIfRun
from coordination.what_if import runs
from coordination.what_if.question import Question, WhatIfAnswer
from indicators.codes import Outcome
from indicators.models import DutyPeriod, MetricRow
from partners import clock
from partners.models import Role
from routing_rules.models import Counsellor, Theme
from simulation.single_changes import Round
from tests.coordination.conftest import World, make_person, make_plan

NOW = datetime(2026, 6, 15, 8, 0, tzinfo=UTC)
"""A Monday."""
TODAY = NOW.date()
MONTHS = 2
WEEKS = 8
WEDNESDAY = 2
CLOSED_ON = 3
"""Thursday, as in the world's hours."""


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few seeds."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("coordination.what_if.computation.SEEDS", 4)
    monkeypatch.setattr("simulation.single_changes.ROUNDS", (Round(2, 8, 4, 0.5), Round(4, 5, 0, 0.5)))
    monkeypatch.setattr("simulation.staffing.SEEDS", 3)
    monkeypatch.setattr("simulation.calibration.ROUNDS", 2)
    monkeypatch.setattr("simulation.calibration.ENOUGH_REQUESTS", 200)


def busy(world: World) -> World:
    """A plan in force, a team and a past."""
    make_plan(1)
    make_team(world)
    make_past(world, NOW)
    return world


def asked(world: World, **question: Any) -> WhatIfRun:
    """Asked and computed, in this process."""
    run = runs.ask(owner=world.platform, question=Question(months=MONTHS, **question))
    runs.compute(run.pk)
    run.refresh_from_db()
    return run


def answer_of(run: WhatIfRun) -> WhatIfAnswer:
    assert (run.state, run.reason) == (RunState.DONE, "")
    assert run.answer is not None
    return WhatIfAnswer.from_json(run.answer)


def make_team(world: World, people: int = 4) -> None:
    """Enough people with the same skills to be a class of their own."""
    for number in range(people):
        person = make_person(f"volunteer{number}", Role.COUNSELLOR, world.namur)
        skills = Counsellor.objects.create(staff=person, languages=["fr"])
        skills.pools.add(world.pool_namur)
        skills.themes.set(Theme.objects.all())


def make_past(world: World, now: datetime, *, weeks: int = WEEKS, plan: int = 1, skills: str = "") -> None:
    """Until yesterday."""
    rows, duty = [], []
    for back in range(1, 7 * weeks + 1):
        day = now.date() - timedelta(days=back)
        if day.weekday() in {CLOSED_ON, 5, 6}:
            continue
        rows += _requests(day, plan)
        duty += [
            DutyPeriod(
                day=day,
                quarter=quarter,
                network="CDM",
                pool="cdm-namur",
                skills=skills,
                minutes=22.5,
                present_minutes=16.0,
                absences=int(quarter % 3 == 0),
                answered=2,
                missed=int(quarter % 4 == 0),
            )
            for quarter in range(36, 48)
        ]
    MetricRow.objects.bulk_create(rows)
    DutyPeriod.objects.bulk_create(duty)


def _requests(day: date, plan: int) -> list[MetricRow]:
    rows = [
        _row(day, slot, plan, "fr", Outcome.ABANDONED if slot == 21 else Outcome.SERVED)
        for slot in range(18, 24)
    ]
    if day.weekday() == WEDNESDAY:
        rows += [_row(day, 22, plan, "nl", Outcome.ABANDONED) for _ in range(2)]
    return rows


def _row(day: date, slot: int, plan: int, language: str, outcome: Outcome) -> MetricRow:
    served = outcome is Outcome.SERVED
    return MetricRow(
        day=day,
        slot=slot,
        theme_asked="formation",
        theme_end="formation",
        language=language,
        site="miti",
        audience="public",
        plan_number=plan,
        outcome=outcome,
        wait_s=15 + slot if served else 120 + slot,
        duration_min=12 + slot % 5 if served else None,
    )
