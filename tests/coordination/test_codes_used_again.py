"""A code that figures hold is not used again: the past of the former team, site or network would be shown as that of the new one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from indicators.codes import CounterKind, Outcome
from indicators.models import Capacity, Counter, DutyPeriod, MetricRow, OnDuty, SkilledOnDuty
from indicators.rows import pending
from indicators.rows.record import EndedRequest
from partners.models import Network
from routing_rules import pools, sites
from routing_rules.models import Pool, Site
from tests.coordination.conftest import World
from tests.coordination.test_pools_sites_and_bookings import site, team

SignedIn = Callable[[str], Client]
ENGLISH = {"Accept-Language": "en"}
DAY = date(2026, 9, 3)
NEW_TEAM, NEW_SITE = "/coordination/teams/new/", "/coordination/sites/new/"


def row(**different: Any) -> MetricRow:
    return MetricRow(day=DAY, slot=18, outcome=Outcome.SERVED, plan_number=1, **different)


def ended(**different: Any) -> EndedRequest:
    usual: dict[str, Any] = {
        "asked_at": datetime(2026, 9, 3, 8, tzinfo=UTC),
        "outcome": Outcome.SERVED,
        "theme_asked": "emploi",
        "theme_end": "emploi",
        "language": "fr",
        "site": "miti",
        "plan_number": 1,
    }
    return EndedRequest(**{**usual, **different})


OF_A_TEAM = [
    row(pool_served="former"),
    OnDuty(day=DAY, pool="former", people=1),
    SkilledOnDuty(day=DAY, pool="former", skill="language", code="fr"),
    Capacity(day=DAY, slot=18, pool="former"),
    DutyPeriod(day=DAY, quarter=40, pool="former"),
]
OF_A_SITE = [
    row(site="former"),
    Counter(day=DAY, slot=18, site="former", language="fr", kind=CounterKind.OPENED, n=1),
]
OF_A_NETWORK = [
    row(site_network="former"),
    row(network_served="former"),
    DutyPeriod(day=DAY, quarter=40, network="former"),
]


@pytest.mark.parametrize("kept", OF_A_TEAM, ids=lambda kept: type(kept).__name__)
def test_a_team_gets_no_code_that_figures_hold(kept: Model, world: World, signed_in: SignedIn) -> None:
    kept.save()
    client = signed_in("coordinator")
    refused = client.post(NEW_TEAM, team(world, slug="former"), headers=ENGLISH)
    assert refused.status_code == 422
    assert "A former team had this code" in refused.content.decode()
    assert "Choose a code that no team has had." in refused.content.decode()
    assert client.post(NEW_TEAM, team(world, slug="former-2")).status_code == 302
    assert not Pool.objects.filter(slug="former").exists()


def test_a_deleted_teams_past_is_not_read_by_another_institution(world: World, signed_in: SignedIn) -> None:
    theirs = Pool.objects.create(slug="theirs", name="Soir", partner=world.bruxelles)
    row(pool_served="theirs").save()
    pools.delete(actor=world.platform, pool=theirs)
    answer = signed_in("coordinator").post(NEW_TEAM, team(world, slug="theirs"))
    assert "Une ancienne équipe avait ce code" in answer.content.decode()
    assert not Pool.objects.filter(slug="theirs").exists()


def test_a_team_that_exists_is_changed_whatever_was_counted(world: World, signed_in: SignedIn) -> None:
    row(pool_served="cdm-namur").save()
    client = signed_in("coordinator")
    page = client.get("/coordination/teams/cdm-namur/")
    assert page.status_code == 200
    typed = team(world, name="Namur centre")
    del typed["slug"]
    client.post("/coordination/teams/cdm-namur/", typed, follow=True)
    assert Pool.objects.get(slug="cdm-namur").name == "Namur centre"


@pytest.mark.parametrize("kept", OF_A_SITE, ids=lambda kept: type(kept).__name__)
def test_a_site_gets_no_key_that_figures_hold(kept: Model, world: World, signed_in: SignedIn) -> None:
    kept.save()
    client = signed_in("platform")
    refused = client.post(NEW_SITE, site(key="former"), headers=ENGLISH)
    assert refused.status_code == 422
    assert "A former site had this key" in refused.content.decode()
    assert "put the new embed code into its pages" in refused.content.decode()
    assert client.post(NEW_SITE, site(key="", name="Former")).status_code == 302
    assert set(Site.objects.values_list("key", flat=True)) == {"miti", "former-2"}, "a key is made besides it"


def test_a_deleted_site_of_which_nothing_was_counted_leaves_its_key(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("platform")
    client.post(NEW_SITE, site())
    sites.delete(actor=world.platform, site=Site.objects.get(key="ecole"))
    assert client.post(NEW_SITE, site()).status_code == 302


@pytest.mark.parametrize("kept", OF_A_NETWORK, ids=["of the site", "served", "on duty"])
def test_a_network_gets_no_code_that_figures_hold(kept: Model, world: World, signed_in: SignedIn) -> None:
    kept.save()
    client = signed_in("admin")
    refused = client.post(
        "/admin/partners/network/add/", {"code": "former", "name": "Another"}, headers=ENGLISH
    )
    assert "A former network had this code" in refused.content.decode()
    client.post("/admin/partners/network/add/", {"code": "free", "name": "Another"})
    assert set(Network.objects.values_list("code", flat=True)) == {"CDM", "free"}
    # One that exists gets it neither, and may keep its own.
    another = Network.objects.get(code="free")
    address = f"/admin/partners/network/{another.pk}/change/"
    client.post(address, {"code": "former", "name": "Another"})
    MetricRow.objects.update(site_network="free")
    client.post(address, {"code": "free", "name": "Renamed"})
    another.refresh_from_db()
    assert (another.code, another.name) == ("free", "Renamed")


def test_what_is_still_to_be_counted_holds_codes_too(world: World, signed_in: SignedIn) -> None:
    now = datetime(2026, 9, 3, 9, tzinfo=UTC)
    pending.hold(
        ended=ended(pool_served="former", site="former", site_network="former", network_served="cdm"), now=now
    )
    assert signed_in("coordinator").post(NEW_TEAM, team(world, slug="former")).status_code == 422
    assert signed_in("platform").post(NEW_SITE, site(key="former")).status_code == 422
    for code in ("former", "cdm"):
        signed_in("admin").post("/admin/partners/network/add/", {"code": code, "name": "Another"})
    assert Network.objects.count() == 1
