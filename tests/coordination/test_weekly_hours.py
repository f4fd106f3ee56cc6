"""A coordinator changes the weekly hours of their own teams."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import AuditEntry
from routing_rules.loading import pool_states
from routing_rules.models import Timetable
from tests.coordination.conftest import World, make_timetable

SignedIn = Callable[[str], Client]


def week(**days: str) -> dict[str, str]:
    """What the form sends: monday="9:00-12:00"; the days not given are closed."""
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    typed = {f"day_{position}": days.pop(name, "") for position, name in enumerate(names)}
    return {**typed, "valid_from": timezone.localdate().isoformat(), "save": "1", **days}


def send(client: Client, slug: str, typed: dict[str, object] | dict[str, str]) -> object:
    return client.post(reverse("coordination:pool-week", args=[slug]), typed)


def test_new_hours_hold_for_the_next_visitor_and_the_old_ones_stay_in_the_history(
    world: World, signed_in: SignedIn
) -> None:
    every_day = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    response = signed_in("coordinator").post(
        reverse("coordination:pool-week", args=["cdm-namur"]), week(**dict.fromkeys(every_day, "0:00-24:00"))
    )
    assert response.status_code == 302
    assert {one.slug: one.open for one in pool_states(timezone.now())}["cdm-namur"]
    assert Timetable.objects.get(pool=world.pool_namur, valid_from=date(2026, 1, 5)).intervals.count() == 4
    assert AuditEntry.objects.get(action="timetable.set").actor == world.coordinator


def test_several_intervals_a_day_are_kept_and_shown_as_typed(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    send(client, "cdm-namur", week(monday="13:00-16:00, 9h-12h", friday="22:00-2:00+1"))
    page = client.get(reverse("coordination:pool-week", args=["cdm-namur"])).content.decode()
    assert 'value="9:00-12:00, 13:00-16:00"' in page
    assert 'value="22:00-2:00+1"' in page


def test_hours_are_understood_as_people_say_them(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    send(client, "cdm-namur", week(monday="9h à 12h; 13h30 – 16h", tuesday="Fermé", wednesday="9 tot 12"))
    page = client.get(reverse("coordination:pool-week", args=["cdm-namur"])).content.decode()
    assert [f'value="{text}"' in page for text in ("9:00-12:00, 13:30-16:00", "9:00-12:00")] == [True, True]
    assert (
        Timetable.objects.get(pool=world.pool_namur, valid_from=timezone.localdate()).intervals.count() == 3
    )


def test_a_week_without_hours_is_saved_with_a_warning(world: World, signed_in: SignedIn) -> None:
    answer = signed_in("coordinator").post(
        reverse("coordination:pool-week", args=["cdm-namur"]), week(), follow=True
    )
    assert "Équipe Namur n’ouvre plus que par exception" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"monday": "9:00-12:00, 11:00-13:00"}, "se chevauchent"),
        ({"monday": "12:00-9:00"}, "se termine avant de commencer"),
        ({"monday": "25:00-26:00"}, "de 0:00 à 24:00"),
        ({"monday": "9:60-10:00"}, "de 0:00 à 24:00"),
        ({"monday": "le matin"}, "de 0:00 à 24:00"),
        ({"monday": "9:00-9:00+1", "tuesday": "8:00-10:00"}, "empiètent sur celles de lundi"),
        ({"sunday": "22:00-3:00+1", "monday": "2:00-4:00"}, "empiètent sur celles de dimanche"),
        ({"monday": "9:00-10:00+1"}, "plus d’un jour"),
        ({"valid_from": "29/02/2027"}, "n’existe pas"),
        ({"valid_from": "2026-01-06"}, "est passé"),
        ({"valid_from": ""}, "Indiquez le jour"),
        ({"valid_from": "01/02/2206"}, "regardez l’année, 2040 au plus"),
    ],
)
def test_invalid_hours_are_refused_in_a_sentence_and_the_text_is_kept(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("coordinator").post(
        reverse("coordination:pool-week", args=["cdm-namur"]), week(**typed)
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert 'aria-invalid="true"' in page
    assert all(f'value="{text}"' in page for text in typed.values() if text)
    assert Timetable.objects.filter(pool=world.pool_namur).count() == 1


def test_a_day_is_copied_into_others_without_saving_anything(world: World, signed_in: SignedIn) -> None:
    typed = {**week(monday="8:30-11:30"), "copy": "1", "source": "0", "targets": ["1", "4"]}
    del typed["save"]
    response = signed_in("coordinator").post(reverse("coordination:pool-week", args=["cdm-namur"]), typed)
    assert response.status_code == 200
    assert response.content.decode().count('value="8:30-11:30"') == 3
    assert Timetable.objects.filter(pool=world.pool_namur).count() == 1


def test_saving_twice_on_one_day_keeps_one_timetable(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    send(client, "cdm-namur", week(monday="9:00-12:00"))
    send(client, "cdm-namur", week(monday="10:00-12:00"))
    today = Timetable.objects.get(pool=world.pool_namur, valid_from=timezone.localdate())
    assert [one.start_minute for one in today.intervals.all()] == [600]


def test_a_coming_timetable_can_be_taken_back_and_one_that_began_cannot(
    world: World, signed_in: SignedIn
) -> None:
    coming = make_timetable(world.pool_namur, timezone.localdate() + timedelta(days=30), [(0, 540, 720)])
    begun = Timetable.objects.get(pool=world.pool_namur, valid_from=date(2026, 1, 5))
    client = signed_in("coordinator")
    for timetable in (coming, begun):
        client.post(reverse("coordination:drop-timetable", args=["cdm-namur", timetable.pk]))
    assert list(Timetable.objects.filter(pool=world.pool_namur)) == [begun]


def test_somebody_elses_team_is_shown_with_the_reason_and_not_changed(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    page = client.get(reverse("coordination:pool-week", args=["cdm-bruxelles"]))
    assert page.status_code == 200
    assert "CDM Bruxelles" in page.content.decode()
    assert "mais pas" in page.content.decode()
    assert 'name="day_0"' not in page.content.decode()
    refused = client.post(
        reverse("coordination:pool-week", args=["cdm-bruxelles"]), week(monday="9:00-10:00")
    )
    assert refused.status_code == 403
    assert Timetable.objects.filter(pool=world.pool_bruxelles).count() == 1


def test_the_platform_changes_any_team(world: World, signed_in: SignedIn) -> None:
    send(signed_in("platform"), "cdm-bruxelles", week(monday="9:00-10:00"))
    assert Timetable.objects.filter(pool=world.pool_bruxelles).count() == 2


def test_a_day_that_is_over_where_the_team_is_counts_as_past(world: World, signed_in: SignedIn) -> None:
    world.pool_namur.timezone = "Pacific/Kiritimati"
    world.pool_namur.save()
    yesterday = (datetime.now(UTC) + timedelta(hours=14)).date() - timedelta(days=1)
    response = signed_in("coordinator").post(
        reverse("coordination:pool-week", args=["cdm-namur"]),
        week(monday="9:00-10:00", valid_from=yesterday.isoformat()),
    )
    assert response.status_code == 422


def test_the_grid_shows_every_team_with_the_hours_of_today(world: World, signed_in: SignedIn) -> None:
    page = signed_in("coordinator").get(reverse("coordination:home")).content.decode()
    assert page.index("Équipe Namur") < page.index("Équipe Bruxelles")
    assert page.count("9:00-12:00") == 8
