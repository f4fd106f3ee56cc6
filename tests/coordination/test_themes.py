"""The platform words the themes; rules and figures know them by a code that stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.models import Conversation
from counsellor_console import welcome as console
from routing_rules.models import Theme
from routing_rules.themes import reception_theme
from tests.coordination.conftest import World, make_plan, make_rule

SignedIn = Callable[[str], Client]


def theme(**typed: Any) -> dict[str, Any]:
    return {
        "code": "stage",
        "label_fr": "Stages",
        "label_nl": "Stages",
        "position": "7",
        "active": "on",
        **typed,
    }


def test_a_new_theme_can_be_chosen_in_its_languages(world: World, signed_in: SignedIn) -> None:
    assert signed_in("platform").post("/coordination/themes/new/", theme()).status_code == 302
    saved = Theme.objects.get(code="stage")
    assert (saved.labels, saved.active) == ({"fr": "Stages", "nl": "Stages"}, True)


def test_a_theme_is_reworded_and_put_out_of_use_and_keeps_its_code(world: World, signed_in: SignedIn) -> None:
    typed = theme(code="autre", label_fr="Travail")
    del typed["active"]
    signed_in("platform").post("/coordination/themes/emploi/", typed)
    saved = Theme.objects.get(code="emploi")
    assert (saved.label("fr"), saved.active) == ("Travail", False)
    assert not Theme.objects.filter(code="autre").exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "emploi"}, "Une autre thématique a ce code"),
        ({"code": "Un Stage"}, "minuscules"),
        ({"code": "stage\ny"}, "minuscules"),
        ({"code": "new"}, "réservé"),
        ({"label_fr": ""}, "obligatoire"),
        ({"position": "-1"}, "de 0 à 999"),
    ],
)
def test_an_invalid_theme_is_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("platform").post("/coordination/themes/new/", theme(**typed))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert Theme.objects.count() == 4


def test_a_partners_coordinator_reads_themes_only(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    assert "mais pas" in client.get("/coordination/themes/").content.decode()
    for path in ("new/", "emploi/"):
        assert client.get(f"/coordination/themes/{path}").status_code == 403
        assert client.post(f"/coordination/themes/{path}", theme()).status_code == 403


def test_rules_say_a_theme_by_todays_name_archived_or_not(world: World, signed_in: SignedIn) -> None:
    make_rule(make_plan(), 2, "Une règle", themes=["emploi"])
    client = signed_in("platform")
    typed = theme(label_fr="Travail")
    del typed["active"]
    client.post("/coordination/themes/emploi/", typed)
    assert "thématique = Travail" in client.get("/coordination/rules/").content.decode()


def test_an_archived_theme_is_no_choice_but_where_it_was_chosen_before(
    world: World, signed_in: SignedIn
) -> None:
    world.site.themes.add(Theme.objects.get(code="emploi"))
    Theme.objects.filter(code="emploi").update(active=False)
    client = signed_in("platform")
    for page in ("sites/new/", "classes/new/", "replies/new/", f"people/{world.counsellor.pk}/"):
        assert 'value="emploi"' not in client.get(f"/coordination/{page}").content.decode()
    assert "Emploi (archivée)" in client.get("/coordination/sites/miti/").content.decode()


def test_only_one_theme_is_the_receptions(world: World, signed_in: SignedIn) -> None:
    client = signed_in("platform")
    client.post("/coordination/themes/accueil/", theme(label_fr="Je ne sais pas", reception="on"))
    assert reception_theme() == "accueil"
    client.post("/coordination/themes/emploi/", theme(label_fr="Emploi", reception="on"))
    assert reception_theme() == "emploi"
    assert "pour qui ne sait pas" in client.get("/coordination/themes/").content.decode()


def test_what_a_running_conversation_is_about_keeps_its_name_in_the_console(world: World) -> None:
    now = timezone.now()
    Theme.objects.filter(code="emploi").update(active=False)
    assert "emploi" not in {one.code for one in console._codes().themes}
    Conversation.objects.create(
        site=world.site, theme="emploi", theme_asked="emploi", language="fr", audience="public",
        plan_number=1, asked_at=now, queued_at=now,
    )  # fmt: skip
    assert ("emploi", "Emploi") in {(one.code, one.label) for one in console._codes().themes}
