"""A form shows what is, refuses what contradicts itself, and its button says what will happen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from routing_rules.models import DatedException, PlanState, PlanVersion, Timetable
from tests.coordination.conftest import World, make_plan, make_timetable, words_of
from tests.coordination.test_weekly_hours import week

SignedIn = Callable[[str], Client]
WEEK = "/coordination/week/cdm-namur/"
HOLIDAYS = "/coordination/holidays/"


def page_of(client: Client, address: str) -> str:
    return words_of(client.get(address))


def test_a_time_beside_now_publishes_nothing(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    draft = make_plan(2, PlanState.DRAFT)
    PlanVersion.objects.filter(pk=draft.pk).update(based_on=1)
    at = timezone.localtime() + timedelta(days=1)
    typed = {
        "revision": draft.revision,
        "when": "now",
        "publish_at": at.strftime("%Y-%m-%dT%H:%M"),
        "note": "",
    }
    client = signed_in("platform")
    answer = client.post("/coordination/rules/draft/publish", typed)
    assert answer.status_code == 422
    assert "« maintenant » est coché" in words_of(answer)
    assert PlanVersion.objects.get(state=PlanState.PUBLISHED).number == 1
    client.post("/coordination/rules/draft/publish", typed | {"when": "later"})
    assert PlanVersion.objects.get(number=2).state == PlanState.SCHEDULED


def test_the_button_of_a_draft_says_when(world: World, signed_in: SignedIn) -> None:
    make_plan(1)
    make_plan(2, PlanState.DRAFT)
    assert ">Publier maintenant, pour l’internaute" in page_of(
        signed_in("platform"), "/coordination/rules/draft/"
    )


def test_the_button_of_holidays_names_the_team_and_the_days(world: World, signed_in: SignedIn) -> None:
    asked = f"{HOLIDAYS}?pool=cdm-namur&calendar=public&year=2030"
    assert ">Fermer 12 jours pour Équipe Namur<" in page_of(signed_in("platform"), asked)


def test_holidays_for_another_team_than_the_button_named_are_refused(
    world: World, signed_in: SignedIn
) -> None:
    typed = {"shown": "cdm-namur", "pool": "*", "calendar": "public", "year": "2030", "first": ["2030-05-01"]}
    answer = signed_in("platform").post(HOLIDAYS, typed)
    assert answer.status_code == 422
    # What was ticked stays, and the button names what it is about now.
    assert ">Fermer 1 jour pour Toutes les équipes<" in words_of(answer)
    assert not DatedException.objects.exists()


def test_nobody_closes_all_teams_by_choosing_none(world: World, signed_in: SignedIn) -> None:
    page = page_of(signed_in("platform"), "/coordination/exceptions/")
    assert page.index('<option value="cdm-namur"') < page.index('<option value="*"')


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"kind": "open", "hours": ""}, "Indiquez les heures de l’ouverture"),
        ({"kind": "closed", "until": "2020-01-01"}, "avant le premier jour"),
        ({"kind": "closed", "until": (timezone.localdate() + timedelta(days=200)).isoformat()}, "124 jours"),
    ],
)
def test_an_exception_asks_for_what_is_missing(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    sent = {"pool": "cdm-namur", "date": timezone.localdate().isoformat(), **typed}
    answer = signed_in("coordinator").post("/coordination/exceptions/", sent)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not DatedException.objects.exists()


def test_an_exception_of_several_days_says_the_hours_that_result(world: World, signed_in: SignedIn) -> None:
    # 9:00-12:00 on weekdays, but Thursday.
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    sent = {
        "pool": "cdm-namur",
        "date": monday.isoformat(),
        "until": (monday + timedelta(days=3)).isoformat(),
        "kind": "open",
        "hours": "14:00-16:00",
    }
    answer = signed_in("coordinator").post("/coordination/exceptions/", sent, follow=True)
    page = words_of(answer)
    assert DatedException.objects.count() == 4
    assert "9:00-12:00, 14:00-16:00; jeudi" in page


def test_a_coming_timetable_is_opened_changed_and_shown_as_saved(world: World, signed_in: SignedIn) -> None:
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    client = signed_in("coordinator")
    make_timetable(
        world.pool_namur, timezone.localdate() + timedelta(days=20), [(0, 600, 660), (1, 600, 660)]
    )
    page = page_of(client, f"{WEEK}?from={day}")
    assert 'value="10:00-11:00"' in page
    assert f'name="shown" value="{day}"' in page
    typed = week(monday="10:00-11:30", tuesday="10:00-11:00", valid_from=day, shown=day)
    answer = client.post(WEEK, typed, follow=True)
    assert answer.redirect_chain == [(f"{WEEK}?from={day}", 302)]
    assert 'value="10:00-11:30"' in answer.content.decode()
    coming = Timetable.objects.get(pool=world.pool_namur, valid_from=day)
    assert sorted((one.weekday, one.end_minute) for one in coming.intervals.all()) == [(0, 690), (1, 660)]


def test_who_took_the_day_of_a_new_timetable_meanwhile_is_named(world: World, signed_in: SignedIn) -> None:
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    first, second = signed_in("platform"), signed_in("coordinator")
    assert first.post(WEEK, week(monday="9:00-10:00", valid_from=day)).status_code == 302
    answer = second.post(WEEK, week(monday="9:00-12:00", valid_from=day))
    assert answer.status_code == 409
    assert "enregistré en dernier par Paule le " in words_of(answer)


def test_a_coming_timetable_is_not_replaced_unseen(world: World, signed_in: SignedIn) -> None:
    day = timezone.localdate() + timedelta(days=20)
    coming = make_timetable(world.pool_namur, day, [(0, 600, 660), (1, 600, 660)])
    client = signed_in("coordinator")
    typed = week(monday="9:00-12:00", valid_from=day.isoformat())
    answer = client.post(WEEK, typed)
    page = words_of(answer)
    assert answer.status_code == 409
    assert "Un autre horaire commence déjà" in page
    assert "Lundi, tel qu’enregistré maintenant : 10:00-11:00" in page
    assert "Mardi, tel qu’enregistré maintenant : 10:00-11:00" in page
    assert coming.intervals.count() == 2
    assert client.post(WEEK, typed | {"shown": day.isoformat()}).status_code == 302
    assert coming.intervals.count() == 1
