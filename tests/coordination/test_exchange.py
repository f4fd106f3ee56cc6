"""Plans and timetables go out as one file and come in again: all of it or nothing."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from partners.models import Role
from routing_rules import drafts, plan_versions
from routing_rules.exchange_format import read
from routing_rules.models import DatedException, OpeningInterval, PlanState, PlanVersion, Timetable
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, make_person, make_plan, make_rule, step, words_of

SignedIn = Callable[[str], Client]
URL = "/coordination/exchange/"
GOOD = """
miti: 1
plan:
  rules:
    - name: Formation nl
      themes: [formation]
      languages: [nl]
      steps:
        - {after_s: 0, pools: [cdm-bruxelles]}
        - {after_s: 20, pools: all}
    - {name: Tout, steps: [{pools: all}]}
timetables:
  - {pool: cdm-namur, valid_from: 2031-01-06, hours: {monday: "9:00-12:00, 13:00-16:00"}}
exceptions:
  - {pool: all, date: 2031-12-24, kind: closed, reason: Noël}
  - {pool: cdm-namur, date: 2031-12-27, kind: open, hours: "9:00-10:00, 11:00-12:00"}
"""


def seen_in(answer: Any) -> str:
    found = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    assert found, answer.content.decode()
    return found[1]


def bring(client: Client, **sent: Any) -> Any:
    """The file is shown, and the button pressed; the answer to the first if nothing can be written."""
    shown = client.post(URL, sent)
    if shown.status_code != 200 or 'name="seen"' not in shown.content.decode():
        return shown
    form = next(one for one in forms_of(shown.content.decode(), URL) if "seen" in one.names)
    return client.post(URL, dict(form.fields), follow=True)


def test_a_whole_file_is_imported_and_its_rules_wait_in_a_draft(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    client = signed_in("platform")
    shown = client.post(URL, {"text": GOOD})
    assert "lundi : 9:00-12:00 → 9:00-12:00, 13:00-16:00" in words_of(shown)
    assert "Équipe Namur, mardi 27" not in words_of(shown)
    assert "horaires 1, exceptions 3, règles 2" in words_of(shown)
    assert plan_versions.current_draft() is None
    assert not DatedException.objects.exists(), "nothing is written by looking"
    assert client.post(URL, {"text": GOOD, "seen": seen_in(shown)}).status_code == 302
    draft = plan_versions.current_draft()
    assert draft is not None
    assert [row.name for row in draft.rules.all()] == ["Formation nl", "Tout"]
    assert PlanVersion.objects.get(number=1).state == PlanState.PUBLISHED
    assert Timetable.objects.get(pool=world.pool_namur, valid_from=date(2031, 1, 6)).intervals.count() == 2
    assert DatedException.objects.count() == 3


def test_json_and_an_uploaded_file_are_read_too(world: World, signed_in: SignedIn) -> None:
    text = json.dumps(yaml.safe_load(GOOD), default=str)
    sent = SimpleUploadedFile("miti.json", text.encode())
    assert bring(signed_in("platform"), file=sent).status_code == 200
    assert DatedException.objects.count() == 3


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_what_was_exported_can_be_imported_and_changes_nothing(
    world: World, signed_in: SignedIn, kind: str
) -> None:
    plan = make_plan(1)
    make_rule(plan, 2, "Namur", themes=["formation"], ring_size=2, steps=[step("cdm-namur")])
    DatedException.objects.create(
        pool=world.pool_namur, date=timezone.localdate() + timedelta(days=3), kind="closed", end_minute=600
    )
    client = signed_in("platform")
    exported = client.get(f"{URL}miti.{kind}").content.decode()
    assert "mêmes que celles en vigueur" in words_of(client.post(URL, {"text": exported}))
    assert bring(client, text=exported).redirect_chain
    again = client.get(f"{URL}miti.{kind}").content.decode()
    assert again == exported
    draft = plan_versions.current_draft()
    assert draft is not None
    assert [row.rule.ring_size for row in draft.rules.all()] == [3, 2]


def test_a_partners_coordinator_imports_an_export_and_is_told_what_was_left(
    world: World, signed_in: SignedIn
) -> None:
    plan = make_plan(1)
    make_rule(plan, 2, "Namur", themes=["formation"], steps=[step("cdm-namur")])
    client = signed_in("coordinator")
    exported = client.get(f"{URL}miti.yaml").content.decode()
    answer = client.post(URL, {"text": exported})
    assert "Ce fichier ne change rien" in words_of(answer)
    assert answer.status_code == 200
    assert "elles restent telles quelles" in answer.content.decode()
    changed = exported.replace("monday: 9:00-12:00", "monday: 9:00-11:00", 1)
    begun = client.post(URL, {"text": changed})
    assert begun.status_code == 422
    assert plan_versions.current_draft() is None


BAD = """
miti: 1
plan:
  rules:
    - {name: Sans étape, themes: [magie], steps: []}
    - {name: Trop, ring_size: 99, steps: [{after_s: 5, pools: [nulle-part]}, {after_s: 5, pools: all}]}
    - {name: "", couleur: bleu, steps: [{}]}
timetables:
  - {pool: cdm-namur, valid_from: 2026-02-29, hours: {monday: "9:00-12:00"}}
  - {pool: cdm-namur, valid_from: 2031-01-06, hours: {monday: "12:00-9:00", tuesday: "25:00-26:00"}}
  - {pool: cdm-namur, valid_from: 2031-02-03, hours: {monday: "9:00-9:00+1", tuesday: "8:00-10:00"}}
  - {pool: cdm-namur, valid_from: 2026-01-06, hours: {}}
exceptions:
  - {pool: inconnue, date: 2031-12-24, kind: closed}
  - {pool: all, date: 2031-12-24, kind: peut-être}
  - texte
"""


def test_an_import_reports_all_errors_with_their_places_and_writes_nothing(
    world: World, signed_in: SignedIn
) -> None:
    make_plan(1)
    response = signed_in("platform").post(URL, {"text": BAD})
    page = response.content.decode()
    assert response.status_code == 422
    for place in (
        "plan.rules[1].steps",
        "plan.rules[1].themes",
        "plan.rules[2].ring_size",
        "plan.rules[2].steps[1].pools",
        "plan.rules[2].steps[2]",
        "plan.rules[3].name",
        "plan.rules[3]</code> « couleur »",
        "plan.rules[3].steps[1].pools",
        "timetables[1].valid_from",
        "timetables[2].hours.monday",
        "timetables[2].hours.tuesday",
        "timetables[3].hours.tuesday",
        "timetables[4].valid_from",
        "exceptions[1].pool",
        "exceptions[2].kind",
        "exceptions[3]",
    ):
        assert f"<code>{place}" in page.replace("\u00a0", " "), place
    assert "Sans étape" in page
    assert Timetable.objects.count() == 2
    assert not DatedException.objects.exists()
    assert plan_versions.current_draft() is None


def test_one_bad_row_keeps_all_the_good_ones_out(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    response = signed_in("platform").post(URL, {"text": GOOD.replace("kind: open", "kind: ouvert")})
    assert response.status_code == 422
    assert not DatedException.objects.exists()
    assert plan_versions.current_draft() is None
    assert Timetable.objects.count() == 2


def test_a_partners_coordinator_imports_their_own_hours_only(world: World, signed_in: SignedIn) -> None:
    own = (
        "miti: 1\ntimetables:\n  - {pool: cdm-namur, valid_from: 2031-01-06, hours: {monday: '9:00-12:00'}}\n"
    )
    client = signed_in("coordinator")
    assert bring(client, text=own).redirect_chain
    theirs = client.post(URL, {"text": own.replace("cdm-namur", "cdm-bruxelles")})
    assert "c’est à d’autres" in theirs.content.decode()
    assert "<code>plan</code>" in client.post(URL, {"text": GOOD}).content.decode()
    assert Timetable.objects.filter(valid_from=date(2031, 1, 6)).count() == 1


def test_an_old_file_overwrites_nothing_that_was_not_seen(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    week = "/coordination/week/cdm-namur/"
    hours = {"day_0": "9:00-12:00", "valid_from": day}
    client.post(week, hours)
    exported = client.get(f"{URL}miti.yaml").content.decode()
    client.post(f"{week}?from={day}", hours | {"day_1": "14:00-16:00", "shown": day})
    shown = client.post(URL, {"text": exported})
    page = words_of(shown)
    assert "à la place de ce qui est enregistré (enregistré en dernier par Paule le" in page
    assert "mardi : 14:00-16:00 → fermé" in page
    # Somebody else saves it meanwhile.
    remi = world.client(make_person("remi", Role.PLATFORM))
    remi.post(f"{week}?from={day}", hours | {"day_1": "15:00-17:00", "shown": day})
    late = client.post(URL, {"text": exported, "seen": seen_in(shown)})
    assert late.status_code == 409
    assert "rien n’a été écrit" in words_of(late)
    assert "enregistré en dernier par Remi le" in words_of(late)
    assert "mardi : 15:00-17:00 → fermé" in words_of(late)
    assert OpeningInterval.objects.filter(timetable__valid_from=day, weekday=1).count() == 1
    assert client.post(URL, {"text": exported, "seen": seen_in(late)}).status_code == 302
    assert not OpeningInterval.objects.filter(timetable__valid_from=day, weekday=1).exists()


def test_rules_are_not_imported_over_a_draft(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    drafts.begin_draft(actor=world.platform)
    response = signed_in("platform").post(URL, {"text": GOOD})
    assert "Il y a un brouillon" in response.content.decode()
    assert not DatedException.objects.exists()


def test_the_same_timetable_twice_in_a_file_is_refused(world: World, signed_in: SignedIn) -> None:
    row = "  - {pool: cdm-namur, valid_from: 2031-01-06, hours: {monday: '9:00-12:00'}}\n"
    response = signed_in("coordinator").post(URL, {"text": f"miti: 1\ntimetables:\n{row}{row}"})
    assert "timetables[2].valid_from" in response.content.decode()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("miti: [1", "not_yaml"),
        ("miti: 1\0", "not_text_of_yaml"),
        ("[" * 5_000, "too_large"),
        ("a: &x [1]\nb: *x", "not_yaml"),
        ("!!python/object/apply:os.system ['true']", "not_yaml"),
        ("just words", "not_a_mapping"),
        ("miti: 2\nexceptions: []", "not_this_version"),
        ("miti: 1", "nothing_in_it"),
        ("miti: 1\nplan: {rules: 5}", "not_a_list"),
        ("miti: 1\ntimetables: [{pool: 5, valid_from: 2031-01-06, hours: {}}]", "not_text"),
        ("miti: 1\ntimetables: [{pool: a, valid_from: 2031-01-06, hours: {monday: 540}}]", "not_a_time"),
    ],
)
def test_a_file_of_another_kind_is_refused(text: str, code: str) -> None:
    assert code in [problem.code for problem in read(text).problems]


@pytest.mark.parametrize(
    "sent",
    [
        {"text": ""},
        {"file": SimpleUploadedFile("x.yaml", b"\xff\xfe\x00")},
        {"text": "x" * (256 * 1024 + 1)},
    ],
)
def test_a_missing_unreadable_or_huge_file_is_refused(
    world: World, signed_in: SignedIn, sent: dict[str, object]
) -> None:
    assert signed_in("platform").post(URL, sent).status_code == 422
