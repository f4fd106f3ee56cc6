"""Nobody loses a place on a shift with their team, their role or their account without being told; nor has it again."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import findall
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.letter_kinds import LetterKind
from partners.models import Staff
from roster import closures, letters, notices, places
from roster.letter_times import local_moment
from roster.models import RosterLetter, RosterNotice, RosterNoticeKind, Shift
from routing_rules import people
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import make_counsellor, make_shift, put_on
from tests.roster.test_letters import only, sent, whole

SignedIn = Callable[[str], Client]
TODAY = timezone.localdate()
MONDAY = TODAY + timedelta(days=14 - TODAY.weekday())
BEFORE = timezone.now() - timedelta(days=1)
MINUTE = timedelta(minutes=1)
LOST, BACK = "place_lost", "place_back"


@pytest.fixture
def nora(signed_in: SignedIn) -> Client:
    browser = signed_in("coordinator")
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture
def shift(world: World, sami: Counsellor) -> Shift:
    """Sami's, in two weeks."""
    found = make_shift(world.pool_namur, MONDAY)
    put_on(found, sami, at=BEFORE)
    only(sami, LetterKind.SHIFT_CHANGED)
    for one in (world.coordinator, world.platform):
        only(one)
    return found


def press(client: Client, path: str, **fields: Any) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


def undo(client: Client) -> str:
    (act,) = findall(r'name="act" value="([^"]+)"', client.get("/coordination/people/").content.decode())[:1]
    page = press(client, "/coordination/undo", act=act)
    assert "Undone: everything is as it was before" in page
    return page


def told() -> list[tuple[str, str]]:
    rows = RosterNotice.objects.order_by("created_at", "pk").select_related("person")
    return [(one.person.username, one.kind) for one in rows]


def deactivate(nora: Client, sami: Counsellor) -> str:
    return press(nora, f"/coordination/people/{sami.staff_id}/deactivate")


def take_out_of_team(nora: Client, sami: Counsellor, world: World) -> str:
    return press(
        nora, "/coordination/people/several", act="leave", pool=world.pool_namur.slug, person=sami.staff_id
    )


def test_the_page_says_which_holes_a_deactivated_account_leaves(
    shift: Shift, sami: Counsellor, nora: Client
) -> None:
    page = deactivate(nora, sami)
    assert "1 person loses their place on coming shifts, and is told" in page
    assert "These shifts lack somebody now: Équipe Namur, " in page
    assert "9:00-12:00." in page
    assert told() == [("sami", LOST)]


def test_whose_account_is_deactivated_gets_a_letter_that_leads_to_no_page(
    shift: Shift, sami: Counsellor, nora: Client
) -> None:
    deactivate(nora, sami)
    assert letters.send_due(now=timezone.now() + 9 * MINUTE) == 0, "it may be undone"
    assert letters.send_due(now=timezone.now() + 11 * MINUTE) == 1
    assert letters.send_due(now=timezone.now() + 21 * MINUTE) == 0
    (letter,) = sent("sami")
    assert "you are no longer of the team: nobody expects you on this shift" in letter.body
    assert "9:00-12:00 · Équipe Namur" in letter.body
    assert "/roster/" not in whole(letter)
    assert "/accounts/letters/" not in whole(letter).replace("/accounts/letters/off/", "")


def test_whose_account_is_deactivated_is_told_of_nothing_else(
    shift: Shift, sami: Counsellor, nora: Client
) -> None:
    notices.tell([sami.pk], RosterNoticeKind.ASSIGNED, shift, now=BEFORE)
    deactivate(nora, sami)
    letters.send_due(now=timezone.now() + 11 * MINUTE)
    (letter,) = sent("sami")
    assert "nobody expects you" in letter.body
    assert "a coordinator put you" not in letter.body


def test_who_has_no_mail_address_or_wants_no_such_letters_gets_none(
    shift: Shift, sami: Counsellor, nora: Client
) -> None:
    Staff.objects.filter(pk=sami.staff_id).update(email="")
    deactivate(nora, sami)
    assert letters.send_due(now=timezone.now() + 11 * MINUTE) == 0
    assert not RosterLetter.objects.filter(done_at=None).exists()


def test_who_is_taken_out_of_the_team_by_the_list_is_told(
    world: World, shift: Shift, sami: Counsellor, nora: Client
) -> None:
    page = take_out_of_team(nora, sami, world)
    assert "1 person loses their place on coming shifts" in page
    assert told() == [("sami", LOST)]
    letters.send_due(now=timezone.now() + 11 * MINUTE)
    (letter,) = sent("sami")
    assert "nobody expects you on this shift" in letter.body
    assert "/roster/" in letter.body, "they still have the page"


def test_who_is_taken_out_of_the_team_on_their_page_is_told(
    world: World, shift: Shift, sami: Counsellor, nora: Client
) -> None:
    path = f"/coordination/people/{sami.staff_id}/"
    form = nora.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    page = press(nora, path, **{**typed, "pools": []})
    assert "These shifts lack somebody now" in page
    assert told() == [("sami", LOST)]


def test_who_is_no_counsellor_any_more_is_told_by_a_letter(
    world: World, shift: Shift, sami: Counsellor, signed_in: SignedIn
) -> None:
    paule = signed_in("platform")
    paule.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    path = f"/coordination/people/{sami.staff_id}/"
    form = paule.get(path).context["role_form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    page = press(paule, f"{path}role", **{**typed, "role": "analyst"})
    assert "1 person loses their place" in page
    letters.send_due(now=timezone.now() + 11 * MINUTE)
    assert "nobody expects you on this shift" in sent("sami")[0].body


def test_undone_before_anybody_knew_nothing_is_told(
    world: World, shift: Shift, sami: Counsellor, nora: Client
) -> None:
    deactivate(nora, sami)
    page = undo(nora)
    assert "knew that their place" not in page
    assert "More people are planned" not in page
    assert told() == []
    assert letters.send_due(now=timezone.now() + 11 * MINUTE) == 0


def test_undone_after_they_knew_they_are_told_that_they_are_on_it_again(
    world: World, shift: Shift, sami: Counsellor, nora: Client
) -> None:
    take_out_of_team(nora, sami, world)
    RosterNotice.objects.update(read_at=timezone.now())
    page = undo(nora)
    assert "1 person knew that their place on shifts was lost, and is told that it is theirs again" in page
    assert told() == [("sami", LOST), ("sami", BACK)]
    take_out_of_team(nora, sami, world)
    assert told()[2:] == [("sami", LOST)]


@pytest.mark.parametrize("way", ["undone", "active again"])
def test_who_comes_back_to_a_place_that_was_filled_meanwhile_makes_one_too_many_which_is_said(
    world: World, shift: Shift, sami: Counsellor, nora: Client, way: str
) -> None:
    deactivate(nora, sami)
    put_on(shift, make_counsellor("lea", world.pool_namur))
    page = undo(nora) if way == "undone" else press(nora, f"/coordination/people/{sami.staff_id}/reactivate")
    assert "More people are planned than are needed: Équipe Namur, " in page
    assert "9:00-12:00 (2 of 1). Nobody was taken off" in page


def test_what_is_over_and_who_was_on_nothing_is_not_spoken_of(
    world: World, sami: Counsellor, nora: Client
) -> None:
    put_on(make_shift(world.pool_namur, TODAY - timedelta(days=3)), sami)
    page = deactivate(nora, sami)
    assert "loses their place" not in page
    assert "lack somebody" not in page
    assert told() == []


def test_an_institution_that_leaves_has_its_people_told(
    world: World, shift: Shift, sami: Counsellor, signed_in: SignedIn
) -> None:
    adam = signed_in("admin")
    adam.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = press(
        adam,
        "/admin/partners/partner/",
        action="take_out",
        _selected_action=world.namur.pk,
        confirmed="1",
    )
    assert "1 person loses their place" in page
    assert told() == [("sami", LOST)]


@pytest.mark.parametrize("start", [540, 1200], ids=["in its hours", "outside of them"])
def test_whose_team_is_made_inactive_is_told_once_and_again_when_it_is_back(
    world: World, sami: Counsellor, start: int
) -> None:
    put_on(make_shift(world.pool_namur, MONDAY, start=start, end=start + 60), sami)
    pool = world.pool_namur

    def set_active(active: bool) -> closures.ToldOfHours:
        with closures.telling(pool, TODAY, None, now=timezone.now()) as found:
            pool.active = active
            pool.save()
        return found

    assert set_active(active=False).people == 1
    assert told() == [("sami", "closed")]
    RosterNotice.objects.update(read_at=timezone.now())
    assert set_active(active=True).again == 1
    assert told() == [("sami", "closed"), ("sami", "open_again")]


def test_nobody_is_reminded_of_a_shift_of_a_team_that_is_not_active(world: World, sami: Counsellor) -> None:
    only(sami, LetterKind.SHIFT_TOMORROW)
    put_on(make_shift(world.pool_namur, MONDAY), sami, at=BEFORE)
    world.pool_namur.active = False
    world.pool_namur.save()
    evening = local_moment(MONDAY) - timedelta(hours=3)
    assert letters.send_due(now=evening) == 0
    world.pool_namur.active = True
    world.pool_namur.save()
    assert letters.send_due(now=evening + MINUTE) == 1


def test_a_hole_that_may_still_be_undone_is_not_called_out(
    world: World, sami: Counsellor, shift: Shift
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    only(lea, LetterKind.SHIFT_LACKS)
    only(sami)
    at = local_moment(MONDAY - timedelta(days=1))
    with places.telling([sami.staff_id], now=at):
        people.set_membership(
            actor=world.coordinator, people=[sami.staff], pool=world.pool_namur, member=False
        )
    letters.send_due(now=at + 9 * MINUTE)
    assert sent("lea") == []
    letters.send_due(now=at + 11 * MINUTE)
    assert len(sent("lea")) == 1
