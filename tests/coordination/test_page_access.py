"""What coordinators see on the pages; who may open them is tested in `tests/access`."""

from collections.abc import Callable

import pytest
from django.test import Client

from partners.models import AuditEntry
from tests.coordination.conftest import World, make_plan

SignedIn = Callable[[str], Client]

PAGES = [
    "board/", "board/?wall=1", "", "week/cdm-namur/", "exceptions/", "holidays/", "rules/", "rules/plan/1/", "try/", "coverage/", "people/",
    "people/invite/", "teams/", "teams/new/", "teams/cdm-namur/", "themes/", "sites/", "sites/miti/", "classes/",
    "classes/new/", "replies/", "replies/new/", "notices/", "exchange/", "exchange/miti.yaml",
    "exchange/miti.json", "log/",
]  # fmt: skip


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("person", ["coordinator", "platform"])
def test_coordinators_see_every_page_and_nothing_keeps_a_copy(
    world: World, signed_in: SignedIn, person: str, address: str
) -> None:
    make_plan(1)
    response = signed_in(person).get(f"/coordination/{address}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert b"style=" not in response.content
    assert response.content.count(b"<script") == response.content.count(b"<script src=")


def test_the_log_shows_a_coordinator_the_acts_of_their_own_people(world: World, signed_in: SignedIn) -> None:
    AuditEntry.objects.create(actor=world.counsellor, action="signed_in")
    AuditEntry.objects.create(actor=world.platform, action="plan.published", subject="plan 12")
    AuditEntry.objects.create(actor=None, action="plan.published", subject="plan 13")
    own = signed_in("coordinator").get("/coordination/log/").content.decode()
    assert "Sami" in own
    assert "plan 12" not in own
    assert "plan 13" not in own
    everything = signed_in("platform").get("/coordination/log/", {"act": "plan.published"}).content.decode()
    assert "plan 12" in everything
    assert "plan 13" in everything
    assert "Sami" not in everything


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Semaine"), ("nl", "Uitzonderingen"), ("en", "Exceptions")]
)
def test_the_pages_speak_three_languages(world: World, signed_in: SignedIn, language: str, word: str) -> None:
    client = signed_in("coordinator")
    client.cookies["miti_language"] = language
    page = client.get("/coordination/").content.decode()
    assert f'<html lang="{language}">' in page
    assert word in page
