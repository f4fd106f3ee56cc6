"""What brings a plan into force, or has it come, is undone for ten minutes as everything else is; no plan that visitors were served by
changes or goes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry
from routing_rules import drafts, publishing
from routing_rules.loading import published_plan
from routing_rules.models import PlanState, PlanVersion
from tests.coordination.conftest import World, make_plan, make_rule

SignedIn = Callable[[str], Client]
DRAFT = "/coordination/rules/draft/"
UNDO = "/coordination/undo"


@pytest.fixture
def draft(world: World) -> PlanVersion:
    """Plan 2, which adds a rule to plan 1 in force."""
    make_plan(1)
    found = drafts.begin_draft(actor=world.platform)
    make_rule(found, 2, "Encore")
    return found


def names() -> list[str]:
    plan = published_plan()
    return [rule.name for rule in plan.rules]


def states() -> dict[int, str]:
    return dict(PlanVersion.objects.order_by("number").values_list("number", "state"))


def publish(client: Client, draft: PlanVersion, **typed: Any) -> None:
    sent = {"revision": draft.revision, "when": "now", "note": "", **typed}
    assert client.post(f"{DRAFT}publish", sent).status_code == 302


def undo(client: Client, nth: int = 0) -> str:
    page = client.post(UNDO, {"act": client.session["undo"][nth]["id"]}, follow=True)
    return " ".join(page.content.decode().split())


def test_a_published_plan_is_taken_back_and_stays_in_the_history(
    signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    publish(client, draft)
    assert names() == ["Tout", "Encore"]
    page = client.get("/coordination/").content.decode()
    assert "Le plan 2 est entré en vigueur à la place du plan 1." in page
    assert "les règles du plan 1 sont de nouveau en vigueur, comme plan 3" in undo(client)
    assert names() == ["Tout"]
    assert states() == {1: "retired", 2: "retired", 3: "published"}
    entry = AuditEntry.objects.get(action="undone")
    assert (entry.subject, entry.detail) == ("plan 2", {"act": "plan.published"})
    assert client.session["undo"] == []


def test_a_plan_that_was_brought_back_is_taken_back(signed_in: SignedIn, draft: PlanVersion) -> None:
    client = signed_in("platform")
    publish(client, draft)
    client.post("/coordination/rules/plan/1/roll-back", {"in_force": 2})
    assert names() == ["Tout"]
    undo(client)
    assert names() == ["Tout", "Encore"]


def test_nothing_is_undone_once_another_plan_is_in_force(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    publish(client, draft)
    another = drafts.begin_draft(actor=world.platform)
    publishing.publish(actor=world.platform, draft=another, revision=another.revision, now=timezone.now())
    assert "Quelqu’un l’a modifié entre-temps" in undo(client)
    assert states()[another.number] == PlanState.PUBLISHED
    assert PlanVersion.objects.count() == 3


def test_a_team_that_has_gone_since_keeps_the_earlier_plan_out(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    first = PlanVersion.objects.get(number=1)
    row = first.rules.get()
    row.content = {**row.content, "steps": [{"after_s": 0, "pools": ["partie"]}]}
    row.save()
    client = signed_in("platform")
    publish(client, draft)
    assert "Rien n’a été annulé" in undo(client)
    assert states() == {1: "retired", 2: "published"}


def test_the_first_plan_of_all_has_nothing_before_it(world: World, signed_in: SignedIn) -> None:
    first = make_plan(1, PlanState.DRAFT)
    client = signed_in("platform")
    publish(client, first)
    assert "undo" not in client.session


def test_ten_minutes_later_it_cannot_be_undone(
    signed_in: SignedIn, draft: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("platform")
    publish(client, draft)
    act = client.session["undo"][0]["id"]
    later = timezone.now() + timedelta(minutes=10, seconds=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    page = client.post(UNDO, {"act": act}, follow=True).content.decode()
    assert "ne peut plus être annulé" in page
    assert names() == ["Tout", "Encore"]


def test_who_may_not_publish_any_more_undoes_nothing(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    publish(client, draft)
    act = client.session["undo"][0]["id"]
    world.platform.role, world.platform.partner = "coordinator", world.namur
    world.platform.save()
    client.post(UNDO, {"act": act})
    assert names() == ["Tout", "Encore"]


def scheduled(client: Client, draft: PlanVersion) -> None:
    at = timezone.localtime() + timedelta(days=2)
    publish(client, draft, when="later", publish_at=f"{at:%Y-%m-%dT%H:%M}")


def test_a_scheduled_plan_is_a_draft_again(signed_in: SignedIn, draft: PlanVersion) -> None:
    client = signed_in("platform")
    scheduled(client, draft)
    assert states() == {1: "published", 2: "scheduled"}
    undo(client)
    assert states() == {1: "published", 2: "draft"}
    draft.refresh_from_db()
    assert draft.publish_at is None
    assert draft.rules.count() == 2


def test_a_scheduled_plan_that_came_into_force_is_not_made_a_draft(
    signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    scheduled(client, draft)
    publishing.publish_due(now=timezone.now() + timedelta(days=3))
    assert "Quelqu’un l’a modifié entre-temps" in undo(client)
    assert states() == {1: "retired", 2: "published"}


def test_a_plan_that_was_unscheduled_is_scheduled_again(signed_in: SignedIn, draft: PlanVersion) -> None:
    client = signed_in("platform")
    scheduled(client, draft)
    draft.refresh_from_db()
    at = draft.publish_at
    client.post("/coordination/rules/plan/2/unschedule")
    assert states()[2] == "draft"
    undo(client)
    draft.refresh_from_db()
    assert (draft.state, draft.publish_at) == ("scheduled", at)


def test_confirmed_differences_are_confirmed_no_more(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    first = PlanVersion.objects.get(number=1)
    publishing.roll_back(actor=world.platform, to=first, seen_in_force=1, now=timezone.now())
    client = signed_in("platform")
    client.post(f"{DRAFT}base", {"revision": draft.revision, "number": 3})
    draft.refresh_from_db()
    assert draft.based_on == 3
    undo(client)
    draft.refresh_from_db()
    assert draft.based_on == 1
