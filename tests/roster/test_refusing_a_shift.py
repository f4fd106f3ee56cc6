"""Whoever a coordinator puts on a shift can say that they cannot come, and those who plan are told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest

from partners.letter_kinds import LetterKind
from roster import letters, notices, planning, signing_up
from roster.models import Assignment, RosterLetter, Shift
from roster.planning import ShiftWanted
from roster.rules import ANSWER_WITHIN
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, make_shift, put_on
from tests.roster.test_letters import MINUTE, only, sent, whole

HOUR = timedelta(hours=1)
BEGINS = datetime.fromisoformat("2026-06-15T07:00:00+00:00")
"""Monday, 9:00 in Brussels."""
DAY_BEFORE = BEGINS - 20 * HOUR


def assign(world: World, sami: Counsellor, *, now: datetime) -> Shift:
    shift = make_shift(world.pool_namur)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=now)
    return shift


def test_who_is_put_on_the_shift_of_tomorrow_can_refuse_until_it_begins(
    world: World, sami: Counsellor
) -> None:
    shift = assign(world, sami, now=DAY_BEFORE)
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=BEGINS - MINUTE)
    assert not Assignment.objects.exists()


def test_once_it_has_begun_or_two_days_after_having_been_put_there_nobody_refuses_late(
    world: World, sami: Counsellor
) -> None:
    shift = assign(world, sami, now=DAY_BEFORE)
    with pytest.raises(signing_up.TooLateError):
        signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=BEGINS)
    Assignment.objects.all().delete()
    shift.notices.all().delete()
    planned_at = BEGINS - HOUR - ANSWER_WITHIN
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=planned_at)
    with pytest.raises(signing_up.TooLateError):
        signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=planned_at + ANSWER_WITHIN)
    assert Assignment.objects.count() == 1


def test_who_took_it_by_themselves_cannot_leave_it_late_though_they_were_put_there_before(
    world: World, sami: Counsellor
) -> None:
    shift = assign(world, sami, now=DAY_BEFORE)
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + HOUR)
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + 2 * HOUR)
    with pytest.raises(signing_up.TooLateError):
        signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + 3 * HOUR)


def test_who_is_on_a_shift_that_was_moved_to_tomorrow_can_refuse(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur, MONDAY + timedelta(days=7))
    put_on(shift, sami)
    planning.change(
        actor=world.coordinator, shift=shift, wanted=ShiftWanted(MONDAY, 540, 720), now=DAY_BEFORE
    )
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + 5 * HOUR)
    assert not Assignment.objects.exists()


def test_those_who_plan_are_told_of_a_refusal_though_they_knew_of_the_hole_before(
    world: World, sami: Counsellor
) -> None:
    only(world.coordinator, LetterKind.SHIFT_LACKS)
    only(world.platform, LetterKind.SHIFT_LACKS)
    only(sami)
    shift = make_shift(world.pool_namur)
    letters.send_due(now=DAY_BEFORE)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=DAY_BEFORE)
    before = len(sent("nora"))
    assert before == 1
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + HOUR)
    letters.send_due(now=DAY_BEFORE + HOUR)
    letters.send_due(now=DAY_BEFORE + HOUR + 5 * MINUTE)
    assert len(sent("nora")) == before + 1
    last = sent("nora")[-1]
    assert "Monday 15 June: who was put on a shift cannot come" in last.subject
    assert "9:00-12:00 · Équipe Namur · 0 of 1: 1 person is missing" in last.body
    assert "Sami" not in whole(last)
    assert sent("paule") == [], "the partner's own coordinators plan it"


def test_who_gives_back_what_they_took_themselves_is_no_refusal(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE)
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + MINUTE)
    assert not RosterLetter.objects.exists()


def test_the_letter_and_the_page_say_the_way(
    world: World, sami: Counsellor, at: Callable[[datetime], None]
) -> None:
    only(sami, LetterKind.SHIFT_CHANGED)
    shift = assign(world, sami, now=DAY_BEFORE)
    letters.send_due(now=DAY_BEFORE + 10 * MINUTE)
    assert "If you cannot come, say so as soon as you can, on the page of your shifts" in sent("sami")[0].body
    at(DAY_BEFORE + HOUR)
    browser = world.client(sami.staff)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = unescape(browser.get("/roster/").content.decode())
    assert "A coordinator put you on it, or moved it. If you cannot come, say so" in page
    assert "I cannot come" in page
    done = unescape(browser.post(f"/roster/shifts/{shift.pk}/give-back", follow=True).content.decode())
    assert "You are no longer on the shift" in done
    assert "Your coordinators are told." in done
    assert not Assignment.objects.exists()


def test_the_page_of_what_one_took_oneself_says_nothing_of_it(
    world: World, sami: Counsellor, at: Callable[[datetime], None]
) -> None:
    put_on(make_shift(world.pool_namur), sami, at=DAY_BEFORE)
    at(DAY_BEFORE + MINUTE)
    browser = world.client(sami.staff)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = unescape(browser.get("/roster/").content.decode())
    assert "Give it back" in page
    assert "I cannot come" not in page
    assert not notices.put_there(Assignment.objects.all())
