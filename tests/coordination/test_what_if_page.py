"""The page of the what-if: asking, looking how far it is, the answer in words and numbers, refusals, and who may see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from coordination.models import Prediction, RunState, WhatIfRun
from coordination.what_if import runs
from coordination.what_if.question import Question
from partners import clock
from partners.models import Role
from partners.unsaved import AUTHOR, signed_author
from routing_rules.models import PlanState, PlanVersion
from simulation.single_changes import Round
from tests.coordination import what_if_world
from tests.coordination.conftest import World, make_person, make_plan, step, words_of
from tests.coordination.what_if_world import NOW, make_past, make_team

SignedIn = Callable[[str], Client]
PAGE = "/coordination/what-if/"
AS_IT_IS = {
    "plan": "",
    "people": "0",
    "people_team": "cdm-namur",
    "people_day": "2",
    "people_hours": "",
    "hours_team": "all",
    "hours_day": "0",
    "hours": "",
    "closed": "",
    "demand_of": "past",
    "months": "2",
    "demand": "1.0",
    "wish": "",
}


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("coordination.what_if.computation.SEEDS", 2)
    monkeypatch.setattr("simulation.single_changes.ROUNDS", (Round(3, 24, 0, 0.5), Round(4, 10, 0, 0.5)))
    monkeypatch.setattr("simulation.staffing.SEEDS", 1)
    monkeypatch.setattr("simulation.staffing.MOST_PEOPLE", 4)
    monkeypatch.setattr("simulation.calibration.ROUNDS", 1)
    monkeypatch.setattr("simulation.calibration.ENOUGH_REQUESTS", 100)


@pytest.fixture
def busy(world: World) -> World:
    return what_if_world.busy(world)


def ask(world: World, client: Client, **typed: Any) -> Any:
    author = {AUTHOR: signed_author(world.platform.pk)}
    return client.post(PAGE, {**AS_IT_IS, **author, **typed})


def computed(client: Client) -> str:
    run = WhatIfRun.objects.get()
    runs.compute(run.pk)
    return words_of(client.get(f"{PAGE}{run.pk}/"))


def test_one_more_person_is_asked_and_answered(busy: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    asked = ask(
        busy, client, people="1", people_hours="11:00-12:00", languages=["fr", "nl"], single_changes="on"
    )
    run = WhatIfRun.objects.get()
    assert asked.url == f"{PAGE}{run.pk}/"
    waiting = words_of(client.get(asked.url))
    assert "mercredi 11:00-12:00 : 1 personne de plus (Équipe Namur ; français, néerlandais)" in waiting
    assert "Calcul en cours : 0 %" in waiting
    assert "hx-trigger" in waiting
    page = computed(client)
    assert "hx-trigger" not in page
    assert "Taux de prise en charge (%)" in page
    assert "Les changements simples qui apportent le plus" in page
    assert "Équipe Namur ; néerlandais" in page
    assert "Ce que cela ne peut pas savoir" in page
    assert "ce qui est arrivé" in page
    assert "Néerlandais" in page
    listed = words_of(client.get(PAGE))
    assert "Paule" in listed


def test_a_draft_is_set_against_the_plan_in_force(busy: World, signed_in: SignedIn) -> None:
    make_plan(2, PlanState.DRAFT, steps=[step("cdm-namur")], ring_size=1)
    client = signed_in("platform")
    ask(busy, client, plan="2")
    page = computed(client)
    assert "Plan 2" in page
    assert "Tel quel (plan 1)" in page
    PlanVersion.objects.filter(number=1).update(state=PlanState.RETIRED)
    PlanVersion.objects.filter(number=2).update(state=PlanState.PUBLISHED)
    assert Prediction.objects.count() == 1
    assert "trop peu de demandes" in words_of(client.get(PAGE))
    make_past(busy, NOW, plan=2, skills="x")
    assert "trop peu de demandes" not in words_of(client.get(PAGE))


def test_a_timetable_and_staffing_are_asked(busy: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    ask(busy, client, hours="12:00-12:30", wish="60", demand="2.0")
    page = computed(client)
    assert "lundi 12:00-12:30 : ouvert aussi (Équipe Bruxelles, Équipe Namur)" in page
    assert "Demandes : fois 2,00" in page
    assert "Jamais moins que (Erlang A)" in page
    assert "mercredi" in page


def test_closing_and_fewer_people_are_asked(busy: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    ask(busy, client, hours="9:00-9:30", closed="closed", people="-2", people_hours="9:00-12:00")
    page = computed(client)
    assert "lundi 9:00-9:30 : fermé (Équipe Bruxelles, Équipe Namur)" in page
    assert "mercredi 9:00-12:00 : 2 personnes de moins (Équipe Namur)" in page


def test_an_invented_demand_says_that_it_is(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    make_team(world)
    client = signed_in("platform")
    ask(world, client, demand_of="today")
    assert "sont inventées" in computed(client)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"people": "1"}, "Dites de quand à quand."),
        ({"people": "1", "people_team": "", "people_hours": "9:00-10:00"}, "Choisissez une équipe."),
        ({"people_hours": "9:00-10:00"}, "Dites combien de personnes de plus ou de moins"),
        ({"languages": "nl"}, "Dites combien de personnes de plus ou de moins"),
        ({"people": "9", "people_hours": "9:00-10:00"}, "Choisissez un nombre de -5 à 5."),
        ({"hours": "9:00-10:00, 11:00-12:00"}, "une seule plage"),
        ({"hours": "never"}, "ne se lit pas comme des heures"),
        ({"wish": "100"}, "50 à 99"),
        ({"plan": "77"}, "77"),
        ({"months": "5"}, "5"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    busy: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    answer = ask(busy, signed_in("platform"), **typed)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not WhatIfRun.objects.exists()


def test_a_second_question_is_refused_while_the_first_is_computed(busy: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    ask(busy, client)
    again = ask(busy, client)
    assert again.status_code == 409
    assert "Une de vos questions est en cours de calcul" in words_of(again)
    assert WhatIfRun.objects.count() == 1


def test_the_answer_outlives_the_page_and_says_why_there_is_none(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    client = signed_in("platform")
    ask(world, client)
    assert "trop peu de demandes" in computed(client)
    WhatIfRun.objects.update(state=RunState.FAILED, reason="interrupted")
    assert "interrompu" in words_of(client.get(f"{PAGE}{WhatIfRun.objects.get().pk}/"))
    assert "sans réponse" in words_of(client.get(PAGE))


def test_it_is_cancelled_by_whoever_asked_and_nobody_else(busy: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    ask(busy, client)
    run = WhatIfRun.objects.get()
    colleague = make_person("odile", Role.PLATFORM)
    other = busy.client(colleague)
    assert "Annuler" not in words_of(other.get(f"{PAGE}{run.pk}/"))
    said = other.post(f"{PAGE}{run.pk}/cancel", {AUTHOR: signed_author(colleague.pk)}, follow=True)
    assert "Rien n’a été annulé" in words_of(said)
    assert "Annuler" in words_of(client.get(f"{PAGE}{run.pk}/"))
    said = client.post(f"{PAGE}{run.pk}/cancel", {AUTHOR: signed_author(busy.platform.pk)}, follow=True)
    assert "Le calcul a été annulé." in words_of(said)
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert "annulé" in words_of(client.get(f"{PAGE}{run.pk}/"))


@pytest.mark.parametrize("who", ["coordinator", "analyst", "counsellor", "admin"])
def test_only_the_platforms_coordinators_have_it(busy: World, signed_in: SignedIn, who: str) -> None:
    run = runs.ask(owner=busy.platform, question=Question())
    client = signed_in(who)
    assert client.get(PAGE).status_code == 403
    assert client.get(f"{PAGE}{run.pk}/").status_code == 403
    assert client.post(f"{PAGE}{run.pk}/cancel").status_code == 403


def test_the_tab_is_shown_to_those_who_may(busy: World, signed_in: SignedIn) -> None:
    assert "/coordination/what-if/" in words_of(signed_in("platform").get("/coordination/rules/"))
    assert "/coordination/what-if/" not in words_of(signed_in("coordinator").get("/coordination/rules/"))


@pytest.mark.parametrize(("language", "says"), [("nl", "Wat als"), ("en", "What if"), ("fr", "Et si")])
def test_the_page_is_in_three_languages(busy: World, signed_in: SignedIn, language: str, says: str) -> None:
    client = signed_in("platform")
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language})
    assert says in words_of(client.get(PAGE))
