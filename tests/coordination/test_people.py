"""People are invited, equipped and deactivated by their own coordinators."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from chat.models import Duty
from partners.models import AuditEntry, Role, Staff
from routing_rules.models import Counsellor, Theme
from tests.coordination.conftest import World, make_person, make_plan

SignedIn = Callable[[str], Client]
PEOPLE = "/coordination/people/"


def invitation(world: World, **typed: Any) -> dict[str, Any]:
    return {
        "email": "lea@exemple.be",
        "first_name": "Léa",
        "partner": world.namur.pk,
        "role": "counsellor",
        **typed,
    }


def skills(**typed: Any) -> dict[str, Any]:
    return {
        "first_name": "Sami",
        "pools": ["cdm-namur"],
        "themes": ["emploi"],
        "languages": ["fr", "nl"],
        "capacity": "3",
        **typed,
    }


@pytest.mark.usefixtures("running")
def test_an_invited_person_chooses_a_password_by_the_link_in_the_letter(
    world: World, signed_in: SignedIn
) -> None:
    signed_in("coordinator").post(f"{PEOPLE}invite/", invitation(world))
    person = Staff.objects.get(email="lea@exemple.be")
    assert (person.role, person.partner, person.has_usable_password()) == (
        Role.COUNSELLOR,
        world.namur,
        False,
    )
    assert Counsellor.objects.filter(staff=person).exists()
    letter = mail.outbox[0]
    assert letter.to == ["lea@exemple.be"]
    link = re.search(r"http://127.0.0.1:8000(/\S+)", str(letter.body))
    assert link is not None
    stranger = Client()
    page = stranger.get(link[1], follow=True)
    path = page.redirect_chain[-1][0]
    stranger.post(path, {"password1": "un-bon-mot-de-passe", "password2": "un-bon-mot-de-passe"})
    person.refresh_from_db()
    assert person.check_password("un-bon-mot-de-passe")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"email": "lea"}, "pas une adresse e-mail"),
        ({"email": ""}, "Indiquez une adresse"),
        ({"email": "SAMI@example.be"}, "déjà un compte"),
        ({"first_name": ""}, "obligatoire"),
    ],
)
def test_an_invitation_that_cannot_be_sent_is_refused_and_kept(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("coordinator").post(f"{PEOPLE}invite/", invitation(world, **typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not mail.outbox


def test_a_coordinator_invites_counsellors_of_their_own_partner_only(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    for typed in ({"partner": world.bruxelles.pk}, {"role": "coordinator"}, {"role": "platform"}):
        assert client.post(f"{PEOPLE}invite/", invitation(world, **typed)).status_code == 422
    assert not Staff.objects.filter(email="lea@exemple.be").exists()


def test_nobody_is_made_platform_coordinator_or_administrator_here(world: World, signed_in: SignedIn) -> None:
    for role in ("platform", "admin"):
        assert signed_in("platform").post(f"{PEOPLE}invite/", invitation(world, role=role)).status_code == 422


def test_the_skills_of_a_counsellor_are_saved(world: World, signed_in: SignedIn) -> None:
    assert signed_in("coordinator").post(f"{PEOPLE}{world.counsellor.pk}/", skills()).status_code == 302
    saved = Counsellor.objects.get(staff=world.counsellor)
    assert [theme.code for theme in saved.themes.all()] == ["emploi"]
    assert (saved.languages, saved.capacity) == (["fr", "nl"], 3)
    assert AuditEntry.objects.filter(action="person.changed", actor=world.coordinator).exists()


def test_another_partners_team_of_somebody_is_left_as_it_is(world: World, signed_in: SignedIn) -> None:
    mine = Counsellor.objects.get(staff=world.counsellor)
    mine.pools.add(world.pool_bruxelles)
    signed_in("coordinator").post(f"{PEOPLE}{world.counsellor.pk}/", skills(pools=[]))
    assert list(mine.pools.all()) == [world.pool_bruxelles]
    refused = signed_in("coordinator").post(
        f"{PEOPLE}{world.counsellor.pk}/", skills(pools=["cdm-bruxelles"])
    )
    assert refused.status_code == 422


def test_a_new_capacity_holds_for_a_counsellor_on_duty(world: World, signed_in: SignedIn) -> None:
    person = Counsellor.objects.get(staff=world.counsellor)
    duty = Duty.objects.create(counsellor=person, state="available", capacity=2, active=1, on_duty=True)
    signed_in("coordinator").post(f"{PEOPLE}{world.counsellor.pk}/", skills(capacity="4"))
    duty.refresh_from_db()
    assert (duty.capacity, duty.state, duty.active) == (4, "available", 1)


def test_the_platform_changes_a_role_and_open_pages_refresh(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr("wakeups.publish.rights_changed", told.append)
    path = f"{PEOPLE}{world.counsellor.pk}/role"
    assert signed_in("platform").post(path, {"role": "coordinator"}).status_code == 302
    world.counsellor.refresh_from_db()
    assert world.counsellor.role == Role.COORDINATOR
    assert told == [world.counsellor.pk]
    assert list(world.pool_namur.counsellors.all()) == []
    entry = AuditEntry.objects.get(action="person.role_changed")
    assert entry.detail == {"from": "counsellor", "to": "coordinator"}
    signed_in("platform").post(path, {"role": "counsellor"})
    page = signed_in("platform").get(f"{PEOPLE}{world.counsellor.pk}/").content.decode()
    assert 'name="capacity"' in page


@pytest.mark.parametrize(
    ("who", "whom", "role", "status"),
    [
        ("coordinator", "counsellor", "coordinator", 403),
        ("platform", "admin", "counsellor", 403),
        ("platform", "platform", "counsellor", 403),
        ("platform", "counsellor", "admin", 422),
        ("platform", "counsellor", "platform", 422),
    ],
)
def test_a_role_beyond_ones_rights_is_not_given(
    world: World, signed_in: SignedIn, who: str, whom: str, role: str, status: int
) -> None:
    person = getattr(world, whom)
    assert signed_in(who).post(f"{PEOPLE}{person.pk}/role", {"role": role}).status_code == status
    assert not AuditEntry.objects.filter(action="person.role_changed").exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"capacity": "0"}, "de 1 à 6"),
        ({"capacity": "40"}, "de 1 à 6"),
        ({"languages": []}, "au moins une langue"),
        ({"languages": ["xx"]}, "Sélectionnez un choix valide"),
    ],
)
def test_invalid_skills_are_refused(
    world: World, signed_in: SignedIn, typed: dict[str, Any], says: str
) -> None:
    response = signed_in("coordinator").post(f"{PEOPLE}{world.counsellor.pk}/", skills(**typed))
    assert response.status_code == 422
    assert says in response.content.decode()


def test_a_deactivated_person_is_out_at_once_and_can_come_back(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr("wakeups.publish.rights_changed", told.append)
    their_browser = world.client(world.counsellor)
    assert their_browser.get("/coordination/").status_code == 403
    client = signed_in("coordinator")
    client.post(f"{PEOPLE}{world.counsellor.pk}/deactivate")
    world.counsellor.refresh_from_db()
    assert not world.counsellor.is_active
    assert told == [world.counsellor.pk]
    assert their_browser.get("/coordination/").status_code == 302
    client.post(f"{PEOPLE}{world.counsellor.pk}/reactivate")
    world.counsellor.refresh_from_db()
    assert world.counsellor.is_active


def test_people_of_others_and_of_higher_roles_are_neither_seen_nor_changed(
    world: World, signed_in: SignedIn
) -> None:
    other = make_person("bruno", Role.COUNSELLOR, world.bruxelles)
    Counsellor.objects.create(staff=other)
    client = signed_in("coordinator")
    assert "Bruno" not in client.get(PEOPLE).content.decode()
    for person in (other, world.coordinator, world.platform, world.admin):
        assert client.get(f"{PEOPLE}{person.pk}/").status_code == 403
        assert client.post(f"{PEOPLE}{person.pk}/", skills()).status_code == 403
        assert client.post(f"{PEOPLE}{person.pk}/deactivate").status_code == 403
    for person in (world.platform, world.admin):
        assert signed_in("platform").post(f"{PEOPLE}{person.pk}/deactivate").status_code == 403
    assert not Staff.objects.filter(is_active=False).exists()


def test_in_a_try_people_of_other_partners_have_no_name(world: World, signed_in: SignedIn) -> None:
    other = Counsellor.objects.create(staff=make_person("bruno", Role.COUNSELLOR, world.bruxelles))
    other.themes.set(Theme.objects.all())
    make_plan(1)
    page = signed_in("coordinator").get("/coordination/try/").content.decode()
    assert "Bruno" not in page
    assert "CDM Bruxelles, personne 1" in page
    assert "Sami (CDM Namur)" in page
