"""Coordinators plan a week, put people on shifts and take them off; two of them lose nothing, and everything can be undone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from re import search
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners import unsaved
from partners.models import AuditEntry
from roster import loading, own_times, signing_up
from roster.models import Absence, Assignment, RosterNotice, Shift
from roster.planned import planned_at
from routing_rules.models import Counsellor, DatedException
from routing_rules.weekly import Interval
from tests.coordination.conftest import World
from tests.roster.conftest import NOW, make_counsellor, make_shift, put_on

SignedIn = Callable[[str], Client]
MONDAY = timezone.localdate() + timedelta(days=14 - timezone.localdate().weekday())
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
ROSTER = "/coordination/roster/"
PLAN = f"{ROSTER}plan/?week={MONDAY.isoformat()}"
BEFORE = timezone.now() - DAY


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def press(client: Client, path: str, status: int = 200, **fields: Any) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def undo(client: Client, path: str) -> str:
    found = search(r'name="act" value="([^"]+)"', read(client, path))
    assert found is not None
    return press(client, "/coordination/undo", act=found[1])


def week(day: object = MONDAY) -> str:
    return f"{ROSTER}?week={day}"


def told() -> list[tuple[str, str]]:
    return sorted(RosterNotice.objects.values_list("person__username", "kind"))


def typed(shift: Shift, **other: Any) -> dict[str, Any]:
    return {"day": shift.date.isoformat(), "hours": "9:00-12:00", "needed": shift.needed, **other}


def test_a_week_is_planned_from_the_opening_hours_and_undone(world: World, signed_in: SignedIn) -> None:
    DatedException.objects.create(pool=world.pool_namur, date=MONDAY, kind="closed")
    client = signed_in("coordinator")
    assert "Équipe Namur, 3 permanences (9:00-12:00 mardi, mercredi, vendredi)" in read(client, PLAN)
    page = press(client, PLAN, act="propose", teams=["cdm-namur"], needed=2)
    assert "3 permanences sont nouvelles" in page
    assert "0 sur 2" in page
    assert Shift.objects.filter(pool=world.pool_namur, needed=2).count() == 3
    assert "Rien de nouveau" in press(client, PLAN, act="propose", teams=["cdm-namur"], needed=2)
    assert "Cochez les équipes" in press(client, PLAN, 422, act="propose", needed=2)
    assert Shift.objects.count() == 3, "Back and a second press make nothing twice"
    undo(client, week())
    assert not Shift.objects.exists()


def test_a_week_is_copied_with_its_people_who_are_told(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    away, gone = make_counsellor("lea", world.pool_namur), make_counsellor("max", world.pool_namur)
    shift = make_shift(world.pool_namur, MONDAY, needed=4, languages=["nl"])
    put_on(shift, sami, away, gone, at=BEFORE)
    put_on(make_shift(world.pool_namur, MONDAY + DAY), sami, at=BEFORE)
    own_times.add_absence(counsellor=away, first=MONDAY + WEEK, last=MONDAY + WEEK, now=NOW)
    gone.pools.clear()
    DatedException.objects.create(pool=world.pool_namur, date=MONDAY + WEEK + DAY, kind="closed")
    client = signed_in("coordinator")
    plan = f"{ROSTER}plan/?week={MONDAY + WEEK}&like={MONDAY}"
    page = press(client, plan, act="copy", teams=["cdm-namur"], with_people="on")
    copy = Shift.objects.get(date=MONDAY + WEEK)
    assert (copy.needed, copy.languages) == (4, ["nl"])
    assert [one.counsellor for one in copy.assignments.all()] == [sami]
    assert told() == [("sami", "assigned")]
    assert "2 places restent libres" in page
    assert "1 permanence a été laissée de côté" in page
    page = press(client, plan, act="copy", teams=["cdm-namur"], with_people="on")
    assert "1 permanence était déjà là" in page
    assert told() == [("sami", "assigned")]


def test_a_copied_week_is_undone_with_what_people_were_told(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    put_on(make_shift(world.pool_namur, MONDAY), sami, at=BEFORE)
    client = signed_in("coordinator")
    plan = f"{ROSTER}plan/?week={MONDAY + WEEK}&like={MONDAY}"
    press(client, plan, act="copy", teams=["cdm-namur"], with_people="on")
    assert told()
    undo(client, week(MONDAY + WEEK))
    assert not Shift.objects.filter(date__gt=MONDAY).exists()
    assert told() == []
    assert Assignment.objects.count() == 1


def test_teams_ticked_before_the_session_ended_are_ticked_again(world: World, signed_in: SignedIn) -> None:
    client = signed_in("coordinator")
    client.logout()
    typed = {
        "act": "propose",
        "teams": ["cdm-namur"],
        "needed": 7,
        unsaved.AUTHOR: unsaved.signed_author(world.coordinator.pk),
    }
    client.post(PLAN, typed, HTTP_REFERER=f"http://testserver{PLAN}")
    client.force_login(world.coordinator)
    page = read(client, PLAN)
    assert 'value="7"' in page
    assert search(r'value="cdm-namur"[^>]* checked', page)
    assert not Shift.objects.exists()


def test_an_act_is_not_undone_over_somebody_who_has_signed_up_since(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("coordinator")
    press(client, PLAN, act="propose", teams=["cdm-namur"], needed=1)
    shift = Shift.objects.filter(date=MONDAY + DAY).get()
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=timezone.now())
    assert "rien n’a été annulé" in undo(client, week())
    assert Assignment.objects.get().counsellor == sami


def test_who_could_be_on_a_shift_is_shown_with_what_speaks_against_it(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    elsewhere, away = (
        make_counsellor("lea", world.pool_namur, world.pool_bruxelles),
        make_counsellor("max", world.pool_namur),
    )
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(make_shift(world.pool_bruxelles, MONDAY), elsewhere, at=BEFORE)
    own_times.add_absence(counsellor=away, first=MONDAY, last=MONDAY, now=NOW)
    own_times.set_usual_times(counsellor=sami, intervals=[Interval(0, 480, 720)])
    path = f"{ROSTER}shifts/{shift.pk}/"
    page = read(signed_in("coordinator"), path)
    assert page.count("/assign") == 1
    first = page.index("Sami</strong>")
    assert first < page.index("Lea</strong>")
    assert "badge is-success" in page[first : first + 600], "usually free then"
    assert "sur une autre permanence au même moment" in page
    assert "absent·e ce jour-là" in page
    assert "Lea</strong>" not in read(signed_in("coordinator"), f"{path}?q=sam")


def test_somebody_is_put_on_a_shift_moved_and_taken_off_and_told_each_time(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift, other = make_shift(world.pool_namur, MONDAY), make_shift(world.pool_namur, MONDAY + DAY)
    client = signed_in("coordinator")
    path = f"{ROSTER}shifts/{shift.pk}/"
    assert "Sami est sur la permanence" in press(client, f"{path}assign", person=sami.pk)
    assert "déjà" in press(client, f"{path}assign", person=sami.pk)
    assert "Sami" in read(client, week())
    press(client, f"{path}move", person=sami.pk, to=other.pk)
    assert Assignment.objects.get().shift == other
    press(client, f"{ROSTER}shifts/{other.pk}/remove", person=sami.pk)
    assert not Assignment.objects.exists()
    assert told() == [("sami", "assigned"), ("sami", "moved"), ("sami", "removed")]
    undo(client, f"{ROSTER}shifts/{other.pk}/")
    assert Assignment.objects.get().shift == other
    assert told() == [("sami", "assigned"), ("sami", "moved")]


@pytest.mark.parametrize("why", ["full", "elsewhere", "away"])
def test_nobody_is_put_where_they_cannot_be(
    world: World, sami: Counsellor, signed_in: SignedIn, why: str
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    if why == "full":
        put_on(shift, make_counsellor("lea", world.pool_namur), at=BEFORE)
    elif why == "elsewhere":
        sami.pools.add(world.pool_bruxelles)
        put_on(make_shift(world.pool_bruxelles, MONDAY), sami, at=BEFORE)
    else:
        Absence.objects.create(counsellor=sami, first_day=MONDAY, last_day=MONDAY)
    page = press(signed_in("coordinator"), f"{ROSTER}shifts/{shift.pk}/assign", person=sami.pk)
    assert "Sami n’a pas été mis·e sur la permanence" in page
    assert not Assignment.objects.filter(shift=shift, counsellor=sami).exists()
    assert told() == []


def test_nobody_of_another_team_is_named_or_put_on_a_shift(world: World, signed_in: SignedIn) -> None:
    stranger = make_counsellor("bruno", world.pool_bruxelles)
    shift = make_shift(world.pool_namur, MONDAY)
    for act in ("assign", "remove", "move"):
        page = press(signed_in("coordinator"), f"{ROSTER}shifts/{shift.pk}/{act}", person=stranger.pk)
        assert "Bruno" not in page
        assert "choisissez quelqu’un de l’équipe" in page
    theirs = make_shift(world.pool_bruxelles, MONDAY)
    put_on(theirs, stranger, at=BEFORE)
    page = read(signed_in("coordinator"), f"{week()}&all")
    assert "1 sur 1" in page
    assert "Bruno" not in page, "other institutions in numbers"


def test_the_second_of_two_writers_of_a_shift_is_told_of_the_first(world: World, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    path = f"{ROSTER}shifts/{shift.pk}/"
    first, second = signed_in("coordinator"), signed_in("platform")
    found = search(r'name="revision" value="([^"]+)"', read(second, path))
    assert found is not None
    press(first, path, **typed(shift, hours="9:30-12:00", needed=3))
    page = press(second, path, 409, **typed(shift, needed=4, revision=found[1]))
    assert "Nora a enregistré" in page
    assert "9:30-12:00" in page
    assert Shift.objects.get().needed == 3
    again = search(r'name="revision" value="([^"]+)"', page)
    assert again is not None
    press(second, path, **typed(shift, needed=4, revision=again[1]))
    assert Shift.objects.get().needed == 4


def test_people_are_told_of_other_hours_and_the_form_says_so(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    path = f"{ROSTER}shifts/{shift.pk}/"
    client = signed_in("coordinator")
    assert "1 personne" in press(client, path, **typed(shift, hours="10:00-12:00"))
    assert told() == [("sami", "moved")]
    press(client, path, **typed(shift, hours="10:00-12:00", needed=2))
    assert told() == [("sami", "moved")], "who is needed is nothing to them"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hours", "", "Donnez les heures"),
        ("hours", "9:00-12:00, 13:00-14:00", "un seul début"),
        ("hours", "6:00-20:00", "douze heures au plus"),
        ("hours", "demain", "heures, de 0:00 à 24:00"),
        ("day", "2020-05-04", "est passé"),
        ("day", "2039-05-04", "très loin"),
        ("needed", "0", "de 1 à 60"),
    ],
)
def test_a_wrong_field_is_said_in_a_sentence_and_nothing_is_lost(
    world: World, signed_in: SignedIn, field: str, value: str, said: str
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    page = press(
        signed_in("coordinator"), f"{ROSTER}shifts/{shift.pk}/", 422, **typed(shift, **{field: value})
    )
    assert said in page
    assert f'value="{value}"' in page
    assert Shift.objects.get().end_minute == 720


def test_a_shift_is_not_deleted_over_somebody_who_came_onto_it_meanwhile(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    client = signed_in("coordinator")
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=timezone.now())
    path = f"{ROSTER}shifts/{shift.pk}/"
    page = press(client, f"{path}delete", 409, seen=shift.revision)
    assert "Supprimer cette permanence et prévenir 1 personne" in page
    press(client, f"{path}delete", seen=Shift.objects.get().revision)
    assert told() == [("sami", "cancelled")]
    undo(client, week())
    assert Assignment.objects.get().counsellor == sami
    assert told() == []


def test_a_changed_timetable_is_said_at_the_shift(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    put_on(make_shift(world.pool_namur, MONDAY), sami, at=BEFORE)
    make_shift(world.pool_namur, MONDAY, 600, 780)
    DatedException.objects.create(
        pool=world.pool_namur, date=MONDAY, kind="closed", start_minute=480, end_minute=720
    )
    DatedException.objects.create(
        pool=world.pool_namur, date=MONDAY, kind="open", start_minute=720, end_minute=800
    )
    page = read(signed_in("coordinator"), week())
    assert "l’équipe est fermée à ce moment" in page
    assert "l’équipe est fermée pendant une partie" in page
    assert "l’équipe est fermée à ce moment" in read(signed_in("counsellor"), "/roster/")


def test_what_is_missing_is_said_in_words(world: World, sami: Counsellor, signed_in: SignedIn) -> None:
    put_on(make_shift(world.pool_namur, MONDAY, needed=3, languages=["nl"]), sami, at=BEFORE)
    Assignment.objects.update(replacement_wanted_at=BEFORE)
    page = read(signed_in("coordinator"), week())
    assert "2 personnes manquent, personne ne parle néerlandais" in page.lower().replace("\u00a0", " ")
    assert "1 permanence est incomplète" in page
    assert "Sami (cherche quelqu’un)" in page


def test_the_log_tells_of_shifts_and_names_nobody_who_is_on_them(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    press(signed_in("coordinator"), f"{ROSTER}shifts/{shift.pk}/assign", person=sami.pk)
    entry = AuditEntry.objects.get(action="shift.assigned")
    assert (entry.actor, entry.subject) == (world.coordinator, f"shift {shift.pk}")
    assert "Sami" not in str(entry.detail)
    assert set(entry.detail) == {"pool", "date", "intervals", "needed", "languages", "themes"}
    assert "a mis quelqu’un sur une permanence" in read(signed_in("coordinator"), "/coordination/log/")


def test_a_week_of_many_teams_and_people_costs_a_bounded_number_of_queries(
    world: World, signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [make_counsellor(f"p{number}", world.pool_namur) for number in range(30)]
    shifts = [
        make_shift(world.pool_namur, MONDAY + day * DAY, start, start + 90, needed=5)
        for day in range(7)
        for start in (480, 570, 660, 750)
    ]
    for number, shift in enumerate(shifts):
        put_on(shift, *people[number : number + 3], at=BEFORE)
    client = signed_in("platform")
    client.get(week())
    with django_assert_max_num_queries(28):
        assert "P3" in client.get(week()).content.decode()
    with django_assert_max_num_queries(50):
        client.get(f"{ROSTER}shifts/{shifts[0].pk}/")
    with django_assert_max_num_queries(28):
        client.get(PLAN)


def test_who_is_away_since_is_said_in_grid_and_shift_and_fills_no_place(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    lea = make_counsellor("lea", world.pool_namur)
    put_on(shift, sami, at=BEFORE)
    client = signed_in("coordinator")
    assert "1 sur 1" in read(client, week())
    own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=NOW)
    page = read(client, week())
    assert "0 sur 1" in page
    assert "Sami (absent·e ce jour-là)" in page
    assert "1 permanence est incomplète" in page
    page = read(client, f"{ROSTER}shifts/{shift.pk}/")
    assert "absent·e ce jour-là" in page
    assert "ne compte pas" in page
    assert "votre place compte comme libre" in read(signed_in("counsellor"), "/roster/")
    signing_up.take(counsellor=lea, shift_id=shift.pk, now=timezone.now())
    assert "1 sur 1" in read(client, week())


def test_the_board_counts_nobody_as_planned_who_is_away(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, make_counsellor("lea", world.pool_namur), at=BEFORE)
    begins = loading.time_of(shift).start
    assert len(planned_at(begins)[world.pool_namur.pk].people) == 2
    own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=NOW)
    team = planned_at(begins)[world.pool_namur.pk]
    assert sami.pk not in team.people
    assert len(team.people) == 1
    assert team.since == begins


def test_who_is_away_or_elsewhere_by_now_is_not_put_back_by_undoing(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    client, path = signed_in("coordinator"), f"{ROSTER}shifts/{shift.pk}/"
    press(client, f"{path}remove", person=sami.pk)
    own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=NOW)
    page = undo(client, path)
    assert "Rien n’a été annulé. Sami, Équipe Namur" in page
    assert "absent·e ce jour-là" in page
    assert not Assignment.objects.exists()
    assert told() == [("sami", "removed")]
    assert not AuditEntry.objects.filter(action="undone").exists()


def test_a_deleted_shift_comes_back_with_a_word_on_who_is_elsewhere_by_now(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    sami.pools.add(world.pool_bruxelles)
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    client = signed_in("coordinator")
    press(client, f"{ROSTER}shifts/{shift.pk}/delete", seen=shift.revision)
    put_on(make_shift(world.pool_bruxelles, MONDAY), sami, at=timezone.now())
    assert "sur une autre permanence au même moment" in undo(client, week())
    page = read(signed_in("platform"), week())
    assert page.count("Sami (sur une autre permanence au même moment)") == 2
    assert (page.count("1 sur 1"), page.count("0 sur 1")) == (1, 1), "one person fills one place"


def test_other_hours_at_which_somebody_is_elsewhere_are_said(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    sami.pools.add(world.pool_bruxelles)
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    put_on(make_shift(world.pool_bruxelles, MONDAY, 780, 900), sami, at=BEFORE)
    path = f"{ROSTER}shifts/{shift.pk}/"
    page = press(signed_in("coordinator"), path, **typed(shift, hours="13:00-15:00"))
    assert "pour Sami" in page
    assert "sur une autre permanence au même moment" in page


def test_hours_that_are_over_are_not_planned(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    # 10:00 in Brussels.
    at(NOW)
    today, new = NOW.date(), f"{ROSTER}team/{world.pool_namur.slug}/new/"
    client = signed_in("coordinator")
    page = press(client, new, 422, day=today.isoformat(), hours="8:00-10:00, 14:00-16:00", needed=2)
    assert "Ces heures sont passées\u00a0: 8:00-10:00." in page
    assert 'value="8:00-10:00, 14:00-16:00"' in page
    assert not Shift.objects.exists()
    # What runs is not over: who is there may still be put on it.
    press(client, new, day=today.isoformat(), hours="9:00-12:00", needed=2)
    press(client, new, day=(today + DAY).isoformat(), hours="8:00-10:00", needed=2)
    assert Shift.objects.count() == 2


def test_a_shift_that_is_over_is_changed_but_not_moved_to_hours_that_are_over(
    world: World, signed_in: SignedIn, at: Callable[[datetime], None]
) -> None:
    at(NOW)
    shift = make_shift(world.pool_namur, NOW.date(), 480, 540)
    path, client = f"{ROSTER}shifts/{shift.pk}/", signed_in("coordinator")
    press(client, path, **typed(shift, hours="8:00-9:00", needed=4))
    assert Shift.objects.get().needed == 4
    assert "Ces heures sont passées" in press(client, path, 422, **typed(shift, hours="7:00-9:00"))
    press(client, path, **typed(shift, hours="14:00-16:00", needed=4))
    assert Shift.objects.get().start_minute == 840
