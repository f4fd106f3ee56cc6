"""The platform words sub-themes; figures know them by a code that stays, and what is used is archived."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.frames.base import Refused
from chat.frames.counsellor import client_frames
from chat.models import CannedReply, Conversation
from counsellor_console import classification
from counsellor_console import welcome as console
from indicators.models import MetricRow
from partners.models import AuditEntry
from routing_rules.models import SchoolBooking, SubTheme, Theme
from tests.coordination.conftest import World, make_plan, make_rule
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]
EMPLOI = "/coordination/themes/emploi/"


def typed(**different: Any) -> dict[str, Any]:
    return {"code": "job_fair", "label_fr": "Salon de l’emploi", "position": "7", "active": "on", **different}


def subtheme(code: str = "cv", **values: Any) -> SubTheme:
    labels = {"fr": "CV et lettre", "en": "CV and letter"}
    return SubTheme.objects.create(
        theme=Theme.objects.get(code="emploi"), code=code, **{"labels": labels, **values}
    )


def offered() -> dict[str, list[tuple[str, str]]]:
    """What a console that connects now can close with."""
    return {
        theme: [(one.code, one.label) for one in under] for theme, under in console._codes().subthemes.items()
    }


def test_a_new_subtheme_appears_by_its_name_where_a_conversation_is_closed(
    world: World, signed_in: SignedIn
) -> None:
    assert signed_in("platform").post(f"{EMPLOI}subthemes/new/", typed()).status_code == 302
    saved = SubTheme.objects.get(code="job_fair")
    assert (saved.theme.code, saved.labels, saved.position) == ("emploi", {"fr": "Salon de l’emploi"}, 7)
    assert offered()["emploi"] == [("job_fair", "Salon de l’emploi")]
    chosen = classification.checked(client_frames.Classification(theme="emploi", subtheme="job_fair"))
    assert chosen.subtheme == "job_fair"
    assert AuditEntry.objects.get(action="subtheme.created").subject == "subtheme job_fair"


def test_a_subtheme_is_reworded_and_moved_and_keeps_its_code(world: World, signed_in: SignedIn) -> None:
    subtheme("interview", labels={"fr": "Entretien"}, position=1)
    subtheme(position=2)
    client = signed_in("platform")
    client.post(f"{EMPLOI}subthemes/cv/", typed(code="autre", label_fr="Candidature", position="0"))
    assert offered()["emploi"] == [("cv", "Candidature"), ("interview", "Entretien")]
    assert not SubTheme.objects.filter(code="autre").exists()
    assert "Candidature" in client.get("/coordination/themes/").content.decode()


def test_an_archived_subtheme_is_offered_no_more_and_can_still_be_said(
    world: World, signed_in: SignedIn
) -> None:
    subtheme()
    without = typed()
    del without["active"]
    client = signed_in("platform")
    client.post(f"{EMPLOI}subthemes/cv/", without)
    assert offered()["emploi"] == []
    assert "archivée" in client.get(EMPLOI).content.decode()
    # Whoever opened the page before it was archived does not lose what they chose.
    classification.checked(client_frames.Classification(theme="emploi", subtheme="cv"))


def test_a_subtheme_of_another_theme_or_of_none_closes_nothing(world: World) -> None:
    subtheme()
    for theme, code in (("formation", "cv"), ("emploi", "cv\n"), ("emploi", "nothing")):
        with pytest.raises(Refused):
            classification.checked(client_frames.Classification(theme=theme, subtheme=code))


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({"code": "cv"}, "Une autre sous-thématique a ce code"),
        ({"code": "x\ny"}, "lettres"),
        ({"code": "deux mots"}, "lettres"),
        ({"code": "é"}, "lettres"),
        ({"code": "new"}, "réservé"),
        ({"code": ""}, "obligatoire"),
        ({"code": "x" * 51}, "50"),
        ({"label_fr": " "}, "obligatoire"),
        ({"position": "1000"}, "de 0 à 999"),
    ],
)
def test_an_invalid_subtheme_is_refused(
    world: World, signed_in: SignedIn, different: dict[str, str], says: str
) -> None:
    subtheme()
    response = signed_in("platform").post(f"{EMPLOI}subthemes/new/", typed(**different))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert SubTheme.objects.count() == 1


@pytest.mark.parametrize("who", ["coordinator", "counsellor", "analyst"])
def test_nobody_but_the_platform_edits_subthemes(world: World, signed_in: SignedIn, who: str) -> None:
    subtheme()
    client = signed_in(who)
    for path in ("subthemes/new/", "subthemes/cv/"):
        assert client.get(f"{EMPLOI}{path}").status_code == 403
        assert client.post(f"{EMPLOI}{path}", typed()).status_code == 403
    for path in ("subthemes/cv/delete", "delete"):
        assert client.post(f"{EMPLOI}{path}").status_code == 403
    assert SubTheme.objects.get().label("fr") == "CV et lettre"


def test_what_nothing_uses_is_deleted(world: World, signed_in: SignedIn) -> None:
    subtheme()
    client = signed_in("platform")
    assert "Supprimer la sous-thématique" in client.get(f"{EMPLOI}subthemes/cv/").content.decode()
    client.post(f"{EMPLOI}subthemes/cv/delete")
    assert not SubTheme.objects.exists()
    client.post(f"{EMPLOI}delete")
    assert not Theme.objects.filter(code="emploi").exists()
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"subtheme.deleted", "theme.deleted"}


def row(**different: Any) -> None:
    MetricRow.objects.create(
        **{"day": date(2026, 11, 17), "slot": 18, "outcome": "test", "plan_number": 1, **different}
    )


def conversation(world: World, **different: Any) -> None:
    now = timezone.now()
    values = {"theme": "formation", "theme_asked": "formation", "language": "fr", "audience": "public"}
    Conversation.objects.create(
        site=world.site,
        plan_number=1,
        asked_at=now,
        queued_at=now,
        **{**values, **different},
    )


def booking(theme: Theme) -> None:
    now: datetime = timezone.now()
    SchoolBooking.objects.create(
        code="ABCD", school="École", starts_at=now, ends_at=now + timedelta(hours=1)
    ).themes.add(theme)


USES: dict[str, Callable[[World, Theme], Any]] = {
    "asked": lambda world, theme: row(theme_asked="emploi"),
    "ended": lambda world, theme: row(theme_end="emploi"),
    "closed": lambda world, theme: row(closed_theme="emploi"),
    "conversation": lambda world, theme: conversation(world, theme="emploi"),
    "closing": lambda world, theme: conversation(world, classification={"theme": "emploi"}),
    "counsellor": lambda world, theme: world.counsellor.counsellor.themes.add(theme),
    "site": lambda world, theme: world.site.themes.add(theme),
    "booking": lambda world, theme: booking(theme),
    "reply": lambda world, theme: CannedReply.objects.create(theme=theme, shortcut="x", title="X", body="X"),
    "rule": lambda world, theme: make_rule(make_plan(), 2, "Emploi", themes=["emploi"]),
    "subtheme": lambda world, theme: subtheme(),
    "shift": lambda world, theme: make_shift(world.pool_namur, themes=["formation", "emploi"]),
}


@pytest.mark.parametrize("use", USES)
def test_a_theme_that_anything_uses_is_not_deleted(world: World, signed_in: SignedIn, use: str) -> None:
    USES[use](world, Theme.objects.get(code="emploi"))
    client = signed_in("platform")
    assert "Supprimer la thématique" not in client.get(EMPLOI).content.decode()
    answer = client.post(f"{EMPLOI}delete", follow=True)
    assert "Vous pouvez plutôt l’archiver" in answer.content.decode()
    assert Theme.objects.filter(code="emploi").exists()


@pytest.mark.parametrize("use", ["figures", "closing"])
def test_a_subtheme_that_anything_uses_is_not_deleted(world: World, signed_in: SignedIn, use: str) -> None:
    subtheme()
    if use == "figures":
        row(closed_theme="emploi", closed_subtheme="cv")
    else:
        conversation(world, classification={"theme": "emploi", "subtheme": "cv"})
    client = signed_in("platform")
    assert "Supprimer" not in client.get(f"{EMPLOI}subthemes/cv/").content.decode()
    client.post(f"{EMPLOI}subthemes/cv/delete")
    assert SubTheme.objects.filter(code="cv").exists()
