"""The platform words the themes; rules and figures know them by a code that stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from routing_rules.models import Theme
from tests.coordination.conftest import World

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
        ({"label_fr": ""}, "obligatoire"),
        ({"position": "-1"}, "de 0 à 999"),
    ],
)
def test_a_theme_that_cannot_be_is_refused(
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
