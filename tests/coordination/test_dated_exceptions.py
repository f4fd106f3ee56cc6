"""Closures and extra openings on a date, and holidays taken over as such."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import AuditEntry
from roster.models import Assignment, RosterNotice, Shift
from routing_rules.loading import pool_states
from routing_rules.models import Counsellor, DatedException
from tests.coordination.conftest import World

SignedIn = Callable[[str], Client]
URL = "/coordination/exceptions/"
DELETE = "/coordination/exceptions/delete"


def exception(**typed: str) -> dict[str, str]:
    today = timezone.localdate().isoformat()
    return {"pool": "cdm-namur", "date": today, "kind": "open", "hours": "0:00-24:00", "reason": "", **typed}


def test_an_extra_opening_holds_at_once(world: World, signed_in: SignedIn) -> None:
    assert signed_in("coordinator").post(URL, exception(reason="Salon")).status_code == 302
    assert {one.slug: one.open for one in pool_states(timezone.now())}["cdm-namur"]
    assert AuditEntry.objects.filter(action="exception.added", actor=world.coordinator).exists()


def test_one_exception_is_written_for_each_interval(world: World, signed_in: SignedIn) -> None:
    signed_in("coordinator").post(URL, exception(hours="9:00-10:00, 14:00-15:00"))
    assert list(DatedException.objects.values_list("start_minute", "end_minute")) == [(540, 600), (840, 900)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"date": "29/02/2027"}, "n’existe pas"),
        ({"date": "2026-01-05"}, "est passé"),
        ({"date": ""}, "Indiquez le jour"),
        ({"date": "24/12/2206"}, "regardez l’année, 2040 au plus"),
        ({"hours": "12:00-9:00"}, "se termine avant de commencer"),
        ({"hours": "25:00-26:00"}, "de 0:00 à 24:00"),
        ({"kind": "perhaps"}, "Sélectionnez un choix valide"),
        ({"pool": "nulle-part"}, "Sélectionnez un choix valide"),
    ],
)
def test_an_invalid_exception_is_refused_at_its_field(
    world: World, signed_in: SignedIn, typed: dict[str, str], says: str
) -> None:
    response = signed_in("coordinator").post(URL, exception(**{"reason": "Salon", **typed}))
    assert response.status_code == 422
    assert says in response.content.decode()
    assert 'value="Salon"' in response.content.decode()
    assert not DatedException.objects.exists()


def test_the_same_exception_twice_is_refused_and_nothing_of_it_written(
    world: World, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    client.post(URL, exception(hours="9:00-10:00"))
    response = client.post(URL, exception(hours="7:00-8:00, 9:00-10:00"))
    assert response.status_code == 422
    assert "existe déjà" in response.content.decode()
    assert DatedException.objects.count() == 1


@pytest.mark.parametrize("pool", ["cdm-bruxelles", "*"])
def test_a_partners_coordinator_closes_only_their_own_teams(
    world: World, signed_in: SignedIn, pool: str
) -> None:
    signed_in("coordinator").post(URL, exception(pool=pool))
    assert not DatedException.objects.exists()


def test_the_platform_closes_all_teams_at_once(world: World, signed_in: SignedIn) -> None:
    signed_in("platform").post(URL, exception(pool="*", kind="closed"))
    assert DatedException.objects.get().pool is None


def test_only_its_own_coordinators_delete_an_exception(world: World, signed_in: SignedIn) -> None:
    row = DatedException.objects.create(pool=world.pool_bruxelles, date=timezone.localdate(), kind="closed")
    assert signed_in("coordinator").post(DELETE, {"pk": row.pk}).status_code == 403
    assert signed_in("platform").post(DELETE, {"pk": row.pk}).status_code == 302
    assert not DatedException.objects.exists()


@pytest.mark.parametrize("number", ["9" * 30, "-1", "١", "x"])
def test_a_number_that_no_exception_has_deletes_nothing(
    world: World, signed_in: SignedIn, number: str
) -> None:
    DatedException.objects.create(pool=world.pool_bruxelles, date=timezone.localdate(), kind="closed")
    assert signed_in("platform").post(DELETE, {"pk": number}).status_code == 302
    assert DatedException.objects.count() == 1


def test_the_exceptions_of_the_past_stay(world: World, signed_in: SignedIn) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    row = DatedException.objects.create(pool=world.pool_namur, date=yesterday, kind="closed")
    signed_in("coordinator").post(DELETE, {"pk": row.pk})
    assert DatedException.objects.filter(pk=row.pk).exists()


@pytest.fixture
def in_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """The holidays below are still to come, whenever this runs."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


def test_holidays_are_shown_before_they_are_taken_over(world: World, signed_in: SignedIn) -> None:
    typed = {"pool": "cdm-namur", "calendar": "school_french", "year": "2027"}
    response = signed_in("coordinator").get("/coordination/holidays/", typed)
    assert "Vacances de carnaval" in response.content.decode()
    assert not DatedException.objects.exists()


@pytest.mark.usefixtures("in_2026")
def test_only_the_ticked_holidays_are_taken_over_and_only_once(world: World, signed_in: SignedIn) -> None:
    typed = {"pool": "cdm-namur", "calendar": "public", "year": "2030", "first": ["2030-07-21", "2030-12-25"]}
    client = signed_in("coordinator")
    for _again in range(2):
        assert client.post("/coordination/holidays/", typed).status_code == 302
    rows = DatedException.objects.filter(pool=world.pool_namur, kind="closed")
    assert [(row.date, row.reason) for row in rows] == [
        (date(2030, 7, 21), "Fête nationale"),
        (date(2030, 12, 25), "Noël"),
    ]


@pytest.mark.parametrize(
    "typed", [{"year": "1830"}, {"year": "x"}, {"calendar": "moon"}, {"pool": "cdm-bruxelles"}]
)
def test_holidays_of_a_strange_year_calendar_or_team_are_refused(
    world: World, signed_in: SignedIn, typed: dict[str, str]
) -> None:
    sent = {"pool": "cdm-namur", "calendar": "public", "year": "2030", "first": "2030-07-21", **typed}
    assert signed_in("coordinator").post("/coordination/holidays/", sent).status_code == 422
    assert not DatedException.objects.exists()


@pytest.mark.usefixtures("in_2026")
def test_days_in_a_row_are_one_line_and_go_together(world: World, signed_in: SignedIn) -> None:
    typed = {"pool": "cdm-namur", "calendar": "school_french", "year": "2027", "first": "2027-04-26"}
    client = signed_in("coordinator")
    client.post("/coordination/holidays/", typed)
    page = client.get(URL).content.decode()
    assert "du lundi 26 avril au dimanche 9 mai 2027" in page
    keys = [row.pk for row in DatedException.objects.all()]
    assert len(keys) == 14
    client.post(DELETE, {"pk": keys})
    assert not DatedException.objects.exists()


def test_of_several_exceptions_none_is_deleted_when_one_is_somebody_elses(
    world: World, signed_in: SignedIn
) -> None:
    today = timezone.localdate()
    mine = DatedException.objects.create(pool=world.pool_namur, date=today, kind="closed")
    theirs = DatedException.objects.create(pool=world.pool_bruxelles, date=today, kind="closed")
    assert signed_in("coordinator").post(DELETE, {"pk": [mine.pk, theirs.pk]}).status_code == 403
    assert DatedException.objects.count() == 2


@pytest.mark.parametrize("key", ["9" * 30, "-1", "deux", "\u0663"])
def test_a_key_that_nothing_has_deletes_nothing(world: World, signed_in: SignedIn, key: str) -> None:
    DatedException.objects.create(pool=world.pool_namur, date=timezone.localdate(), kind="closed")
    assert signed_in("platform").post(DELETE, {"pk": key}).status_code == 302
    assert DatedException.objects.count() == 1


def test_who_is_planned_in_hours_that_are_closed_is_counted_and_told_until_it_is_undone(
    world: World, signed_in: SignedIn
) -> None:
    monday = timezone.localdate() + timedelta(days=14 - timezone.localdate().weekday())
    person = Counsellor.objects.get(staff=world.counsellor)
    for start in (540, 840):
        shift = Shift.objects.create(
            pool=world.pool_namur, date=monday, start_minute=start, end_minute=start + 180
        )
        Assignment.objects.create(
            shift=shift, counsellor=person, assigned_by=world.coordinator, assigned_at=timezone.now()
        )
    client = signed_in("coordinator")
    closed = exception(date=monday.isoformat(), kind="closed", hours="")
    asked = client.post(URL, closed)
    assert asked.status_code == 422
    assert "1 personne est prévue à ces heures, et sera prévenue" in asked.content.decode()
    assert not DatedException.objects.exists()
    page = client.post(URL, closed | {"planned": "1"}, follow=True).content.decode()
    assert "1 personne est prévue à ces heures, et est prévenue" in page
    (notice,) = RosterNotice.objects.all()
    assert (notice.person, notice.kind, notice.start_minute) == (world.counsellor, "closed", 540)
    assert "l’équipe est fermée à ce moment" in signed_in("counsellor").get("/roster/").content.decode()
    again = exception(date=monday.isoformat(), kind="closed", hours="9:00-10:00")
    page = client.post(URL, again, follow=True).content.decode()
    assert "1 personne est prévue" not in page, "it was closed already"
    for act in client.session["undo"]:
        client.post("/coordination/undo", {"act": act["id"]})
    assert not RosterNotice.objects.exists()
    assert not DatedException.objects.exists()
