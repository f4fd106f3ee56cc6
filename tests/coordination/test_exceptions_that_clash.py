"""An exception against which another one holds is asked about first; what was done is told by team, day and kind."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from routing_rules.exception_clashes import holds_against
from routing_rules.models import DatedException
from routing_rules.weekly import DayException, ExceptionKind
from tests.access.html_forms import forms_of
from tests.coordination.conftest import World, words_of

SignedIn = Callable[[str], Client]
URL = "/coordination/exceptions/"
DELETE = f"{URL}delete"
TODAY = date(2031, 1, 6)
CLOSED, OPEN = ExceptionKind.CLOSED, ExceptionKind.OPEN


def typed(day: date, **more: str) -> dict[str, str]:
    return {"pool": "cdm-namur", "date": day.isoformat(), "kind": "closed", "hours": "", "reason": "", **more}


@pytest.fixture
def day() -> date:
    return timezone.localdate() + timedelta(days=10)


@pytest.mark.parametrize(("pool", "team"), [("cdm-namur", "coordinator"), ("*", "platform")])
def test_a_closure_that_leaves_a_team_open_is_asked_about(
    world: World, signed_in: SignedIn, day: date, pool: str, team: str
) -> None:
    DatedException.objects.create(
        pool=world.pool_namur, date=day, kind="open", start_minute=540, end_minute=720
    )
    client = signed_in(team)
    answer = client.post(URL, typed(day, pool=pool))
    page = words_of(answer)
    assert answer.status_code == 422
    assert "resterait ouverte malgré tout" in page
    assert "Équipe Namur, " in page
    assert "ouvert en plus 9:00-12:00" in page
    assert DatedException.objects.count() == 1
    form = next(one for one in forms_of(answer.content.decode(), URL) if "reason" in one.names)
    told = dict(form.fields)["against"]
    # It holds for what was shown, and for nothing else.
    assert (
        client.post(URL, typed(day + timedelta(days=1), pool=pool, until="", against=told)).status_code == 302
    )
    other = typed(day, pool=pool, hours="10:00-11:00") if pool == "*" else typed(day, pool=pool, against="x")
    assert client.post(URL, other | {"against": "x"}).status_code == 422
    assert client.post(URL, typed(day, pool=pool, against=told)).status_code == 302
    assert DatedException.objects.filter(kind="closed").count() == 2


def test_an_opening_that_stays_closed_is_asked_about(world: World, signed_in: SignedIn, day: date) -> None:
    DatedException.objects.create(
        pool=world.pool_namur, date=day, kind="closed", start_minute=600, end_minute=660
    )
    answer = signed_in("coordinator").post(URL, typed(day, kind="open", hours="9:00-12:00"))
    assert answer.status_code == 422
    assert "resterait fermée malgré tout" in words_of(answer)


def test_holidays_that_leave_a_team_open_say_so(world: World, signed_in: SignedIn) -> None:
    DatedException.objects.create(
        pool=world.pool_namur, date=date(2039, 12, 25), kind="open", start_minute=540, end_minute=720
    )
    sent = {"pool": "cdm-namur", "calendar": "public", "year": "2039", "first": "2039-12-25"}
    answer = signed_in("coordinator").post("/coordination/holidays/", sent, follow=True)
    assert "reste ouverte malgré tout" in words_of(answer)
    assert DatedException.objects.count() == 2


def test_each_act_that_can_be_undone_is_told_apart(world: World, signed_in: SignedIn, day: date) -> None:
    client = signed_in("coordinator")
    client.post(URL, typed(day))
    client.post(URL, typed(day + timedelta(days=1), until=(day + timedelta(days=3)).isoformat()))
    client.post(URL, typed(day + timedelta(days=8), kind="open", hours="9:00-10:00"))
    client.post(DELETE, {"pk": DatedException.objects.get(date=day).pk})
    told = [act["words"] for act in client.session["undo"]]
    assert len(set(told)) == 4
    assert all("Équipe Namur, " in one for one in told)
    assert "Exception supprimée" in told[0]
    assert "ouvert en plus 9:00-10:00" in told[1]
    assert " au " in told[2]


def test_what_was_deleted_before_is_not_said_to_be_deleted_now(
    world: World, signed_in: SignedIn, day: date
) -> None:
    row = DatedException.objects.create(pool=world.pool_namur, date=day, kind="closed")
    DatedException.objects.create(pool=world.pool_namur, date=day, kind="closed", end_minute=600)
    client = signed_in("coordinator")
    first, second = (words_of(client.post(DELETE, {"pk": row.pk}, follow=True)) for _time in range(2))
    assert "L’exception a été supprimée. Équipe Namur: " in first
    assert "heures de la semaine valent" not in first.partition("<h1")[0]
    assert "n’est plus là" in second
    assert "a été supprimée" not in second


@pytest.mark.parametrize(
    ("one", "wanted", "holds"),
    [
        (DayException(TODAY, OPEN, 540, 720), DayException(TODAY, CLOSED), True),
        (DayException(TODAY, OPEN), DayException(TODAY, CLOSED), False),
        (DayException(TODAY, OPEN, 540, 720), DayException(TODAY, CLOSED, 600, 660), False),
        (DayException(TODAY, CLOSED, 600, 660), DayException(TODAY, OPEN, 540, 720), True),
        (DayException(TODAY, CLOSED, 600, 660), DayException(TODAY, OPEN, 660, 720), False),
        (DayException(TODAY, OPEN), DayException(TODAY, CLOSED, everywhere=True), True),
        (DayException(TODAY, OPEN, 540, 720, everywhere=True), DayException(TODAY, CLOSED), False),
        (DayException(TODAY, OPEN, 1320, 1560), DayException(TODAY + timedelta(days=1), CLOSED), True),
        (DayException(TODAY, CLOSED, 540, 720), DayException(TODAY, CLOSED), False),
    ],
)
def test_the_stronger_of_two_that_meet_holds(one: DayException, wanted: DayException, holds: bool) -> None:
    assert holds_against(one, wanted) is holds
