"""Names of people, teams and schools are found, compared and sorted in one way: no capital and no accent matters."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from chat.content import institutions_named
from partners.models import Network, Partner, Role, Staff
from partners.name_search import in_order, is_same, is_taken, plain
from routing_rules.models import Counsellor, Pool, SchoolBooking
from tests.coordination.conftest import World, make_person, make_plan, words_of
from tests.coordination.test_classes import next_monday, session
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]
ALIKE = json.loads((Path(settings.ROOT) / "tests/js/names_read_alike.json").read_text())
NAMES = ["zoé", "Élise", "Zoe", "abel", "Émile", "Fanny"]
SORTED = ["abel", "Élise", "Émile", "Fanny", "Zoe", "zoé"]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_names_read_alike_whatever_their_capitals_and_accents(one: str, other: str) -> None:
    """The pages' scripts read the same list (tests/js/names.test.js)."""
    assert plain(one) == plain(other)
    assert is_same(f" {one}  x", f"{other} X")
    assert not is_same(one, f"{other}s")
    assert is_taken(one, ["x", other])


def test_names_are_sorted_as_people_read_them() -> None:
    assert in_order(NAMES) == SORTED


def positions(page: str, names: list[str]) -> list[int]:
    return [page.index(f">{name}<") for name in names]


def test_people_and_teams_stand_in_that_order_on_pages_and_in_choices(
    world: World, signed_in: SignedIn
) -> None:
    for number, name in enumerate(NAMES):
        person = make_person(f"u{number}", Role.COUNSELLOR, world.namur)
        Staff.objects.filter(pk=person.pk).update(first_name=name)
        Counsellor.objects.create(staff=person).pools.add(world.pool_namur)
        Pool.objects.create(slug=f"p{number}", name=name, partner=world.namur)
        Partner.objects.create(slug=f"i{number}", name=name, network=Network.objects.get())
    make_plan(1)
    client = signed_in("platform")
    shift = make_shift(world.pool_namur, timezone.localdate() + timedelta(days=7))
    for address in (
        "/coordination/people/",
        "/coordination/teams/",
        "/coordination/exceptions/",
        "/coordination/people/invite/",
        f"/coordination/roster/shifts/{shift.pk}/",
    ):
        page = client.get(address).content.decode()
        found = positions(page, SORTED)
        assert found == sorted(found), address
    tried = client.get("/coordination/try/").content.decode()
    names = re.findall(r"<span>(\w+) \(CDM Namur\)</span>", tried)
    assert [name for name in names if name in SORTED] == SORTED


def test_a_school_is_not_booked_twice_for_a_moment_by_its_name_without_accents(
    world: World, signed_in: SignedIn
) -> None:
    client, monday = signed_in("coordinator"), next_monday()
    assert (
        client.post("/coordination/classes/new/", session(world, monday, school="École libre")).status_code
        == 302
    )
    again = client.post("/coordination/classes/new/", session(world, monday, school="ECOLE  LIBRE"))
    assert again.status_code == 422
    assert "a déjà une réservation à ce moment" in words_of(again)
    assert SchoolBooking.objects.count() == 1


def test_no_two_teams_have_names_that_read_alike(world: World, signed_in: SignedIn) -> None:
    typed = {"slug": "n2", "name": "EQUIPE  namur", "partner": world.namur.pk, "timezone": "Europe/Brussels"}
    refused = signed_in("coordinator").post("/coordination/teams/new/", typed)
    assert refused.status_code == 422
    assert "Une autre équipe a ce nom" in words_of(refused)


def test_a_reply_that_names_an_institution_without_its_accents_is_noticed() -> None:
    names = ["Cité des Métiers", "CEFO"]
    assert institutions_named("Passez a la cite des metiers !", names) == ["Cité des Métiers"]
    assert institutions_named("cefos", names) == []


@pytest.mark.parametrize("typed", ["namur nederlands", "EQUIPE formation", "nl lea@example"])
def test_somebody_is_found_by_team_theme_and_language_wherever_one_looks(
    world: World, signed_in: SignedIn, typed: str
) -> None:
    lea = make_person("lea", Role.COUNSELLOR, world.namur)
    skills = Counsellor.objects.create(staff=lea, languages=["nl"])
    skills.pools.add(world.pool_namur)
    skills.themes.add(*Counsellor.objects.get(staff=world.counsellor).themes.all())
    Counsellor.objects.filter(staff=world.counsellor).update(languages=["fr"])
    make_plan(1)
    client = signed_in("coordinator")
    shift = make_shift(world.pool_namur, timezone.localdate() + timedelta(days=7))
    for address in ("/coordination/people/", f"/coordination/roster/shifts/{shift.pk}/"):
        page = words_of(client.get(address, {"q": typed}))
        assert "Lea" in page, address
        assert ("Sami" in page) is (typed == "EQUIPE formation"), address
    tried = client.get("/coordination/try/").content.decode()
    (words,) = re.findall(r'data-words="([^"]*)"><input [^>]*> <span>Lea ', tried)
    assert {"Équipe Namur", "Formation"} <= {one for one in ("Équipe Namur", "Formation") if one in words}
    assert "nl Nederlands" in words
