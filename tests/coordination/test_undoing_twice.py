"""An act is undone once: whoever presses again is told in words who has undone it, and a row comes back exactly as it was."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from chat.models import Notice
from coordination import undo as kept_acts
from partners import audit
from partners.models import AuditEntry
from routing_rules.models import PlanState, PlanVersion, Pool, SchoolBooking
from tests.coordination.conftest import World, make_plan, words_of

SignedIn = Callable[[str], Client]
TEAM = "/coordination/teams/cdm-bruxelles/delete"


def test_the_second_press_is_told_that_it_is_undone_already(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post(TEAM)
    act = client.session["undo"][0]["id"]
    client.post("/coordination/undo", {"act": act})
    page = words_of(client.post("/coordination/undo", {"act": act}, follow=True))
    assert "Vous l’avez déjà annulé, le" in page
    assert AuditEntry.objects.filter(action="undone").count() == 1
    assert Pool.objects.filter(slug="cdm-bruxelles").count() == 1


def test_two_presses_at_once_find_the_same_act_and_one_undoes_it(world: World, signed_in: SignedIn) -> None:
    """Both read the session before either has written it: the log's key decides."""
    client = signed_in("platform")
    client.post(TEAM)
    session = client.session
    acts = session["undo"]
    client.post("/coordination/undo", {"act": acts[0]["id"]})
    session = client.session
    session["undo"] = acts
    session.save()
    page = words_of(client.post("/coordination/undo", {"act": acts[0]["id"]}, follow=True))
    assert "Vous l’avez déjà annulé, le" in page
    assert "Quelqu’un l’a modifié entre-temps" not in page
    assert AuditEntry.objects.filter(action="undone").count() == 1


def test_it_is_said_who_has_undone_it(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post(TEAM)
    act = client.session["undo"][0]["id"]
    audit.record_undone(kept_acts.key_of(act), actor=world.coordinator, action="pool.deleted")
    page = words_of(client.post("/coordination/undo", {"act": act}, follow=True))
    assert "Nora l’a déjà annulé, le" in page
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()


def test_what_could_not_be_undone_does_not_count_as_undone(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post(TEAM)
    Pool.objects.create(slug="cdm-bruxelles", name="Une autre")
    act = client.session["undo"][0]["id"]
    client.post("/coordination/undo", {"act": act})
    assert not AuditEntry.objects.filter(action="undone").exists()
    page = words_of(client.post("/coordination/undo", {"act": act}, follow=True))
    assert "ne peut plus être annulé" in page


def test_a_plan_that_is_brought_back_twice_is_told_too(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    draft = make_plan(2, PlanState.DRAFT)
    PlanVersion.objects.filter(pk=draft.pk).update(based_on=1)
    client = signed_in("platform")
    client.post("/coordination/rules/draft/publish", {"revision": draft.revision, "when": "now"})
    acts = client.session["undo"]
    client.post("/coordination/undo", {"act": acts[0]["id"]})
    session = client.session
    session["undo"] = acts
    session.save()
    plans = PlanVersion.objects.count()
    page = words_of(client.post("/coordination/undo", {"act": acts[0]["id"]}, follow=True))
    assert "Vous l’avez déjà annulé, le" in page
    assert PlanVersion.objects.count() == plans
    assert AuditEntry.objects.filter(action="undone").count() == 1


def test_moments_come_back_to_the_microsecond(world: World, signed_in: SignedIn) -> None:
    begins = datetime(2030, 1, 7, 9, 0, 0, 123456, tzinfo=UTC)
    Notice.objects.create(kind="opening", language="fr", html="<p>A</p>", starts_at=begins)
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins + timedelta(hours=1), places=1
    )
    client = signed_in("platform")
    for address, typed in (
        (f"/coordination/classes/{booking.pk}/delete", {}),
        ("/coordination/notices/opening/fr/", {"html": ""}),
    ):
        sent: dict[str, Any] = typed
        assert client.post(address, sent).status_code == 302
        client.post("/coordination/undo", {"act": client.session["undo"][0]["id"]})
    assert SchoolBooking.objects.get().starts_at == begins
    assert Notice.objects.get().starts_at == begins
    assert begins > timezone.now()
