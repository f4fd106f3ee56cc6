"""A theme that something needs is not deleted, and its page says what needs it; what undoing brings back needs its theme, too."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from roster.models import Shift
from routing_rules.models import PlanState, RuleRow, Theme
from tests.coordination.conftest import World, make_plan, make_rule, words_of
from tests.roster.conftest import make_shift

SignedIn = Callable[[str], Client]
DAY = timezone.localdate() + timedelta(days=3)
EMPLOI = "/coordination/themes/emploi/"


def undo(client: Client) -> str:
    return words_of(client.post("/coordination/undo", {"act": client.session["undo"][0]["id"]}, follow=True))


def test_the_page_says_how_many_shifts_and_rules_need_it(world: World, signed_in: SignedIn) -> None:
    make_rule(make_plan(), 2, "Emploi", themes=["emploi"])
    for start in (540, 600):
        make_shift(world.pool_namur, DAY, start, themes=["emploi"])
    # Others' needs are not counted.
    make_shift(world.pool_namur, DAY, 660, themes=["formation"])
    make_shift(world.pool_namur, DAY, 640)
    client = signed_in("platform")
    page = words_of(client.get(EMPLOI))
    assert "2 permanences" in page
    assert "1 règle, passées comprises" in page
    assert "Supprimer la thématique" not in page
    assert "2 permanences" in words_of(client.post(f"{EMPLOI}delete", follow=True))
    assert Theme.objects.filter(code="emploi").exists()


def test_once_no_shift_needs_it_it_is_deleted_and_had_back(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, DAY, themes=["emploi"])
    client = signed_in("platform")
    Shift.objects.filter(pk=shift.pk).update(themes=[])
    assert "Supprimer la thématique" in words_of(client.get(EMPLOI))
    client.post(f"{EMPLOI}delete")
    assert not Theme.objects.filter(code="emploi").exists()
    assert "Annulé" in undo(client)
    assert Theme.objects.get(code="emploi").label("fr") == "Emploi"


def test_a_shift_does_not_come_back_without_its_theme(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, DAY, themes=["emploi"])
    client = signed_in("platform")
    client.post(f"/coordination/roster/shifts/{shift.pk}/delete", {"seen": shift.revision})
    Theme.objects.filter(code="emploi").delete()
    page = undo(client)
    assert "Rien n’a été annulé : une thématique" in page
    assert not Shift.objects.exists()


def test_a_shift_comes_back_once_its_theme_has(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, DAY, themes=["emploi"])
    client = signed_in("platform")
    client.post(f"/coordination/roster/shifts/{shift.pk}/delete", {"seen": shift.revision})
    client.post(f"{EMPLOI}delete")
    # The last act first.
    assert "Annulé" in undo(client)
    assert "Annulé" in undo(client)
    assert Shift.objects.get().themes == ["emploi"]


def test_a_rule_does_not_come_back_without_its_theme(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    draft = make_plan(2, PlanState.DRAFT)
    make_rule(draft, 2, "Emploi", themes=["emploi"])
    client = signed_in("platform")
    client.post("/coordination/rules/draft/discard", {"revision": draft.revision})
    Theme.objects.filter(code="emploi").delete()
    assert "Rien n’a été annulé : une thématique" in undo(client)
    assert not RuleRow.objects.filter(plan__number=2).exists()
