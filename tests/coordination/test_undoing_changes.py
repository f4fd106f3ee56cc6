"""Changes, imports and rules are undone like deletions; several acts deep, in any order."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact, Conversation, Duty
from partners.models import AuditEntry
from routing_rules.models import (
    Counsellor,
    PlanState,
    PlanVersion,
    Pool,
    RuleRow,
    SchoolBooking,
    Site,
    SubTheme,
    Theme,
)
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, make_plan, make_rule, words_of
from tests.coordination.test_classes import next_monday
from tests.coordination.test_second_writer import filled, form_with
from tests.coordination.test_undoing import everything, undo_button

SignedIn = Callable[[str], Client]
DRAFT = "/coordination/rules/draft/"


def undo(client: Client) -> str:
    answer = client.post("/coordination/undo", {"act": undo_button(client)}, follow=True)
    return words_of(answer)


def test_every_change_is_undone_by_one_press(world: World, signed_in: SignedIn) -> None:
    begins = next_monday()
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins.replace(hour=10), places=1
    )
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    SubTheme.objects.create(theme=Theme.objects.get(code="emploi"), code="cv", labels={"fr": "CV"})
    client = signed_in("platform")
    for address, field in {
        "/coordination/teams/cdm-namur/": "name",
        "/coordination/sites/miti/": "name",
        f"/coordination/classes/{booking.pk}/": "school",
        f"/coordination/replies/{reply.pk}/": "body",
        f"/coordination/numbers/{contact.pk}/": "label_fr",
        "/coordination/themes/emploi/": "label_fr",
        "/coordination/themes/emploi/subthemes/cv/": "label_fr",
        f"/coordination/people/{world.counsellor.pk}/": "first_name",
    }.items():
        before = everything()
        was = dict(form_with(client, address, field).fields)[field]
        form = filled(form_with(client, address, field), **{field: "Tout autre chose"})
        answer = client.post(address, form, follow=True)
        # What was saved stands there.
        assert "Tout autre chose" in words_of(answer), address
        assert answer.redirect_chain[-1][0] == address
        assert "tout est comme avant" in undo(client), address
        assert dict(form_with(client, address, field).fields)[field] == was, address
        assert everything() == before


def test_an_open_console_follows_the_capacity_that_is_back(world: World, signed_in: SignedIn) -> None:
    skills = Counsellor.objects.get()
    Duty.objects.create(counsellor=skills, capacity=skills.capacity, on_duty=False)
    client = signed_in("coordinator")
    address = f"/coordination/people/{world.counsellor.pk}/"
    client.post(address, filled(form_with(client, address, "capacity"), capacity="5", languages="fr"))
    assert Duty.objects.get().capacity == 5
    undo(client)
    assert Duty.objects.get().capacity == skills.capacity


def test_an_import_is_undone_as_a_whole(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    day = timezone.localdate() + timedelta(days=20)
    client = signed_in("platform")
    content = json.loads(client.get("/coordination/exchange/miti.json").content)
    content["timetables"][0] |= {"valid_from": day.isoformat(), "hours": {"monday": "8:00-9:00"}}
    content["exceptions"] = [{"pool": "all", "date": day.isoformat(), "kind": "closed"}]
    before = everything()
    shown = client.post("/coordination/exchange/", {"text": json.dumps(content)})
    form = next(
        one for one in forms_of(shown.content.decode(), "/coordination/exchange/") if "seen" in one.names
    )
    answer = client.post("/coordination/exchange/", dict(form.fields))
    assert answer.status_code == 302
    assert PlanVersion.objects.filter(state=PlanState.DRAFT).exists()
    assert everything() != before
    assert "tout est comme avant" in undo(client)
    assert everything() == before


def draft(world: World) -> PlanVersion:
    make_plan(1)
    plan = make_plan(2, PlanState.DRAFT)
    for position, name in enumerate(("Deux", "Trois", "Quatre"), start=2):
        make_rule(plan, position, name)
    return plan


def names_of(plan: PlanVersion) -> list[tuple[int, str]]:
    return [(row.position, row.name) for row in plan.rules.all()]


def test_a_rule_taken_out_of_the_middle_is_put_back(world: World, signed_in: SignedIn) -> None:
    plan = draft(world)
    before = names_of(plan)
    row = RuleRow.objects.get(plan=plan, position=2)
    client = signed_in("platform")
    client.post(f"{DRAFT}{row.pk}/delete", {"revision": plan.revision})
    assert len(names_of(plan)) == 3
    assert "tout est comme avant" in undo(client)
    assert names_of(plan) == before


def test_a_revision_never_goes_back(world: World, signed_in: SignedIn) -> None:
    plan = draft(world)
    row = RuleRow.objects.get(plan=plan, position=2)
    client = signed_in("platform")
    client.post(f"{DRAFT}{row.pk}/delete", {"revision": plan.revision})
    seen = PlanVersion.objects.get(pk=plan.pk).revision
    undo(client)
    assert PlanVersion.objects.get(pk=plan.pk).revision > seen
    # Whoever looks at the draft without the rule takes nothing else out by mistake.
    signed_in("platform").post(
        f"{DRAFT}{RuleRow.objects.get(plan=plan, position=3).pk}/delete", {"revision": seen}
    )
    assert len(names_of(plan)) == 4


def test_a_rule_that_is_sent_twice_is_added_once(world: World, signed_in: SignedIn) -> None:
    draft(world)
    client = signed_in("platform")
    form = filled(form_with(client, f"{DRAFT}new/", "name"), name="Nouvelle", **{"form-0-all_pools": "on"})
    form = {key: value for key, value in form.items() if key not in {"form-1-after_s", "more"}}
    assert [client.post(f"{DRAFT}new/", form).status_code for _press in range(2)] == [302, 302]
    assert sum(row.name == "Nouvelle" for row in RuleRow.objects.all()) == 1


def test_acts_are_undone_in_any_order(world: World, signed_in: SignedIn) -> None:
    replies = [
        CannedReply.objects.create(language="fr", shortcut=name, title=name, body=name)
        for name in ("un", "deux", "trois")
    ]
    client = signed_in("platform")
    for one in replies:
        client.post(f"/coordination/replies/{one.pk}/delete")
    page = client.get("/coordination/").content.decode()
    found = re.findall(r'name="act" value="([^"]+)"', page)
    assert len(found) == 3
    assert "2 autres actes" in unescape(page)
    client.post("/coordination/undo", {"act": found[2]})
    assert [one.shortcut for one in CannedReply.objects.all()] == ["un"]
    client.post("/coordination/undo", {"act": found[0]})
    assert {one.shortcut for one in CannedReply.objects.all()} == {"un", "trois"}
    assert {one.subject for one in AuditEntry.objects.filter(action="undone")} == {"reply un", "reply trois"}


def test_a_site_with_open_conversations_is_not_deleted_and_says_so(world: World, signed_in: SignedIn) -> None:
    Conversation.objects.create(site=world.site, **needed())
    answer = signed_in("platform").post("/coordination/sites/miti/delete", follow=True)
    assert "encore ouvertes" in words_of(answer)
    assert Site.objects.filter(key="miti").exists()


def test_a_change_of_a_site_is_undone_while_somebody_chats_there(world: World, signed_in: SignedIn) -> None:
    Conversation.objects.create(site=world.site, **needed())
    client = signed_in("platform")
    address = "/coordination/sites/miti/"
    client.post(address, filled(form_with(client, address, "name"), name="Autre"))
    assert "tout est comme avant" in undo(client)
    assert Site.objects.get().name == "miti.be"
    assert Conversation.objects.get().site == Site.objects.get()


def needed() -> dict[str, Any]:
    return {
        "token_hash": "x",
        "language": "fr",
        "plan_number": 1,
        "asked_at": timezone.now(),
        "queued_at": timezone.now(),
    }


def test_a_team_is_given_back_its_name_though_it_was_changed_twice(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    address = "/coordination/teams/cdm-namur/"
    for name in ("Un", "Deux"):
        client.post(address, filled(form_with(client, address, "name"), name=name))
    undo(client)
    assert Pool.objects.get(slug="cdm-namur").name == "Un"
    undo(client)
    assert Pool.objects.get(slug="cdm-namur").name == "Équipe Namur"
