"""A coordinator books a class: what can be given then is said, what cannot be given is refused, and a try shows it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat.services import live_snapshot
from indicators.models import Capacity
from partners.time_zone import BRUSSELS
from routing_rules.models import Counsellor, DatedException, SchoolBooking
from tests.coordination.conftest import World, make_plan, words_of

SignedIn = Callable[[str], Client]
NEW = "/coordination/classes/new/"


def next_monday(*, hour: int = 9, weekday: int = 0) -> datetime:
    """That hour of next week's Monday, or of another weekday of the same week."""
    today = timezone.localdate()
    day = today + timedelta(days=7 - today.weekday() + weekday)
    return datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)


def local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def session(world: World, begins: datetime, *, hours: int = 2, **typed: Any) -> dict[str, Any]:
    return {
        "school": "Athénée de Namur",
        "partner": world.namur.pk,
        "starts_at": local(begins),
        "ends_at": local(begins + timedelta(hours=hours)),
        "places": "1",
        "themes": ["formation"],
        "code": "",
        **typed,
    }


@pytest.mark.parametrize(
    ("weekday", "hours", "says"),
    [
        (6, 2, "Aucune des équipes n’est ouverte"),
        (3, 2, "Aucune des équipes n’est ouverte"),
        (0, 24, "se termine le même jour"),
        (0, 9, "se termine le même jour"),
    ],
)
def test_a_class_when_its_teams_are_closed_or_for_days_on_end_is_refused(
    world: World, signed_in: SignedIn, weekday: int, hours: int, says: str
) -> None:
    typed = session(world, next_monday(weekday=weekday), hours=hours)
    response = signed_in("coordinator").post(NEW, typed)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not SchoolBooking.objects.exists()


def test_a_closure_of_that_day_counts(world: World, signed_in: SignedIn) -> None:
    DatedException.objects.create(pool=world.pool_namur, date=next_monday().date(), kind="closed")
    response = signed_in("coordinator").post(NEW, session(world, next_monday()))
    assert "Aucune des équipes n’est ouverte" in response.content.decode()


def test_classes_at_once_beyond_what_the_teams_can_give_are_refused(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    assert client.post(NEW, session(world, next_monday(), places="25")).status_code == 302
    response = client.post(NEW, session(world, next_monday(), school="Athénée de Dinant"))
    assert "(places : 25)" in words_of(response)
    # At another hour, and at another partner, nothing overlaps.
    later = session(world, next_monday(weekday=1))
    assert client.post(NEW, later).status_code == 302


def test_a_second_press_is_told_the_code_that_the_first_one_got(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    client.post(NEW, session(world, next_monday(), places="25"))
    page = words_of(client.post(NEW, session(world, next_monday(), places="25")))
    assert f"a déjà une réservation à ce moment, avec le code {SchoolBooking.objects.get().code}" in page
    assert "D’autres classes" not in page


def test_booking_says_how_many_are_expected_and_warns(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    page = client.post(NEW, session(world, next_monday(), places="25"), follow=True).content.decode()
    assert "Plus de places sont réservées" in page
    assert "1 personne est inscrite" in page
    assert "2 conversations à la fois" in page
    assert "n’est pas encore connu" in page
    lately = timezone.localdate() - timedelta(days=timezone.localdate().weekday() or 7)
    Capacity.objects.create(
        day=lately, slot=19, pool="cdm-namur", minutes_open=30, ready_minutes=45, free_slot_minutes=75
    )
    one = SchoolBooking.objects.get()
    assert "ces derniers temps : 2,5." in words_of(client.get(f"/coordination/classes/{one.pk}/"))


def test_a_try_knows_the_class_that_is_on(world: World, signed_in: SignedIn) -> None:
    make_plan()
    begins = next_monday()
    booking = SchoolBooking.objects.create(
        code="CLASSE",
        school="X",
        partner=world.namur,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        places=25,
    )
    counsellor = Counsellor.objects.get(staff=world.counsellor)
    asked = {
        "plan": "1",
        "theme": "formation",
        "language": "fr",
        "site": "miti",
        "audience": "public",
        "at": f"{begins + timedelta(minutes=1):%Y-%m-%dT%H:%M}",
        "ready": [str(counsellor.pk)],
        "answers_after": "10",
    }
    page = words_of(signed_in("platform").get("/coordination/try/", asked))
    assert f"({booking.code}, places : 25)" in page
    assert "Sami" in page
    whole = words_of(signed_in("platform").get("/coordination/try/", asked | {"whole_class": "on"}))
    assert "Sami (CDM Namur) accepte après 10 s" in whole, (
        "one place is everybody's, and the class stands behind"
    )
    later = asked | {"at": f"{begins + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    assert "places : 25" not in words_of(signed_in("platform").get("/coordination/try/", later))


def test_the_class_keeps_places_of_its_own_partners_teams_only(world: World) -> None:
    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for code, partner in (("NAMUR", world.namur), ("TOUS", None)):
        SchoolBooking.objects.create(
            code=code, school="X", partner=partner, starts_at=now, ends_at=now + timedelta(hours=1), places=2
        )
    found = {one.code: one.pools for one in live_snapshot.bookings(now)}
    assert found == {"NAMUR": frozenset({"cdm-namur"}), "TOUS": None}
