"""What a coordinator changes, the next visitor finds."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from routing_rules.door import door
from routing_rules.loading import pool_states, published_plan
from routing_rules.models import PlanState, Pool, RuleRow
from routing_rules.snapshot import RoutingSnapshot, WaitingRequest
from tests.coordination.conftest import World, make_plan, make_timetable

SignedIn = Callable[[str], Client]


def state() -> str:
    """What the engine would tell a visitor now: "full" is open, for nobody is ready in this world."""
    now = timezone.now()
    snapshot = RoutingSnapshot(now.timestamp(), published_plan(), pool_states(now), (), ())
    visitor = WaitingRequest("next", theme="formation", language="fr", site="miti", asked_at=now.timestamp())
    return door(snapshot, visitor).state.value


def test_a_closure_and_its_end_hold_at_once(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    for pool in Pool.objects.all():
        pool.timetables.all().delete()
        make_timetable(pool, timezone.localdate() - timedelta(days=30), [(day, 0, 1440) for day in range(7)])
    assert state() == "full"
    today = timezone.localdate().isoformat()
    client = signed_in("platform")
    client.post("/coordination/exceptions/", {"pool": "*", "date": today, "kind": "closed", "hours": ""})
    assert state() == "closed"
    client.post(
        "/coordination/exceptions/",
        {"pool": "cdm-namur", "date": today, "kind": "open", "hours": "0:00-24:00"},
    )
    assert state() == "full"


def test_a_published_rule_holds_at_once(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    make_timetable(world.pool_namur, timezone.localdate(), [(day, 0, 1440) for day in range(7)])
    make_timetable(world.pool_bruxelles, timezone.localdate(), [])
    assert state() == "full"
    client = signed_in("platform")
    client.post("/coordination/rules/draft/begin")
    row = RuleRow.objects.get(plan__state=PlanState.DRAFT).pk
    client.post(
        f"/coordination/rules/draft/{row}/",
        {
            "revision": "1",
            "name": "Bruxelles seulement",
            "priority": "0",
            "ring_size": "3",
            "ring_time_s": "40",
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "0",
            "form-0-after_s": "0",
            "form-0-pools": ["cdm-bruxelles"],
        },
    )
    assert state() == "full"
    client.post("/coordination/rules/draft/publish", {"revision": "2", "when": "now"})
    assert state() == "closed"
