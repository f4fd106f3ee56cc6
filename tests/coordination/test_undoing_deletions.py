"""What is deleted comes back with everything that went with it, in whichever room that is."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import search

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from coordination.models import CallKind, TeamCall
from roster.models import RosterLetter, RosterNotice, Shift, ShiftLink
from routing_rules.models import DatedException, OpeningInterval, Pool, Timetable
from tests.coordination.conftest import World
from tests.roster.conftest import make_shift

NOW = timezone.now()
DAY = timezone.localdate() + timedelta(days=3)
ROOMS = {"routing_rules", "roster", "chat", "coordination"}
HINDERS = {"Counsellor_pools", "Conversation"}
"""A team that has one of these is not deleted, or it ends with its request."""
SignedIn = Callable[[str], Client]


def undo(client: Client, path: str) -> str:
    found = search(r'name="act" value="([^"]+)"', client.get(path).content.decode())
    assert found is not None
    return unescape(client.post("/coordination/undo", {"act": found[1]}, follow=True).content.decode())


def rows() -> dict[str, list[str]]:
    models = [one for one in apps.get_models() if one._meta.app_label in ROOMS]
    return {one._meta.label: sorted(map(str, one._default_manager.values_list())) for one in models}


def what_refers_to(row: Model) -> dict[str, bool]:
    """By model, whether there is such a row."""
    return {
        model.__name__: model._default_manager.filter(**{field.name: row.pk}).exists()
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is type(row)
    }


def test_a_deleted_team_comes_back_with_all_that_went_with_it(world: World, signed_in: SignedIn) -> None:
    team = Pool.objects.create(slug="cdm-namur-soir", name="Namur le soir", partner=world.namur)
    week = Timetable.objects.create(pool=team, valid_from=DAY)
    OpeningInterval.objects.create(timetable=week, weekday=0, start_minute=540, end_minute=720)
    DatedException.objects.create(pool=team, date=DAY, kind="closed", reason="Fête")
    shift = make_shift(team, DAY)
    until = NOW + timedelta(days=3)
    letter = RosterLetter.objects.create(person=world.counsellor, kind="shift_lacks", day=DAY, until=until)
    ShiftLink.objects.create(letter=letter, shift=shift)
    hours = {"pool": team, "date": DAY, "start_minute": 540, "end_minute": 720}
    RosterNotice.objects.create(
        person=world.counsellor, kind="assigned", shift=shift, created_at=NOW, **hours
    )
    TeamCall.objects.create(kind=CallKind.HELP, pool=team, at=NOW)
    # Whoever adds a table that refers to teams adds a row of it here.
    assert {name for name, there in what_refers_to(team).items() if not there} == HINDERS
    before, client = rows(), signed_in("coordinator")
    client.post(f"/coordination/teams/{team.slug}/delete")
    assert not Pool.objects.filter(pk=team.pk).exists()
    assert not Shift.objects.exists()
    assert "Annulé" in undo(client, "/coordination/teams/")
    assert rows() == before


def test_a_deleted_shift_comes_back_with_the_links_of_letters(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, DAY)
    until = NOW + timedelta(days=3)
    letter = RosterLetter.objects.create(person=world.counsellor, kind="shift_lacks", day=DAY, until=until)
    link = ShiftLink.objects.create(letter=letter, shift=shift)
    client = signed_in("coordinator")
    client.post(f"/coordination/roster/shifts/{shift.pk}/delete", {"seen": shift.revision})
    assert not ShiftLink.objects.exists()
    undo(client, "/coordination/roster/")
    assert ShiftLink.objects.get(pk=link.pk).shift == shift
