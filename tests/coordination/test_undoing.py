"""What was done by one press is undone by one press, for ten minutes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact, Notice
from partners.models import AuditEntry, Staff
from routing_rules.models import (
    Counsellor,
    DatedException,
    OpeningInterval,
    PlanState,
    PlanVersion,
    Pool,
    RuleRow,
    SchoolBooking,
    Site,
    SubTheme,
    Theme,
    Timetable,
)
from tests.coordination.conftest import World, make_plan, make_timetable

SignedIn = Callable[[str], Client]
WATCHED = (Pool, Site, Timetable, OpeningInterval, DatedException, SchoolBooking, Theme, SubTheme, CannedReply, Contact, Notice,
           PlanVersion, RuleRow, Counsellor)  # fmt: skip


def everything() -> dict[str, Any]:
    rows = {model.__name__: serializers.serialize("json", model.objects.order_by("pk")) for model in WATCHED}
    people = list(Staff.objects.order_by("pk").values_list("pk", "role", "is_active", "left_at"))
    return {**rows, "people": people}


def undo_button(client: Client) -> str:
    page = client.get("/coordination/").content.decode()
    found = re.search(r'name="act" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def acts(world: World) -> dict[str, dict[str, Any]]:
    """Each address that takes something away or adds much, with what is sent to it."""
    now, today = timezone.now(), timezone.localdate()
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=now, ends_at=now + timedelta(hours=1), places=1
    )
    booking.themes.add(Theme.objects.get(code="emploi"))
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    spare = Theme.objects.create(code="rien", labels={"fr": "Rien"})
    SubTheme.objects.create(theme=Theme.objects.get(code="emploi"), code="cv", labels={"fr": "CV"})
    coming = make_timetable(world.pool_namur, today + timedelta(days=30), [(0, 540, 720)])
    closure = DatedException.objects.create(pool=world.pool_namur, date=today, kind="closed")
    Notice.objects.create(kind="opening", language="fr", html="<p>Bonjour</p>")
    make_plan(1)
    make_plan(2, PlanState.DRAFT)
    return {
        f"/coordination/classes/{booking.pk}/delete": {},
        f"/coordination/replies/{reply.pk}/delete": {},
        f"/coordination/numbers/{contact.pk}/delete": {},
        f"/coordination/themes/{spare.code}/delete": {},
        "/coordination/themes/emploi/subthemes/cv/delete": {},
        "/coordination/sites/miti/delete": {},
        "/coordination/teams/cdm-bruxelles/delete": {},
        f"/coordination/week/cdm-namur/coming/{coming.pk}/delete": {},
        "/coordination/exceptions/delete": {"pk": closure.pk},
        "/coordination/exceptions/": {
            "pool": "cdm-namur",
            "date": (today + timedelta(days=3)).isoformat(),
            "until": (today + timedelta(days=9)).isoformat(),
            "kind": "closed",
        },
        "/coordination/holidays/": {
            "pool": "*",
            "calendar": "public",
            "year": str(today.year + 1),
            "first": [f"{today.year + 1}-05-01", f"{today.year + 1}-07-21"],
        },
        "/coordination/rules/draft/discard": {"revision": 1},
        "/coordination/notices/opening/fr/": {"html": ""},
        f"/coordination/people/{world.counsellor.pk}/deactivate": {},
        f"/coordination/people/{world.counsellor.pk}/role": {"role": "coordinator"},
    }


def test_every_act_is_undone_by_one_press(
    world: World, signed_in: SignedIn, acts: dict[str, dict[str, Any]]
) -> None:
    client = signed_in("platform")
    for address, typed in acts.items():
        before = everything()
        assert client.post(address, typed).status_code == 302, address
        assert everything() != before, address
        assert client.post("/coordination/undo", {"act": undo_button(client)}).status_code == 302
        assert everything() == before, address
    assert AuditEntry.objects.filter(action="undone").count() == len(acts)


def test_nothing_is_undone_twice_nor_by_somebody_else(
    world: World, signed_in: SignedIn, acts: dict[str, dict[str, Any]]
) -> None:
    client = signed_in("platform")
    client.post("/coordination/teams/cdm-bruxelles/delete")
    act = undo_button(client)
    signed_in("coordinator").post("/coordination/undo", {"act": act})
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()
    client.post("/coordination/undo", {"act": act})
    Pool.objects.filter(slug="cdm-bruxelles").delete()
    answer = client.post("/coordination/undo", {"act": act}, follow=True)
    assert "Vous l’avez déjà annulé" in answer.content.decode()
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()


def test_after_ten_minutes_it_stays_as_it_is(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("platform")
    client.post("/coordination/teams/cdm-bruxelles/delete")
    act, later = undo_button(client), timezone.now() + timedelta(minutes=10)
    monkeypatch.setattr("coordination.undo.timezone.now", lambda: later)
    assert 'name="act"' not in client.get("/coordination/").content.decode()
    client.post("/coordination/undo", {"act": act})
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()


def test_what_somebody_changed_meanwhile_is_not_put_back(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post(f"/coordination/people/{world.counsellor.pk}/deactivate")
    Staff.objects.filter(pk=world.counsellor.pk).update(role="analyst")
    answer = client.post("/coordination/undo", {"act": undo_button(client)}, follow=True)
    assert "rien n’a été annulé" in answer.content.decode()
    assert not Staff.objects.get(pk=world.counsellor.pk).is_active


def test_a_code_that_is_taken_meanwhile_stays_with_the_other(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post("/coordination/teams/cdm-bruxelles/delete")
    Pool.objects.create(slug="cdm-bruxelles", name="Une autre")
    client.post("/coordination/undo", {"act": undo_button(client)})
    assert Pool.objects.get(slug="cdm-bruxelles").name == "Une autre"


def test_what_refers_to_something_that_is_gone_is_not_put_back(world: World, signed_in: SignedIn) -> None:
    theme = Theme.objects.create(code="rien", labels={"fr": "Rien"})
    reply = CannedReply.objects.create(theme=theme, language="fr", shortcut="a", title="A", body="A")
    client = signed_in("platform")
    client.post(f"/coordination/replies/{reply.pk}/delete")
    theme.delete()
    answer = client.post("/coordination/undo", {"act": undo_button(client)}, follow=True)
    assert "rien n’a été annulé" in answer.content.decode()
    assert not CannedReply.objects.exists()


def test_whoever_lost_the_right_undoes_nothing(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post("/coordination/teams/cdm-bruxelles/delete")
    act = undo_button(client)
    Staff.objects.filter(pk=world.platform.pk).update(role="coordinator", partner=world.namur)
    client.post("/coordination/undo", {"act": act})
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()
