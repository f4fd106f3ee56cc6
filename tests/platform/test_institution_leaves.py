"""An institution leaves: what follows is said first, its people come in no more, what it had goes to the platform, and it is logged."""

from collections.abc import Callable

import pytest
from django.test import Client

from partners.models import AuditEntry, Network, Partner, Role, Staff
from routing_rules.models import Pool, Site

BrowserOf = Callable[[Role | None], Client]
PAGE = "/admin/partners/partner/"
pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture
def administrator(browser_of: BrowserOf) -> Client:
    browser = browser_of(Role.ADMIN)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def take_out(browser: Client, partner: Partner, **more: str) -> str:
    typed = {"action": "take_out", "_selected_action": str(partner.pk), **more}
    return browser.post(PAGE, typed, follow=True).content.decode()


def test_what_follows_is_said_before_anything_is_changed(administrator: Client) -> None:
    partner = Partner.objects.get(slug="cdm-namur")
    people = partner.staff.filter(is_active=True).count()
    page = take_out(administrator, partner)
    assert f"people who can no longer sign in: {people}," in page
    assert partner.staff.filter(is_active=True).count() == people
    assert not AuditEntry.objects.filter(action="institution.left").exists()


def test_its_people_come_in_no_more_and_what_it_had_is_the_platforms(administrator: Client) -> None:
    partner = Partner.objects.get(slug="cdm-namur")
    pools = set(partner.pools.values_list("pk", flat=True))
    people = set(partner.staff.values_list("pk", flat=True))
    assert pools
    assert people
    assert "was taken out" in take_out(administrator, partner, confirmed="1")
    assert not Staff.objects.filter(pk__in=people, is_active=True).exists()
    assert set(Pool.objects.filter(partner=None).values_list("pk", flat=True)) >= pools
    assert not Site.objects.filter(partner=partner).exists()
    assert AuditEntry.objects.filter(action="institution.left", subject=f"institution {partner.pk}").exists()


def test_the_administrators_own_institution_is_left_to_another_administrator(administrator: Client) -> None:
    partner = Partner.objects.get(slug="cdm-namur")
    Staff.objects.filter(role=Role.ADMIN).update(partner=partner)
    assert "another administrator" in take_out(administrator, partner, confirmed="1")
    assert partner.staff.filter(is_active=True).exists()
    assert partner.pools.exists()


def test_institutions_are_in_the_log(administrator: Client) -> None:
    administrator.post("/admin/partners/network/add/", {"code": "NEW", "name": "A new network"})
    network = Network.objects.get(code="NEW")
    administrator.post(f"{PAGE}add/", {"slug": "new-one", "name": "New", "network": network.pk})
    partner = Partner.objects.get(slug="new-one")
    administrator.post(
        f"{PAGE}{partner.pk}/change/", {"slug": "new-one", "name": "Newer", "network": network.pk}
    )
    administrator.post(f"{PAGE}{partner.pk}/delete/", {"post": "yes"})
    assert not Partner.objects.filter(slug="new-one").exists()
    acts = set(
        AuditEntry.objects.filter(subject=f"institution {partner.pk}").values_list("action", flat=True)
    )
    assert acts == {"institution.created", "institution.changed", "institution.deleted"}
    assert AuditEntry.objects.filter(action="network.created", subject=f"network {network.pk}").exists()


def test_the_log_tells_of_an_institution_and_an_account_what_was_before(administrator: Client) -> None:
    partner = Partner.objects.get(slug="cdm-namur")
    was, network = partner.name, partner.network
    administrator.post(
        f"{PAGE}{partner.pk}/change/", {"slug": "cdm-namur", "name": "Namur même", "network": network.pk}
    )
    told = AuditEntry.objects.get(action="institution.changed").detail
    assert (told["name"], told["was"]) == ("Namur même", {"name": was, "network": network.code})
    person = partner.staff.filter(role=Role.COUNSELLOR, is_active=True).first()
    assert person
    changed = {"username": person.username, "first_name": "Neuf", "role": Role.ANALYST.value}
    administrator.post(f"/admin/partners/staff/{person.pk}/change/", changed | {"is_active": "on"})
    told = AuditEntry.objects.get(action="account.changed").detail
    assert (told["role"], told["institution"]) == ("analyst", None)
    assert told["was"] == {"role": "counsellor", "institution": "cdm-namur", "active": True}
    assert "Neuf" not in str(told), "a name would outlive its account"


def test_no_two_institutions_have_names_that_read_alike(administrator: Client) -> None:
    network = Network.objects.get(partners__slug="cdm-namur")
    for slug, name in (("e1", "École libre"), ("e2", "ECOLE  LIBRE"), ("e3", "École")):
        administrator.post(f"{PAGE}add/", {"slug": slug, "name": name, "network": network.pk})
    assert set(Partner.objects.filter(slug__in=["e1", "e2", "e3"]).values_list("slug", flat=True)) == {
        "e1",
        "e3",
    }


def test_a_site_is_deleted_by_the_platforms_coordinators_only(browser_of: BrowserOf) -> None:
    key = Site.objects.values_list("key", flat=True)[0]
    assert browser_of(Role.COORDINATOR).post(f"/coordination/sites/{key}/delete").status_code == 403
    assert Site.objects.filter(key=key).exists()
    assert browser_of(Role.PLATFORM).post(f"/coordination/sites/{key}/delete").status_code == 302
    assert not Site.objects.filter(key=key).exists()
    assert AuditEntry.objects.filter(action="site.deleted", subject=f"site {key}").exists()
