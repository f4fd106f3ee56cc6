"""What would happen to a request, and who covers the coming week."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Role
from routing_rules.models import Counsellor, PlanState, Theme
from tests.coordination.conftest import World, make_person, make_plan, make_rule, make_timetable, step

SignedIn = Callable[[str], Client]
ALWAYS = [(day, 0, 1440) for day in range(7)]


@pytest.fixture
def busy(world: World) -> World:
    """Both teams always open, a plan that begins in Namur and widens after 20 seconds, and Bruno in Bruxelles."""
    for pool in (world.pool_namur, world.pool_bruxelles):
        pool.timetables.all().delete()
        make_timetable(pool, timezone.localdate() - timedelta(days=30), ALWAYS)
    make_plan(1, steps=[step("cdm-namur"), step(after_s=20)])
    bruno = Counsellor.objects.create(
        staff=make_person("bruno", Role.COUNSELLOR, world.bruxelles), languages=["fr", "nl"]
    )
    bruno.pools.add(world.pool_bruxelles)
    bruno.themes.set(Theme.objects.filter(code="formation"))
    return world


def asked(ready: list[str], **typed: Any) -> dict[str, Any]:
    ids = list(Counsellor.objects.filter(staff__username__in=ready).values_list("pk", flat=True))
    return {
        "plan": "1",
        "theme": "formation",
        "language": "fr",
        "site": "miti",
        "audience": "public",
        "at": (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT10:00"),
        "ready": ids,
        "answers_after": "",
        **typed,
    }


def test_a_try_shows_the_search_second_by_second_with_reasons(busy: World, signed_in: SignedIn) -> None:
    page = signed_in("platform").get("/coordination/try/", asked(["sami", "bruno"])).content.decode()
    page = page.replace("\u00a0", " ")
    assert "appelle : Sami (CDM Namur)" in page
    assert page.index("appelle : Sami") < page.index("Après 20 s") < page.index("appelle : Bruno")
    assert "Bruno (CDM Bruxelles) : équipe atteinte seulement plus tard" in page


def test_a_whole_team_or_whoever_is_ready_now_is_tried_at_once(
    busy: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("platform")
    page = client.get("/coordination/try/", asked([], team="cdm-namur")).content.decode()
    assert "Sami (CDM Namur)" in page.split('id="outcome"')[1]
    bruno = Counsellor.objects.get(staff__username="bruno").pk
    monkeypatch.setattr("chat.services.readiness.ready_now", lambda **_now: [bruno])
    page = client.get("/coordination/try/", asked([], now_ready="on")).content.decode()
    outcome = page.split('id="outcome"')[1]
    assert "Bruno (CDM Bruxelles)" in outcome
    assert "Sami" not in outcome


def test_the_wait_of_a_try_is_as_long_as_operators_allow(
    busy: World, signed_in: SignedIn, settings: Any
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"longest_wait_s": 60})
    page = signed_in("platform").get("/coordination/try/", asked(["sami", "bruno"])).content.decode()
    assert "L’attente la plus longue est dépassée" in page


def test_a_try_ends_when_somebody_answers(busy: World, signed_in: SignedIn) -> None:
    page = (
        signed_in("platform").get("/coordination/try/", asked(["sami"], answers_after="12")).content.decode()
    )
    assert "Sami (CDM Namur) accepte après 12 s" in page


@pytest.mark.parametrize(
    ("ready", "typed", "says"),
    [
        ([], {}, "personne qui pourrait la prendre"),
        (["sami"], {"language": "uk"}, "personne qui pourrait la prendre"),
        (["sami"], {"at": "2020-01-06T03:00"}, "sont fermées"),
    ],
)
def test_a_try_at_a_closed_or_empty_site_says_so(
    busy: World, signed_in: SignedIn, ready: list[str], typed: dict[str, str], says: str
) -> None:
    page = signed_in("platform").get("/coordination/try/", asked(ready, **typed)).content.decode()
    assert says in page


def test_a_refusal_explains_why_each_ready_counsellor_cannot_serve(busy: World, signed_in: SignedIn) -> None:
    page = signed_in("platform").get("/coordination/try/", asked(["sami", "bruno"], theme="emploi"))
    told = page.content.decode().replace("\u00a0", " ")
    assert "Bruno (CDM Bruxelles), Sami (CDM Namur) : ne traite pas la thématique" in told


def test_a_draft_is_tried_before_it_is_published(busy: World, signed_in: SignedIn) -> None:
    make_plan(2, PlanState.DRAFT)
    page = signed_in("platform").get("/coordination/try/", asked(["bruno"], plan="2")).content.decode()
    assert page.index("Après 0 s") < page.index("Bruno (CDM Bruxelles)", page.index("Après 0 s"))
    assert "Toute demande" in page


@pytest.mark.parametrize("typed", [{"theme": "magie"}, {"at": "jamais"}, {"language": "xx"}, {"plan": "77"}])
def test_a_try_of_what_does_not_exist_is_refused(
    busy: World, signed_in: SignedIn, typed: dict[str, Any]
) -> None:
    assert signed_in("platform").get("/coordination/try/", asked(["sami"], **typed)).status_code == 422


def test_a_try_with_somebody_who_does_not_exist_is_refused(busy: World, signed_in: SignedIn) -> None:
    response = signed_in("platform").get("/coordination/try/", {**asked(["sami"]), "ready": ["9999"]})
    assert response.status_code == 422


def test_coverage_counts_people_and_shows_the_holes(busy: World, signed_in: SignedIn) -> None:
    page = signed_in("coordinator").get("/coordination/coverage/", {"site": "miti"}).content.decode()
    assert '<span class="count">fr 2</span>' in page
    assert '<span class="count is-thin">nl 1</span>' in page
    assert '<span class="count is-hole">uk 0</span>' in page
    assert "<strong>Formation, Українська</strong>" in page
    assert "<strong>Formation, Nederlands</strong>" not in page


def test_without_a_plan_there_is_no_coverage_and_no_try(world: World, signed_in: SignedIn) -> None:
    assert "aucun plan" in signed_in("platform").get("/coordination/coverage/").content.decode()
    assert "pas de plan à essayer" in signed_in("platform").get("/coordination/try/").content.decode()


def test_rules_that_never_match_and_themes_that_nobody_takes_are_warned_of(
    busy: World, signed_in: SignedIn
) -> None:
    draft = make_plan(2, PlanState.DRAFT)
    make_rule(draft, 2, "Jamais", themes=["formation"])
    page = signed_in("platform").get("/coordination/rules/draft/").content.decode()
    assert "ne peut jamais servir" in page
    assert "Personne dans ses équipes ne peut prendre" in page
    assert "Nouvelle, en place 2" in page


def test_coverage_leaves_out_past_hours_and_shows_one_language_if_asked(
    busy: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pool in (busy.pool_namur, busy.pool_bruxelles):
        pool.timetables.all().delete()
        make_timetable(pool, timezone.localdate() - timedelta(days=30), [(day, 540, 720) for day in range(7)])
    for hour, heads in ((8, 7), (11, 7), (12, 6)):
        now = timezone.localtime().replace(hour=hour, minute=0)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        # At each of these hours anew: whoever has not been seen for hours is signed out.
        client = signed_in("coordinator")
        page = client.get("/coordination/coverage/", {"site": "miti", "language": "nl"}).content.decode()
        assert len(re.findall(r"<br>\d+:00-12:00</th>", page)) == heads
    assert ">nl 1</span>" in page
    assert ">fr 2</span>" not in page
