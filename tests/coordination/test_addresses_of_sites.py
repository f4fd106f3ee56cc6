"""Where a site's widget appears: addresses that mean too much or nothing are refused, accents are understood, a page can be checked."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from routing_rules.models import Site
from routing_rules.sites import NotADomainError, domain_of, readable
from tests.coordination.conftest import World, words_of
from tests.coordination.test_pools_sites_and_bookings import site

SignedIn = Callable[[str], Client]
NEW = "/coordination/sites/new/"


@pytest.mark.parametrize(
    "text",
    [
        "https://*.com",
        "https://*.be",
        "https://*.",
        "https://é é.be",
        f"https://{'é' * 80}.be",
        "https://*.github.io",
        "https://*.co.uk",
    ],
)
def test_an_address_that_means_everybodys_sites_or_none_is_none(text: str) -> None:
    with pytest.raises(NotADomainError):
        domain_of(text)


def test_accents_are_punycode_inside_and_readable_outside(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    assert client.post(NEW, site(domains="https://www.été-école.be\nhttps://*.œuvre.be")).status_code == 302
    saved = Site.objects.get(key="ecole")
    assert all(one.isascii() for one in saved.domains)
    assert [readable(one) for one in saved.domains] == ["https://www.été-école.be", "https://*.œuvre.be"]
    page = words_of(client.get("/coordination/sites/ecole/"))
    assert "https://www.été-école.be" in page
    assert "xn--" not in page


def test_hosts_are_those_that_browsers_ask_for() -> None:
    assert domain_of("https://www.exemple.be:443/") == "https://www.exemple.be"
    assert domain_of("https://www.exemple.be:8443") == "https://www.exemple.be:8443"
    assert domain_of("https://www.straße.be") == "https://www.xn--strae-oqa.be"
    assert readable("https://*.xn--strae-oqa.be") == "https://*.straße.be"
    assert readable("https://xn--9.be") == "https://xn--9.be"


def test_a_form_sent_twice_makes_no_second_site(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    assert client.post(NEW, site(key="")).status_code == 302
    answer = client.post(NEW, site(key=""))
    assert answer.status_code == 422
    assert "Un autre site porte ce nom" in words_of(answer)


def test_a_site_without_an_address_is_refused(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("platform").post(NEW, site(domains=" \n"))
    assert answer.status_code == 422
    assert "Indiquez au moins une adresse" in words_of(answer)


def test_a_key_is_proposed_where_none_is_given(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    for name, key in (
        ("Une École à Mons", "une-ecole-a-mons"),
        ("Une école… à Mons", "une-ecole-a-mons-2"),
        ("…", "site"),
    ):
        assert client.post(NEW, site(name=name, key="")).status_code == 302
        assert Site.objects.filter(name=name, key=key).exists()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.ecole.be/une/page?x=1", True),
        ("https://a.b.ecole.be", True),
        ("http://www.ecole.be", False),
        ("https://ecole.be", False),
        ("https://www.ecole.be.evil.example", False),
        ("https://notecole.be", False),
        ("www.ecole.be", False),
        ("https://[", False),
    ],
)
def test_the_page_says_whether_an_address_shows_the_widget(
    world: World, signed_in: SignedIn, address: str, shown: bool
) -> None:
    given: dict[str, Any] = {"domains": ["https://www.ecole.be", "https://*.ecole.be"]}
    Site.objects.create(key="ecole", name="École", **given)
    page = unescape(
        signed_in("coordinator").get("/coordination/sites/ecole/", {"check": address}).content.decode()
    )
    assert ("Une page à cette adresse affiche le widget" in page) is shown
    assert ("n’affiche pas le widget" in page) is not shown
