"""Rules are changed in a draft and come into force as a numbered plan."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry
from routing_rules import drafts, publishing
from routing_rules.loading import published_plan
from routing_rules.models import PlanState, PlanVersion, Pool, RuleRow
from routing_rules.plans import Rule
from tests.coordination.conftest import World, make_plan, make_rule

SignedIn = Callable[[str], Client]
DRAFT = "/coordination/rules/draft/"


@pytest.fixture
def draft(world: World) -> PlanVersion:
    """A draft of plan 2, copied from plan 1 in force."""
    make_plan(1)
    return drafts.begin_draft(actor=world.platform)


def rule(revision: int = 1, **typed: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "name": "Formation nl",
        "themes": ["formation"],
        "languages": ["nl"],
        "priority": "0",
        "ring_size": "3",
        "ring_time_s": "40",
        "form-TOTAL_FORMS": "2",
        "form-INITIAL_FORMS": "0",
        "form-0-after_s": "0",
        "form-0-pools": ["cdm-bruxelles"],
        "form-1-after_s": "20",
        "form-1-all_pools": "on",
        "save": "1",
        **typed,
    }


def test_a_rule_is_shown_in_words(world: World, signed_in: SignedIn, draft: PlanVersion) -> None:
    client = signed_in("platform")
    assert client.post(f"{DRAFT}new/", rule()).status_code == 302
    page = client.get(DRAFT).content.decode()
    assert (
        "Si thématique = Formation et langue = Nederlands\u00a0: Équipe Bruxelles, puis après 20 s toutes les équipes"
        in page
    )


def test_a_new_rule_goes_before_the_one_that_takes_everything(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    signed_in("platform").post(f"{DRAFT}new/", rule())
    assert [row.name for row in draft.rules.all()] == ["Formation nl", "Tout"]


def test_publishing_brings_the_draft_into_force_for_the_next_visitor(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    client.post(f"{DRAFT}new/", rule())
    response = client.post(
        f"{DRAFT}publish", {"revision": "2", "when": "now", "note": "Bruxelles en néerlandais"}
    )
    assert response.status_code == 302
    plan = published_plan()
    assert (plan.number, [one.name for one in plan]) == (2, ["Formation nl", "Tout"])
    assert PlanVersion.objects.get(number=1).state == PlanState.RETIRED
    assert AuditEntry.objects.filter(action="plan.published", subject="plan 2").exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (
            {"form-0-pools": [], "form-1-all_pools": "", "form-1-after_s": ""},
            "Une règle a besoin d’une étape",
        ),
        ({"form-0-pools": [], "form-0-after_s": "5"}, "n’a pas d’équipe"),
        ({"form-1-after_s": "0"}, "plus tard que la précédente"),
        ({"form-1-after_s": "99999"}, "de 0 à 1800"),
        ({"name": ""}, "obligatoire"),
        ({"ring_size": "0"}, "de 1 à 50"),
        ({"ring_time_s": "9"}, "de 10 à 300"),
        ({"priority": "10"}, "de -9 à 9"),
        ({"ring_time_s": "peu"}, "nombre entier"),
        ({"themes": ["magie"]}, "Sélectionnez un choix valide"),
    ],
)
def test_an_invalid_rule_is_refused_in_a_sentence_and_its_text_kept(
    world: World, signed_in: SignedIn, draft: PlanVersion, typed: dict[str, Any], says: str
) -> None:
    response = signed_in("platform").post(f"{DRAFT}new/", rule(**{"name": "Mon essai", **typed}))
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert typed.get("name") == "" or 'value="Mon essai"' in page
    assert draft.rules.count() == 1


def test_all_that_is_wrong_with_a_rule_and_its_steps_is_said_in_one_place(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    typed: dict[str, Any] = {"name": "", "form-0-pools": [], "form-1-all_pools": "", "form-1-after_s": ""}
    page = signed_in("platform").post(f"{DRAFT}new/", rule(**typed)).content.decode()
    assert page.count('class="errors"') == 1
    told = page[page.index('class="errors"') :].split("</div>", 1)[0]
    assert 'href="#id_name"' in told
    assert 'href="#id_form-0-all_pools"' in told


def test_a_team_that_is_not_active_stays_in_the_rule_that_names_it(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    client.post(f"{DRAFT}new/", rule())
    Pool.objects.filter(slug="cdm-bruxelles").update(active=False)
    row = draft.rules.get(content__name="Formation nl")
    page = client.get(f"{DRAFT}{row.pk}/").content.decode()
    assert "Équipe Bruxelles (inactive)" in page
    assert client.post(f"{DRAFT}{row.pk}/", rule(revision=2, name="Autre nom")).status_code == 302
    assert draft.rules.get(pk=row.pk).rule.steps[0].pools == frozenset({"cdm-bruxelles"})


def test_one_more_step_can_be_had_without_losing_what_was_typed(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    typed = rule(name="Mon essai", more="1")
    response = signed_in("platform").post(f"{DRAFT}new/", typed)
    assert response.status_code == 200
    assert 'name="form-2-after_s"' in response.content.decode()
    assert 'value="Mon essai"' in response.content.decode()
    assert draft.rules.count() == 1


def test_the_second_of_two_who_change_the_draft_is_warned_and_keeps_their_text(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    client.post(f"{DRAFT}new/", rule(name="La première"))
    response = client.post(f"{DRAFT}new/", rule(name="La seconde"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "a modifié le brouillon" in page
    assert 'value="La seconde"' in page
    assert 'name="revision" value="2"' in page
    assert [row.name for row in draft.rules.all()] == ["La première", "Tout"]
    # Having seen that, saving once more goes through.
    assert client.post(f"{DRAFT}new/", rule(2, name="La seconde")).status_code == 302


@pytest.mark.parametrize("act", ["move", "delete"])
def test_an_old_page_moves_and_deletes_nothing(
    world: World, signed_in: SignedIn, draft: PlanVersion, act: str
) -> None:
    client = signed_in("platform")
    client.post(f"{DRAFT}new/", rule())
    last = draft.rules.get(content__name="Tout")
    response = client.post(f"{DRAFT}{last.pk}/{act}", {"revision": "1", "direction": "up"}, follow=True)
    assert "a modifié le brouillon" in response.content.decode()
    assert [row.name for row in draft.rules.all()] == ["Formation nl", "Tout"]


def test_rules_move_up_and_down(world: World, signed_in: SignedIn, draft: PlanVersion) -> None:
    make_rule(draft, 2, "Deux", themes=["emploi"])
    make_rule(draft, 3, "Trois", themes=["formation"])
    client = signed_in("platform")
    client.post(
        f"{DRAFT}{draft.rules.get(content__name='Trois').pk}/move", {"revision": "1", "direction": "up"}
    )
    client.post(
        f"{DRAFT}{draft.rules.get(content__name='Tout').pk}/move", {"revision": "2", "direction": "down"}
    )
    assert [row.name for row in draft.rules.all()] == ["Trois", "Tout", "Deux"]


def test_moving_the_first_rule_up_moves_nothing(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    only = draft.rules.get()
    signed_in("platform").post(f"{DRAFT}{only.pk}/move", {"revision": "1", "direction": "up"})
    assert [row.name for row in draft.rules.all()] == ["Tout"]


def test_deleting_a_rule_closes_the_gap(world: World, signed_in: SignedIn, draft: PlanVersion) -> None:
    make_rule(draft, 2, "Deux", themes=["emploi"])
    make_rule(draft, 3, "Trois")
    row = draft.rules.get(content__name="Tout")
    client = signed_in("platform")
    assert "Tout" in client.get(f"{DRAFT}{row.pk}/delete").content.decode()
    client.post(f"{DRAFT}{row.pk}/delete", {"revision": "1"})
    assert [(one.position, one.name) for one in draft.rules.all()] == [(1, "Deux"), (2, "Trois")]


def test_a_plan_whose_last_rule_does_not_take_everything_is_not_published(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    make_rule(draft, 2, "Formation", themes=["formation"])
    response = signed_in("platform").post(f"{DRAFT}publish", {"revision": "1", "when": "now"})
    assert response.status_code == 422
    assert "aucune règle qui prend tout" in response.content.decode()
    assert published_plan().number == 1


def test_a_plan_without_rules_or_with_a_rule_without_steps_is_not_published(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    draft.rules.update(content=Rule("Tout", steps=()).to_dict())
    response = client.post(f"{DRAFT}publish", {"revision": "1", "when": "now"})
    assert "n’a pas d’étape" in response.content.decode()
    draft.rules.all().delete()
    response = client.post(f"{DRAFT}publish", {"revision": "1", "when": "now"})
    assert "aucune règle qui prend tout" in response.content.decode()
    assert published_plan().number == 1


def test_a_plan_with_a_number_out_of_bounds_is_not_published(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    draft.rules.update(content=Rule("Tout", ring_time_s=9).to_dict())
    response = signed_in("platform").post(f"{DRAFT}publish", {"revision": "1", "when": "now"})
    assert response.status_code == 422
    assert "Choisissez un nombre de 10 à 300" in response.content.decode()
    assert published_plan().number == 1


def test_a_draft_that_somebody_changed_meanwhile_is_not_published(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    client = signed_in("platform")
    client.post(f"{DRAFT}new/", rule())
    response = client.post(f"{DRAFT}publish", {"revision": "1", "when": "now", "note": "Ma note"})
    assert response.status_code == 422
    assert "a modifié le brouillon" in response.content.decode()
    assert 'value="Ma note"' in response.content.decode()
    assert published_plan().number == 1


def test_an_outdated_draft_is_published_only_after_its_differences_were_shown(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    PlanVersion.objects.filter(number=1).update(state=PlanState.RETIRED)
    make_plan(3)
    client = signed_in("platform")
    response = client.post(f"{DRAFT}publish", {"revision": "1", "when": "now"})
    assert response.status_code == 422
    assert published_plan().number == 3
    client.post(f"{DRAFT}base", {"revision": "1", "number": "3"})
    client.post(f"{DRAFT}publish", {"revision": "2", "when": "now"})
    assert published_plan().number == 2


def test_a_plan_scheduled_for_later_comes_into_force_at_its_time(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    at = (timezone.localtime() + timedelta(days=2)).replace(second=0, microsecond=0, tzinfo=None)
    response = signed_in("platform").post(
        f"{DRAFT}publish", {"revision": "1", "when": "later", "publish_at": at.isoformat(timespec="minutes")}
    )
    assert response.status_code == 302
    assert published_plan().number == 1
    assert publishing.publish_due(now=timezone.now()) == []
    assert publishing.publish_due(now=timezone.now() + timedelta(days=3)) == [2]
    assert published_plan().number == 2
    assert publishing.publish_due(now=timezone.now() + timedelta(days=4)) == []


@pytest.fixture
def scheduled(world: World, draft: PlanVersion) -> PlanVersion:
    """Plan 2, for tomorrow."""
    now = timezone.now()
    at = now + timedelta(days=1)
    return publishing.schedule(actor=world.platform, draft=draft, revision=1, publish_at=at, now=now)


def test_a_scheduled_plan_is_held_back_when_another_came_into_force_meanwhile(
    world: World, signed_in: SignedIn, scheduled: PlanVersion
) -> None:
    other = drafts.begin_draft(actor=world.platform)
    publishing.publish(actor=world.platform, draft=other, revision=1, now=timezone.now())
    client = signed_in("platform")
    assert "n’est pas entré en vigueur" not in client.get("/coordination/").content.decode()

    assert publishing.publish_due(now=timezone.now() + timedelta(days=2)) == []
    assert published_plan().number == 3
    entry = AuditEntry.objects.get(action="plan.held")
    assert (entry.actor, entry.subject, entry.detail) == (world.platform, "plan 2", {"in_force": 3})
    # It is tried once: what was held back waits for somebody.
    assert publishing.publish_due(now=timezone.now() + timedelta(days=3)) == []
    assert AuditEntry.objects.filter(action="plan.held").count() == 1

    for path in ("/coordination/", "/coordination/rules/"):
        assert "n’est pas entré en vigueur" in client.get(path).content.decode()
        assert "n’est pas entré en vigueur" not in signed_in("coordinator").get(path).content.decode()
    client.post("/coordination/rules/plan/2/unschedule")
    assert client.post(f"{DRAFT}publish", {"revision": "3", "when": "now"}).status_code == 422
    client.post(f"{DRAFT}base", {"revision": "3", "number": "3"})
    client.post(f"{DRAFT}publish", {"revision": "4", "when": "now"})
    assert published_plan().number == 2


def test_a_scheduled_plan_whose_rules_name_what_is_gone_is_held_back(
    world: World, scheduled: PlanVersion
) -> None:
    scheduled.rules.all().delete()
    assert publishing.publish_due(now=timezone.now() + timedelta(days=2)) == []
    assert published_plan().number == 1
    assert AuditEntry.objects.get(action="plan.held").detail["problems"]


@pytest.mark.parametrize(
    ("at", "says"),
    [("", "Indiquez le jour et l’heure"), ("2026-01-01T09:00", "est passé"), ("bientôt", "n’existe pas")],
)
def test_an_invalid_time_is_refused(
    world: World, signed_in: SignedIn, draft: PlanVersion, at: str, says: str
) -> None:
    response = signed_in("platform").post(
        f"{DRAFT}publish", {"revision": "1", "when": "later", "publish_at": at}
    )
    assert response.status_code == 422
    assert says in response.content.decode()
    assert PlanVersion.objects.get(number=2).state == PlanState.DRAFT


def test_a_scheduled_plan_can_be_taken_back_and_is_a_draft_again(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    publishing.schedule(
        actor=world.platform,
        draft=draft,
        revision=1,
        publish_at=timezone.now() + timedelta(days=1),
        now=timezone.now(),
    )
    signed_in("platform").post("/coordination/rules/plan/2/unschedule")
    assert PlanVersion.objects.get(number=2).state == PlanState.DRAFT
    assert publishing.publish_due(now=timezone.now() + timedelta(days=2)) == []


def test_rolling_back_brings_the_earlier_rules_into_force_under_a_new_number(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    RuleRow.objects.filter(plan=draft).update(content=Rule("Autrement").to_dict())
    publishing.publish(actor=world.platform, draft=draft, revision=1, now=timezone.now())
    signed_in("platform").post("/coordination/rules/plan/1/roll-back", {"in_force": "2"})
    plan = published_plan()
    assert (plan.number, [one.name for one in plan]) == (3, ["Tout"])


def test_rolling_back_from_an_old_page_is_refused(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    publishing.publish(actor=world.platform, draft=draft, revision=1, now=timezone.now())
    response = signed_in("platform").post(
        "/coordination/rules/plan/1/roll-back", {"in_force": "1"}, follow=True
    )
    assert "entre-temps" in response.content.decode()
    assert published_plan().number == 2


def test_a_second_draft_is_not_begun(world: World, signed_in: SignedIn, draft: PlanVersion) -> None:
    response = signed_in("platform").post(f"{DRAFT}begin", follow=True)
    assert "déjà un brouillon" in response.content.decode()
    assert PlanVersion.objects.filter(state=PlanState.DRAFT).count() == 1


def test_a_discarded_draft_leaves_the_plan_in_force(
    world: World, signed_in: SignedIn, draft: PlanVersion
) -> None:
    signed_in("platform").post(f"{DRAFT}discard", {"revision": "1"})
    assert not PlanVersion.objects.filter(number=2).exists()
    assert published_plan().number == 1


@pytest.mark.parametrize("path", ["begin", "new/", "publish", "base", "discard"])
def test_a_partners_coordinator_reads_the_rules_and_changes_none(
    world: World, signed_in: SignedIn, draft: PlanVersion, path: str
) -> None:
    client = signed_in("coordinator")
    assert client.get("/coordination/rules/").status_code == 200
    assert "mais pas" in client.get(DRAFT).content.decode()
    assert client.post(f"{DRAFT}{path}", rule()).status_code == 403
    row = draft.rules.get()
    assert client.post(f"{DRAFT}{row.pk}/", rule()).status_code == 403
    assert client.post(f"{DRAFT}{row.pk}/move", {"revision": "1"}).status_code == 403
    assert client.post(f"{DRAFT}{row.pk}/delete", {"revision": "1"}).status_code == 403
    assert client.post("/coordination/rules/plan/1/roll-back", {"in_force": "1"}).status_code == 403
    assert PlanVersion.objects.get(number=2).revision == 1
