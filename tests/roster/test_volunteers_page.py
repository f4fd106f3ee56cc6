"""A volunteer's page: what is theirs, what they can take, and that it is told when somebody was faster."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners import unsaved
from partners.models import Staff
from roster import notices, planning
from roster.models import Absence, Assignment, RosterNotice, UsualTime
from roster.planning import ShiftWanted
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import make_counsellor, make_shift, put_on

SignedIn = Callable[[str], Client]
PAGE = "/roster/"
MONDAY = timezone.localdate() + timedelta(days=14 - timezone.localdate().weekday())
BEFORE = timezone.now() - timedelta(days=1)


def read(client: Client, path: str = PAGE) -> str:
    return unescape(client.get(path).content.decode())


def press(client: Client, path: str, **fields: object) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_shift_is_taken_in_one_press_and_given_back_in_another(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    client = signed_in("counsellor")
    assert "Je la prends" in read(client)
    page = press(client, f"/roster/shifts/{shift.pk}/take")
    assert "Vous êtes sur la permanence" in page
    assert "Je la prends" not in page
    assert "Vous y êtes déjà" in press(client, f"/roster/shifts/{shift.pk}/take")
    assert Assignment.objects.count() == 1
    assert "Je la prends" in press(client, f"/roster/shifts/{shift.pk}/give-back")
    assert not Assignment.objects.exists()


def test_whoever_was_slower_is_told_so(world: World, sami: Counsellor, signed_in: SignedIn) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, make_counsellor("lea", world.pool_namur), at=BEFORE)
    page = press(signed_in("counsellor"), f"/roster/shifts/{shift.pk}/take")
    assert "Quelqu’un a été plus rapide" in page
    assert Assignment.objects.count() == 1


def test_a_shift_that_has_gone_is_told_and_nothing_fails(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    for act in ("take", "give-back", "look", "stop-looking", "take-over"):
        assert "a changé entre-temps" in press(client, f"/roster/shifts/987/{act}", colleague="9" * 40)
    assert client.get("/roster/shifts/987/replacement/").status_code == 404


def test_a_colleague_is_found_and_both_see_it(world: World, sami: Counsellor, signed_in: SignedIn) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur, MONDAY)
    put_on(shift, sami, at=BEFORE)
    client = signed_in("counsellor")
    assert ">Lea</option>" in read(client, f"/roster/shifts/{shift.pk}/replacement/")
    assert "1 collègue est prévenu" in press(client, f"/roster/shifts/{shift.pk}/look")
    hers = world.client(lea.staff)
    assert "à la place de Sami" in read(hers)
    page = press(hers, f"/roster/shifts/{shift.pk}/take-over", colleague=sami.pk)
    assert "à la place de votre collègue" in page
    assert "quelqu’un vient à votre place" in read(client)


def test_what_a_coordinator_did_stays_on_the_page_until_it_is_read(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    shift = make_shift(world.pool_namur, MONDAY)
    now = timezone.now()
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=now)
    wanted = ShiftWanted(MONDAY, 600, 720)
    planning.change(actor=world.coordinator, shift=shift, wanted=wanted, now=now)
    client = signed_in("counsellor")
    page = read(client)
    assert "vous a mis·e sur cette permanence" in page
    assert "9:00-12:00)" in page, "what it was before"
    mine = list(RosterNotice.objects.values_list("pk", flat=True))
    other = Staff.objects.get(pk=world.analyst.pk)
    notices.mark_read(person=other, notices=mine, now=now)
    assert "Nouveau pour vous" in read(client), "nobody else reads it for them"
    press(client, "/roster/notices/read", notice=mine)
    assert "Nouveau pour vous" not in read(client)
    assert not RosterNotice.objects.filter(letter_at=None).exists(), "no letter for what was read"


def test_times_and_absences_are_said_and_taken_back(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    press(client, "/roster/times/", usual=1, free=["0-0", "0-1", "9-9", "x"])
    assert list(UsualTime.objects.values_list("weekday", "start_minute", "end_minute")) == [
        (0, 480, 720),
        (0, 720, 840),
    ]
    assert read(client, "/roster/times/").count(" checked") == 2
    put_on(make_shift(world.pool_namur, MONDAY), sami, at=BEFORE)
    page = press(client, "/roster/times/", first_day=MONDAY.isoformat(), last_day=MONDAY.isoformat())
    assert "Elles restent les vôtres" in page
    wrong = client.post("/roster/times/", {"first_day": MONDAY.isoformat(), "last_day": "hier"})
    assert wrong.status_code == 422
    assert "hier" in wrong.content.decode(), "what was typed stays"
    press(client, f"/roster/absences/{Absence.objects.get().pk}/delete")
    assert not Absence.objects.exists()


def test_what_was_ticked_before_the_session_ended_is_ticked_again(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    client.logout()
    referer = {"HTTP_REFERER": "http://testserver/roster/times/"}
    typed = {"usual": 1, "free": ["3-2"], unsaved.AUTHOR: unsaved.signed_author(world.counsellor.pk)}
    client.post("/roster/times/", typed, **referer)  # type: ignore[arg-type]
    client.force_login(world.counsellor)
    page = read(client, "/roster/times/")
    assert 'value="3-2" checked' in page
    assert not UsualTime.objects.exists()


def test_two_windows_with_ones_times_lose_nothing(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    client = signed_in("counsellor")
    press(client, "/roster/times/", usual=1, seen="", free=["0-0"])
    answer = client.post("/roster/times/", {"usual": 1, "seen": "", "free": ["4-3"]})
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Lundi 8:00-12:00" in page.split("<table")[0]
    assert 'value="4-3" checked' in page
    press(client, "/roster/times/", usual=1, seen="0-0", free=["4-3"])
    assert UsualTime.objects.get().weekday == 4


def test_nobody_takes_back_the_absence_of_somebody_else(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    theirs = Absence.objects.create(counsellor=lea, first_day=MONDAY, last_day=MONDAY)
    press(signed_in("counsellor"), f"/roster/absences/{theirs.pk}/delete")
    assert Absence.objects.filter(pk=theirs.pk).exists()


def test_shifts_of_other_teams_and_their_people_are_not_shown(
    world: World, sami: Counsellor, signed_in: SignedIn
) -> None:
    elsewhere = make_counsellor("bruno", world.pool_bruxelles)
    shift = make_shift(world.pool_bruxelles, MONDAY)
    put_on(shift, elsewhere, at=BEFORE)
    Assignment.objects.update(replacement_wanted_at=BEFORE)
    page = read(signed_in("counsellor"))
    assert "Bruno" not in page
    assert "Équipe Bruxelles" not in page
    assert "n’ont pas de permanences" in page


def test_eight_weeks_of_a_large_team_cost_no_more_queries_than_one(
    world: World, sami: Counsellor, signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [make_counsellor(f"p{number}", world.pool_namur) for number in range(12)]
    for week in range(8):
        for day in (0, 1, 2, 4):
            shift = make_shift(world.pool_namur, MONDAY + timedelta(days=7 * (week - 1) + day), needed=4)
            put_on(shift, *people[week % 4 : week % 4 + 3], at=BEFORE)
    Assignment.objects.filter(counsellor=people[0]).update(replacement_wanted_at=BEFORE)
    client = signed_in("counsellor")
    with django_assert_max_num_queries(26):
        page = client.get(f"{PAGE}?weeks=8")
    assert page.content.decode().count("/take-over") + page.content.decode().count('/take"') > 20


@pytest.mark.parametrize("weeks", ["", "8", "x"])
def test_later_shifts_are_counted_and_shown_when_asked_for(
    world: World, sami: Counsellor, signed_in: SignedIn, weeks: str
) -> None:
    make_shift(world.pool_namur, MONDAY + timedelta(days=28))
    page = read(signed_in("counsellor"), f"{PAGE}?weeks={weeks}")
    assert ("Je la prends" in page) == (weeks == "8")
    assert ("1 autre, plus tard" in page) == (weeks != "8")
