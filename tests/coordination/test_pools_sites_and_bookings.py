"""Pools, sites and classes: only their owners write them, and a refusal gives a sentence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from routing_rules.models import Pool, SchoolBooking, Site
from routing_rules.sites import NotADomainError, campaign_of, domain_of
from tests.coordination.conftest import World, make_plan, step

SignedIn = Callable[[str], Client]


def team(world: World, **typed: Any) -> dict[str, Any]:
    return {
        "name": "Équipe du soir",
        "slug": "namur-soir",
        "partner": world.namur.pk,
        "timezone": "Europe/Brussels",
        "active": "on",
        **typed,
    }


def site(**typed: Any) -> dict[str, Any]:
    return {
        "name": "Une école",
        "key": "ecole",
        "partner": "",
        "domains": "https://www.ecole.be\nhttps://*.ecole.be",
        "languages": ["nl", "fr"],
        "themes": [],
        "audience": "school",
        "campaign": "",
        "campaigns": "",
        "active": "on",
        **typed,
    }


def session(world: World, **typed: Any) -> dict[str, Any]:
    # The teams are open on Mondays.
    days = 7 - timezone.localdate().weekday()
    start = (timezone.localtime() + timedelta(days=days)).replace(hour=9, minute=0, second=0, tzinfo=None)
    return {
        "school": "Athénée de Namur",
        "partner": world.namur.pk,
        "starts_at": start.isoformat(timespec="minutes"),
        "ends_at": (start + timedelta(hours=2)).isoformat(timespec="minutes"),
        "places": "5",
        "themes": ["orientation"],
        "code": "",
        **typed,
    }


def test_a_new_pool_belongs_to_the_partner_and_has_no_hours_yet(world: World, signed_in: SignedIn) -> None:
    response = signed_in("coordinator").post("/coordination/teams/new/", team(world), follow=True)
    assert "Donnez-lui des heures" in response.content.decode()
    assert Pool.objects.get(slug="namur-soir").partner == world.namur


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"timezone": "Europe/Namur"}, "fuseau horaire connu"),
        ({"timezone": "../etc/passwd"}, "fuseau horaire connu"),
        ({"slug": "cdm-namur"}, "Une autre équipe a ce code"),
        ({"slug": "Équipe 1"}, "minuscules"),
        ({"slug": "new"}, "mot est réservé"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_an_invalid_pool_is_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("coordinator").post("/coordination/teams/new/", team(world, **typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert Pool.objects.count() == 2


def test_a_coordinator_makes_no_pool_for_another_partner_nor_for_all(
    world: World, signed_in: SignedIn
) -> None:
    for partner in (world.bruxelles.pk, ""):
        response = signed_in("coordinator").post("/coordination/teams/new/", team(world, partner=partner))
        assert response.status_code == 422
    assert (
        signed_in("coordinator")
        .post("/coordination/teams/cdm-bruxelles/", team(world, name="Moi"))
        .status_code
        == 403
    )
    assert signed_in("coordinator").post("/coordination/teams/cdm-bruxelles/delete").status_code == 403


def test_a_pool_in_use_is_not_deleted_and_the_page_says_by_what(world: World, signed_in: SignedIn) -> None:
    make_plan(7, steps=[step("cdm-namur")])
    response = signed_in("coordinator").post("/coordination/teams/cdm-namur/delete", follow=True)
    page = response.content.decode()
    assert "le plan 7 la nomme et 1 personne en fait partie" in page
    assert "rendre inactive" in page
    assert Pool.objects.filter(slug="cdm-namur").exists()


def test_a_pool_that_nothing_depends_on_is_deleted(world: World, signed_in: SignedIn) -> None:
    signed_in("platform").post("/coordination/teams/cdm-bruxelles/delete")
    assert not Pool.objects.filter(slug="cdm-bruxelles").exists()


def test_deactivating_a_pool_of_the_plan_gives_a_warning(world: World, signed_in: SignedIn) -> None:
    make_plan(1, steps=[step("cdm-namur")])
    typed = team(world)
    del typed["active"]
    client = signed_in("coordinator")
    asked = client.post("/coordination/teams/cdm-namur/", typed)
    assert asked.status_code == 422
    assert "Le plan en vigueur nomme cette équipe" in asked.content.decode()
    typed["planned"] = "1 0 1"
    response = client.post("/coordination/teams/cdm-namur/", typed, follow=True)
    assert "Le plan en vigueur nomme cette équipe" in response.content.decode()
    world.pool_namur.refresh_from_db()
    assert not world.pool_namur.active


def test_a_site_declares_the_campaigns_that_its_pages_may_name(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    typed = site(campaigns="Salon_2026\r\n printemps  printemps\n")
    assert client.post("/coordination/sites/new/", typed).status_code == 302
    saved = Site.objects.get(key="ecole")
    assert saved.campaigns == ["Salon_2026", "printemps"]
    assert "Salon_2026\nprintemps</textarea>" in client.get("/coordination/sites/ecole/").content.decode()
    assert [campaign_of(saved, given) for given in ("printemps", "Salon_2026", "junk", "")] == [
        "printemps",
        "Salon_2026",
        "",
        "",
    ]
    saved.campaign = "always"
    assert [campaign_of(saved, given) for given in ("printemps", "junk", "")] == [
        "printemps",
        "always",
        "always",
    ]


def test_a_site_shows_its_line_to_embed(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    assert client.post("/coordination/sites/new/", site()).status_code == 302
    saved = Site.objects.get(key="ecole")
    assert saved.domains == ["https://www.ecole.be", "https://*.ecole.be"]
    assert saved.languages == ["fr", "nl"]
    page = client.get("/coordination/sites/ecole/").content.decode()
    assert (
        "&lt;script src=&quot;http://testserver/widget.js&quot; data-site=&quot;ecole&quot; async&gt;" in page
    )


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"domains": "https://www.ecole.be/page"}, "Pas une adresse"),
        ({"domains": "http://www.ecole.be"}, "Pas une adresse"),
        ({"key": "miti"}, "Un autre site a cette clé"),
        ({"languages": []}, "au moins une langue"),
        ({"audience": "everybody"}, "Sélectionnez un choix valide"),
        ({"campaigns": "salon été"}, "Ce n’est pas un code\u00a0: été"),
        ({"campaigns": "other"}, "Ce n’est pas un code\u00a0: other"),
        ({"campaigns": "\n".join(f"c{number}" for number in range(51))}, "50 campagnes au plus"),
    ],
)
def test_an_invalid_site_is_refused_and_its_text_kept(
    world: World, signed_in: SignedIn, typed: dict[str, Any], says: str
) -> None:
    response = signed_in("platform").post("/coordination/sites/new/", site(**typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'value="Une école"' in response.content.decode()
    assert Site.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    ["ecole.be", "https://", "https://a b.be", "*", "javascript:alert(1)", "https://user@ecole.be", "https://x:99999",
     "https://ecole.be:*", "https://*.*.be", "https://ecole.be; script-src *"],
)  # fmt: skip
def test_nothing_but_an_origin_is_an_origin(text: str) -> None:
    with pytest.raises(NotADomainError):
        domain_of(text)


def test_sites_are_the_platforms_to_change(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    assert "mais pas" in client.get("/coordination/sites/miti/").content.decode()
    assert client.post("/coordination/sites/miti/", site()).status_code == 403
    assert client.post("/coordination/sites/new/", site()).status_code == 403


def test_a_booked_class_gets_a_code(world: World, signed_in: SignedIn) -> None:
    signed_in("coordinator").post("/coordination/classes/new/", session(world))
    saved = SchoolBooking.objects.get()
    assert len(saved.code) == 6
    assert saved.partner == world.namur
    assert saved.ends_at - saved.starts_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"ends_at": "2026-01-05T09:00", "starts_at": "2026-01-05T10:00"}, "après le début"),
        ({"ends_at": "2026-01-05T11:00", "starts_at": "2026-01-05T10:00"}, "est passé"),
        ({"ends_at": "2039-01-05T11:00"}, "se termine le même jour"),
        ({"ends_at": "2099-01-05T11:00"}, "regardez l’année, 2040 au plus"),
        ({"starts_at": "29/02/2027 9:00"}, "n’existe pas"),
        ({"places": "0"}, "de 1 à 60"),
        ({"code": "a b"}, "lettres, chiffres"),
        ({"code": "prise"}, "Une autre classe a ce code"),
    ],
)
def test_an_invalid_class_is_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    now = timezone.now()
    SchoolBooking.objects.create(code="PRISE", school="X", starts_at=now, ends_at=now + timedelta(hours=1))
    response = signed_in("coordinator").post("/coordination/classes/new/", session(world, **typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert SchoolBooking.objects.count() == 1


def test_another_partners_class_is_not_changed(world: World, signed_in: SignedIn) -> None:
    now = timezone.now()
    theirs = SchoolBooking.objects.create(
        code="BXL1", school="X", partner=world.bruxelles, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    client = signed_in("coordinator")
    assert client.post(f"/coordination/classes/{theirs.pk}/", session(world)).status_code == 403
    assert client.post(f"/coordination/classes/{theirs.pk}/delete").status_code == 403
    assert signed_in("platform").post(f"/coordination/classes/{theirs.pk}/delete").status_code == 302
    assert not SchoolBooking.objects.exists()
