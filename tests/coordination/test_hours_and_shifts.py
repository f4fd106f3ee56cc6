"""Whoever is planned in hours that change is told, the coordinator is told so before; and undoing it takes it back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from chat import runtime
from coordination.board import answers
from partners import clock, letter_choices
from partners.letter_kinds import LetterKind
from roster import letters
from roster.models import Assignment, RosterNotice, Shift
from routing_rules.models import Counsellor, DatedException, Pool, Timetable
from tests.access.html_forms import forms_of
from tests.coordination.board_world import ACT, BOARD, empty_stores
from tests.coordination.conftest import World, make_plan, make_timetable, step, words_of
from tests.coordination.test_weekly_hours import week

SignedIn = Callable[[str], Client]
At = Callable[[datetime], None]
OPEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""A Monday, 10:30 in Brussels."""
MONDAY = date(2026, 11, 23)
CLOSES = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
EARLY = {"act": f"early cdm-namur {int(CLOSES.timestamp())}"}
WEEK = "/coordination/week/cdm-namur/"
LATER = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    def set_now(when: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: when)
        monkeypatch.setattr(clock, "now", lambda: when)
        answers.forget()

    monkeypatch.setattr(runtime, "current", empty_stores())
    set_now(OPEN)
    return set_now


@pytest.fixture
def sami(world: World) -> Counsellor:
    """Of Namur's team: on every Monday's shift, and wants letters."""
    make_plan(1)
    person = Counsellor.objects.get(staff=world.counsellor)
    for days in (0, 7, 14):
        shift = Shift.objects.create(
            pool=world.pool_namur, date=MONDAY + timedelta(days=days), start_minute=540, end_minute=720
        )
        Assignment.objects.create(
            shift=shift, counsellor=person, assigned_by=world.coordinator, assigned_at=OPEN - LATER
        )
    choose(person, "fr")
    return person


def choose(person: Counsellor, language: str, *kinds: LetterKind) -> None:
    letter_choices.choose(person=person.staff, language=language, wanted=kinds or [LetterKind.SHIFT_CHANGED])


def notices() -> list[tuple[str, date]]:
    rows = RosterNotice.objects.order_by("pk")
    return [(one.kind, one.date) for one in rows]


def undo(client: Client) -> str:
    page = client.post("/coordination/undo", {"act": client.session["undo"][0]["id"]}, follow=True)
    return page.content.decode()


def new_hours(**days: str) -> dict[str, str]:
    return week(**days) | {"valid_from": "2026-11-30"}


TUESDAYS = new_hours(tuesday="9:00-12:00")


@pytest.mark.usefixtures("sami")
def test_closing_early_says_how_many_are_planned_and_tells_them(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    board = client.get(BOARD).content.decode()
    assert "1 personne est prévue aux heures qui seraient fermées, et sera prévenue" in board
    assert "prévue aux heures" not in signed_in("platform").get(BOARD + "?wall=1").content.decode()
    page = client.post(ACT, EARLY, follow=True).content.decode()
    assert "1 personne est prévue à ces heures, et est prévenue. La lettre part dans dix minutes" in page
    assert "tout de suite, si la permanence est en cours" in page
    assert notices() == [("closed", MONDAY)]
    assert "l’équipe est fermée à ce moment" in signed_in("counsellor").get("/roster/").content.decode()


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_letter_about_a_shift_that_runs_leaves_at_once_and_names_nobody(
    world: World, signed_in: SignedIn, sami: Counsellor, language: str
) -> None:
    choose(sami, language)
    signed_in("coordinator").post(ACT, EARLY)
    assert letters.send_due(now=OPEN) == 1
    (letter,) = mail.outbox
    says = {
        "fr": "l’équipe est fermée à ce moment",
        "nl": "het team is dan gesloten",
        "en": "the team is closed then",
    }
    assert says[language] in letter.body
    assert "Nora" not in f"{letter.subject}{letter.body}"


def test_who_wants_no_such_letters_reads_it_on_their_page_alone(
    world: World, signed_in: SignedIn, sami: Counsellor
) -> None:
    choose(sami, "fr", LetterKind.SHIFT_TOMORROW)
    signed_in("coordinator").post(ACT, EARLY)
    assert letters.send_due(now=OPEN + LATER) == 0
    assert notices() == [("closed", MONDAY)]


@pytest.mark.usefixtures("sami")
def test_undone_within_ten_minutes_nothing_leaves(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    client.post(ACT, EARLY)
    assert "tout de même ouverte" not in undo(client)
    assert notices() == []
    assert not DatedException.objects.exists()
    assert letters.send_due(now=OPEN + 2 * LATER) == 0


@pytest.mark.usefixtures("sami")
def test_who_has_read_of_it_is_told_that_it_is_open_after_all(world: World, signed_in: SignedIn) -> None:
    client, reader = signed_in("coordinator"), signed_in("counsellor")
    client.post(ACT, EARLY)
    (told,) = RosterNotice.objects.all()
    reader.post("/roster/notices/read", {"notice": [told.pk]})
    told.refresh_from_db()
    assert told.read_at
    assert "1 personne savait que l’équipe serait fermée" in undo(client)
    assert notices() == [("closed", MONDAY), ("open_again", MONDAY)]
    assert "l’équipe est tout de même ouverte" in reader.get("/roster/").content.decode()
    assert letters.send_due(now=OPEN + LATER) == 1
    assert "tout de même ouverte" in mail.outbox[0].body


def test_a_timetable_asks_before_it_leaves_planned_people_without_hours(
    world: World, signed_in: SignedIn, sami: Counsellor
) -> None:
    client = signed_in("coordinator")
    asked = client.post(WEEK, TUESDAYS)
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "1 personne est prévue à ces heures, et sera prévenue" in page
    assert 'name="planned" value="1"' in page
    assert 'value="9:00-12:00"' in page
    assert Timetable.objects.filter(pool=world.pool_namur).count() == 1
    assert notices() == []
    client.post(WEEK, TUESDAYS | {"planned": "1"})
    assert notices() == [("closed", date(2026, 11, 30)), ("closed", date(2026, 12, 7))]
    undo(client)
    assert notices() == []
    assert letters.send_due(now=OPEN + 2 * LATER) == 0


def test_more_people_than_were_seen_are_asked_about_again(
    world: World, signed_in: SignedIn, sami: Counsellor
) -> None:
    assert signed_in("coordinator").post(WEEK, TUESDAYS | {"planned": "4"}).status_code == 422
    assert notices() == []


@pytest.mark.usefixtures("sami")
def test_hours_that_still_cover_the_shifts_are_saved_at_once(world: World, signed_in: SignedIn) -> None:
    hours = new_hours(monday="8:00-13:00")
    assert signed_in("coordinator").post(WEEK, hours).status_code == 302
    assert notices() == []


def test_who_was_written_to_is_told_when_the_hours_come_back(
    world: World, signed_in: SignedIn, sami: Counsellor, at: At
) -> None:
    client = signed_in("coordinator")
    client.post(WEEK, TUESDAYS | {"planned": "1"})
    # As long as it can be undone, nobody is written to about shifts of another day.
    assert letters.send_due(now=OPEN + LATER - timedelta(seconds=1)) == 0
    assert letters.send_due(now=OPEN + LATER) == 1
    at(OPEN + 2 * LATER)
    client.post(WEEK, new_hours(monday="9:00-12:00") | {"shown": "2026-11-30"})
    assert [kind for kind, _day in notices()] == ["closed", "closed", "open_again", "open_again"]
    assert letters.send_due(now=OPEN + 3 * LATER) == 1


def drop_coming(world: World, client: Client) -> None:
    """Saturdays were coming, and somebody is planned on one."""
    coming = make_timetable(world.pool_namur, date(2026, 12, 1), [(0, 540, 720), (5, 540, 720)])
    address = f"/coordination/week/cdm-namur/coming/{coming.pk}/delete"
    asked = client.post(address)
    assert asked.status_code == 422
    page = words_of(asked)
    assert "1 personne est prévue à ces heures, et sera prévenue" in page
    assert (
        "Retirer les heures de Équipe Namur à partir du mardi 1er décembre 2026, et prévenir 1 personne"
        in page
    )
    assert client.post(address, {"planned": "2"}).status_code == 422, "not what was seen"
    assert Timetable.objects.filter(pk=coming.pk).exists()
    assert notices() == []
    client.post(address, {"planned": "1"})


def delete_opening(world: World, client: Client) -> None:
    opening = DatedException.objects.create(
        pool=world.pool_namur, date=date(2026, 12, 5), kind="open", start_minute=540, end_minute=720
    )
    client.post("/coordination/exceptions/delete", {"pk": opening.pk})


@pytest.mark.parametrize("act", [drop_coming, delete_opening])
def test_hours_that_are_taken_back_are_told_too(
    world: World, signed_in: SignedIn, sami: Counsellor, act: Callable[[World, Client], None]
) -> None:
    saturday = Shift.objects.create(
        pool=world.pool_namur, date=date(2026, 12, 5), start_minute=540, end_minute=720
    )
    Assignment.objects.create(
        shift=saturday, counsellor=sami, assigned_by=world.coordinator, assigned_at=OPEN
    )
    client = signed_in("coordinator")
    act(world, client)
    assert notices() == [("closed", saturday.date)]
    undo(client)
    assert notices() == []


def test_a_team_that_is_not_active_any_more_has_no_hours(
    world: World, signed_in: SignedIn, sami: Counsellor
) -> None:
    client = signed_in("platform")
    typed: dict[str, Any] = {
        "name": world.pool_namur.name,
        "partner": world.namur.pk,
        "timezone": "Europe/Brussels",
    }
    asked = client.post("/coordination/teams/cdm-namur/", typed)
    assert asked.status_code == 422
    page = words_of(asked)
    assert "1 personne est dans cette équipe, et n’en reçoit plus aucune demande" in page
    assert "1 personne est prévue à ces heures, et sera prévenue" in page
    assert "Rendre Équipe Namur inactive (1 personne)" in page
    (form,) = (one for one in forms_of(page, "/coordination/teams/cdm-namur/") if "planned" in one.names)
    assert "active" not in dict(form.fields), "what was typed is kept"
    assert Pool.objects.get(slug="cdm-namur").active
    assert notices() == []
    assert client.post("/coordination/teams/cdm-namur/", dict(form.fields)).status_code == 302
    world.pool_namur.refresh_from_db()
    assert not world.pool_namur.active
    assert len(notices()) == 3
    undo(client)
    assert notices() == []


def test_a_team_without_anybody_that_no_rule_names_is_made_inactive_at_once(
    world: World, signed_in: SignedIn
) -> None:
    make_plan(1, steps=[step("cdm-namur")])
    typed = {"name": "Équipe Bruxelles", "partner": world.bruxelles.pk, "timezone": "Europe/Brussels"}
    client = signed_in("platform")
    assert client.post("/coordination/teams/cdm-bruxelles/", typed).status_code == 302
    world.pool_bruxelles.refresh_from_db()
    assert not world.pool_bruxelles.active
    # Active again, nothing is lost by it: nothing is asked.
    assert client.post("/coordination/teams/cdm-bruxelles/", typed | {"active": "on"}).status_code == 302
