"""What can never happen is refused or warned of in words: an audience that a site has not, a second team of the same name."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from routing_rules.models import PlanState, Pool, Site
from tests.coordination.conftest import World, make_plan, make_rule
from tests.coordination.test_tryit_and_coverage import asked

SignedIn = Callable[[str], Client]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"audience": "school"}, "n’est pour ce public"),
        ({"language": "uk"}, "n’offre pas cette langue"),
        ({"theme": "emploi"}, "n’offre pas cette thématique"),
    ],
)
def test_a_try_that_no_visitor_of_the_site_can_make_is_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    make_plan(1)
    site = Site.objects.get(key="miti")
    site.languages = ["fr", "nl"]
    site.save()
    site.themes.set([world.counsellor.counsellor.themes.get()])
    answer = signed_in("platform").get("/coordination/try/", asked(["sami"], **typed))
    assert answer.status_code == 422
    assert says in unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("conditions", "warned"),
    [
        ({"audiences": ["school"]}, True),
        ({"audiences": ["school", "public"]}, False),
        ({"languages": ["uk"]}, True),
        ({"languages": ["nl"]}, False),
    ],
)
def test_a_rule_that_can_never_match_its_site_is_warned_of(
    world: World, signed_in: SignedIn, conditions: dict[str, list[str]], warned: bool
) -> None:
    Site.objects.filter(key="miti").update(languages=["fr", "nl"])
    draft = make_plan(2, PlanState.DRAFT)
    make_rule(draft, 0, "Rare", sites=["miti"], **conditions)
    page = unescape(signed_in("platform").get("/coordination/rules/draft/").content.decode())
    assert ("Aucune demande de miti.be ne peut correspondre" in page) is warned


def test_two_teams_have_no_name_in_common(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    typed = {
        "name": "ÉQUIPE namur",
        "slug": "autre",
        "partner": "",
        "timezone": "Europe/Brussels",
        "active": "on",
    }
    answer = client.post("/coordination/teams/new/", typed)
    assert answer.status_code == 422
    assert "Une autre équipe a ce nom" in unescape(answer.content.decode())
    assert client.post("/coordination/teams/cdm-namur/", typed).status_code == 302
    assert Pool.objects.filter(name="ÉQUIPE namur").count() == 1
