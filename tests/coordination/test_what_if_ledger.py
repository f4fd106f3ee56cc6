"""What was foretold of a plan is set against what came."""

from datetime import timedelta

import pytest

from coordination.models import Prediction
from coordination.what_if import ledger
from indicators.models import DutyPeriod, MetricRow
from routing_rules.models import PlanState, PlanVersion
from tests.coordination import what_if_world
from tests.coordination.conftest import World, make_plan, step
from tests.coordination.what_if_world import NOW, TODAY, asked, make_past


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    what_if_world.quickly(monkeypatch)


@pytest.fixture
def busy(world: World) -> World:
    return what_if_world.busy(world)


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
