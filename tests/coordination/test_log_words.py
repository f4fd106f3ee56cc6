"""The log names what people did, to whom, and what with, in words."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from chat.models import CannedReply, Contact, Notice
from coordination.acts import ACTS
from partners.models import AuditEntry
from routing_rules.models import PlanState, SchoolBooking
from tests.coordination.conftest import World, make_plan, make_timetable
from tests.coordination.test_classes import next_monday
from tests.coordination.test_second_writer import filled, form_with

SignedIn = Callable[[str], Client]
LOG = "/coordination/log/"
NOUNS = sorted({code.partition(".")[0] for code in ACTS if "." in code})
RECORDED = re.compile(rf'"((?:{"|".join(NOUNS)})\.[a-z_]+)"|\baction="([a-z_]+(?:\.[a-z_]+)?)"')


def words_of(content: bytes) -> str:
    return unescape(content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def recorded() -> Iterator[str]:
    for package in settings.PACKAGES:
        for path in (Path(settings.ROOT) / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "audit" in source:
                yield from (code for pair in RECORDED.findall(source) for code in pair if code)


def test_every_recorded_act_has_words() -> None:
    codes = set(recorded())
    assert {"token.made", "figures.exported", "account.changed", "plan.published"} <= codes
    files = {code for code in codes if code.endswith((".csv", ".xlsx"))}
    assert codes - files - set(ACTS) == set()


def test_a_person_is_named_and_hours_are_told_as_people_say_them(world: World, signed_in: SignedIn) -> None:
    AuditEntry.objects.create(
        actor=world.coordinator, action="person.changed", subject=f"person {world.counsellor.pk}"
    )
    AuditEntry.objects.create(
        actor=world.coordinator,
        action="timetable.set",
        subject="pool cdm-namur",
        detail={"valid_from": "2026-01-05", "intervals": [[0, 540, 720], [4, 1320, 1560]]},
    )
    page = signed_in("coordinator").get(LOG).content.decode()
    assert "<td>Sami</td>" in page
    assert "<td>équipe « Équipe Namur »</td>" in unescape(page).replace("\u00a0", " ")
    assert "lundi 9:00-12:00; vendredi 22:00-2:00+1" in page


def test_the_hours_that_were_taken_back_are_told(world: World, signed_in: SignedIn) -> None:
    coming = make_timetable(
        world.pool_namur, timezone.localdate() + timedelta(days=30), [(0, 540, 720), (3, 600, 660)]
    )
    client = signed_in("coordinator")
    client.post(f"/coordination/week/cdm-namur/coming/{coming.pk}/delete")
    assert "lundi 9:00-12:00; jeudi 10:00-11:00" in words_of(client.get(LOG).content)


def test_somebody_of_another_partner_keeps_their_number(world: World, signed_in: SignedIn) -> None:
    AuditEntry.objects.create(
        actor=world.coordinator, action="person.changed", subject=f"person {world.platform.pk}"
    )
    page = signed_in("coordinator").get(LOG).content.decode()
    assert f"<td>personne {world.platform.pk}</td>" in page
    assert "Paule" not in page


def test_a_change_is_told_in_words_with_before_and_after(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    typed = {"name": "Équipe du matin", "partner": world.namur.pk, "timezone": "Europe/Brussels"}
    # Seen: one person is in it, nobody is planned, no plan names it.
    client.post("/coordination/teams/cdm-namur/", typed | {"planned": "1 0 0"})
    skills = {
        "first_name": "Sami",
        "pools": ["cdm-namur"],
        "themes": ["emploi"],
        "languages": ["nl"],
        "capacity": "3",
    }
    client.post(f"/coordination/people/{world.counsellor.pk}/", skills)
    client.post(
        "/coordination/week/cdm-namur/",
        {"day_0": "10:00-11:00", "valid_from": timezone.localdate().isoformat()},
    )
    page = unescape(client.get(LOG).content.decode()).replace("\u00a0", " ")
    assert "nom : Équipe Namur → Équipe du matin" in page
    assert "actif : oui → non" in page
    # What stayed as it was is not told.
    assert "fuseau horaire" not in page
    assert "langues : Français → Nederlands" in page
    assert "thématiques : Formation → Emploi" in page
    assert "à la fois : 2 → 3" in page
    assert "vendredi 9:00-12:00 → lundi 10:00-11:00" in page
    assert "True" not in page
    assert not re.search(r"\d{4}-\d\d-\d\d[T,<]", re.sub(r'="[^"]*"', "", page))


def test_the_log_is_filtered_and_taken_out_as_a_file(world: World, signed_in: SignedIn) -> None:
    for actor in (world.coordinator, world.platform):
        AuditEntry.objects.create(
            actor=actor, action="exception.added", subject="all pools", detail={"date": "2030-12-24"}
        )
    client = signed_in("platform")
    today = timezone.localdate()
    asked = {"who": "nor", "since": today.isoformat(), "until": today.isoformat(), "act": "exception.added"}
    text = client.get(f"{LOG}log.csv", asked).content.decode()
    assert text.count("\r\n") == 2
    assert "Nora" in text
    assert "24 décembre 2030" in text
    assert "Paule" not in unescape(client.get(LOG, asked).content.decode()).split("<tbody>")[1]
    later = {"since": (today + timedelta(days=1)).isoformat()}
    assert "<tbody>" not in client.get(LOG, later).content.decode()
    assert client.get(LOG, {"since": "hier", "until": "9" * 30}).status_code == 200
    own = signed_in("coordinator").get(f"{LOG}log.csv").content.decode()
    assert "Paule" not in own


def test_a_refusal_names_who_can_help(world: World, signed_in: SignedIn) -> None:
    assert "ces personnes peuvent aider : Paule" in unescape(
        signed_in("coordinator").get("/coordination/sites/new/").content.decode()
    ).replace("\u00a0", " ")
    page = unescape(signed_in("counsellor").get("/coordination/").content.decode()).replace("\u00a0", " ")
    assert "ces personnes peuvent aider : Nora" in page
    assert "votre coordination" not in page


def test_texts_numbers_rules_and_classes_are_told_before_and_after(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    reply = CannedReply.objects.create(language="fr", shortcut="bonjour", title="Bonjour", body="Bonjour")
    contact = Contact.objects.create(number="107", labels={"fr": "Écoute"})
    Notice.objects.create(kind="opening", language="fr", html="<p>Ouvert</p>")
    draft = make_plan(2, PlanState.DRAFT)
    begins = next_monday()
    booking = SchoolBooking.objects.create(
        code="ABCD", school="X", starts_at=begins, ends_at=begins.replace(hour=10), places=1
    )
    for address, field, value in (
        (f"/coordination/replies/{reply.pk}/", "title", "Au revoir"),
        (f"/coordination/numbers/{contact.pk}/", "label_fr", "Écoute jour et nuit"),
        ("/coordination/notices/opening/fr/", "html", "Ouvert, mais pas longtemps"),
        (f"/coordination/classes/{booking.pk}/", "school", "Athénée"),
        ("/coordination/themes/emploi/", "label_fr", "Travailler"),
        (f"/coordination/rules/draft/{draft.rules.get().pk}/", "ring_size", "2"),
    ):
        form = form_with(client, address, field)
        sent = {
            name: text
            for name, text in filled(form, **{field: value}).items()
            if name not in {"more", "preview"}
        }
        assert client.post(address, sent).status_code == 302, address
    page = words_of(client.get(LOG).content)
    for words in (
        "titre : Bonjour → Au revoir",
        "Français « Écoute » → Français « Écoute jour et nuit »",
        "lettres du texte : 6 → 26",
        "école : X → Athénée",
        "Français « Emploi » → Français « Travailler »",
        "appelées à la fois : 2, 40 s chacune",
        "thématique « Travailler »",
        "avis « avant le premier message »",
    ):
        assert words in page
    # Never the text itself.
    assert "mais pas longtemps" not in page


def test_the_log_is_filtered_by_what_was_changed(world: World, signed_in: SignedIn) -> None:
    for subject in ("pool cdm-namur", "site miti"):
        AuditEntry.objects.create(
            actor=world.platform, action=f"{subject.split()[0]}.changed", subject=subject
        )
    page = unescape(signed_in("platform").get(LOG, {"to": "site"}).content.decode())
    assert "« miti.be »" in page.replace("\u00a0", " ")
    assert "Équipe Namur" not in page
    assert "1 acte" in page
    assert "Rien n’est trouvé" in unescape(signed_in("platform").get(LOG, {"to": "theme"}).content.decode())
