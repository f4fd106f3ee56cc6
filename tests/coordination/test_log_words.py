"""The log names what people did, to whom, and what with, in words."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.test import Client

from coordination.acts import ACTS
from partners.models import AuditEntry
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]
LOG = "/coordination/log/"
NOUNS = sorted({code.partition(".")[0] for code in ACTS if "." in code})
RECORDED = re.compile(rf'"((?:{"|".join(NOUNS)})\.[a-z_]+)"|\baction="([a-z_]+(?:\.[a-z_]+)?)"')


def recorded() -> Iterator[str]:
    for package in {*settings.PACKAGES} - {"tests"}:
        for path in (Path(settings.ROOT) / package).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "audit" in source:
                yield from (code for pair in RECORDED.findall(source) for code in pair if code)


def test_every_recorded_act_has_words() -> None:
    codes = set(recorded())
    assert {"token.made", "figures.exported", "account.changed", "plan.published"} <= codes
    assert codes - set(ACTS) == set()


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
    assert "<td>équipe cdm-namur</td>" in page
    assert "lundi 9:00-12:00; vendredi 22:00-2:00+1" in page


def test_somebody_of_another_partner_keeps_their_number(world: World, signed_in: SignedIn) -> None:
    AuditEntry.objects.create(
        actor=world.coordinator, action="person.changed", subject=f"person {world.platform.pk}"
    )
    page = signed_in("coordinator").get(LOG).content.decode()
    assert f"<td>personne {world.platform.pk}</td>" in page
    assert "Paule" not in page
