"""What somebody must know within the hour is not held back, and a hole that opens again is told to whoever believes it filled."""

from datetime import datetime, timedelta

import pytest

from partners.letter_kinds import LetterKind
from roster import letters, own_times, planning, signing_up
from roster.letters_due import SOON
from roster.models import Assignment
from roster.planning import ShiftWanted
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, make_counsellor, make_shift, put_on
from tests.roster.test_letters import DAY, MINUTE, only, sent, whole

HOUR = timedelta(hours=1)
BEGINS = datetime.fromisoformat("2026-06-15T07:00:00+00:00")
"""Monday, 9:00 in Brussels."""
DAY_BEFORE = BEGINS - 22 * HOUR


@pytest.mark.parametrize("before", [SOON, timedelta(0), -HOUR])
def test_who_is_put_on_a_shift_of_this_hour_is_written_to_at_once(
    world: World, sami: Counsellor, before: timedelta
) -> None:
    only(sami, LetterKind.SHIFT_CHANGED)
    now = BEGINS - before
    shift = make_shift(world.pool_namur)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=now)
    assert letters.send_due(now=now) == 1
    assert "a coordinator put you on this shift" in sent("sami")[0].body
    assert letters.send_due(now=now + 10 * MINUTE) == 0


def test_a_shift_of_later_waits_until_the_act_cannot_be_undone(world: World, sami: Counsellor) -> None:
    only(sami, LetterKind.SHIFT_CHANGED)
    now = BEGINS - SOON - MINUTE
    shift = make_shift(world.pool_namur)
    planning.assign(actor=world.coordinator, shift_id=shift.pk, counsellor_id=sami.pk, now=now)
    assert letters.send_due(now=now) == 0


def test_who_was_expected_within_the_hour_hears_at_once_that_it_was_moved(
    world: World, sami: Counsellor
) -> None:
    only(sami, LetterKind.SHIFT_CHANGED)
    shift, now = make_shift(world.pool_namur), BEGINS - 20 * MINUTE
    put_on(shift, sami)
    wanted = ShiftWanted(MONDAY + DAY, 540, 720)
    planning.change(actor=world.coordinator, shift=shift, wanted=wanted, now=now)
    assert letters.send_due(now=now) == 1
    assert "this shift of yours has another time" in sent("sami")[0].body


def test_a_hole_that_opens_again_by_an_absence_is_told_to_those_who_plan(
    world: World, sami: Counsellor
) -> None:
    only(world.coordinator, LetterKind.SHIFT_LACKS)
    only(sami)
    shift = make_shift(world.pool_namur)
    letters.send_due(now=DAY_BEFORE)
    assert len(sent("nora")) == 1
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=DAY_BEFORE + HOUR)
    evening = DAY_BEFORE + 8 * HOUR
    assert own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=evening)
    letters.send_due(now=evening)
    letters.send_due(now=evening + 5 * MINUTE)
    assert len(sent("nora")) == 2
    last = sent("nora")[-1]
    assert "Monday 15 June: shifts lack somebody" in last.subject
    assert "9:00-12:00 · Équipe Namur · 0 of 1: 1 person is missing" in last.body
    assert "Sami" not in whole(last)


def test_an_absence_that_is_taken_back_at_once_is_told_to_nobody(world: World, sami: Counsellor) -> None:
    only(world.coordinator, LetterKind.SHIFT_LACKS)
    only(sami)
    shift = make_shift(world.pool_namur)
    letters.send_due(now=DAY_BEFORE)
    put_on(shift, sami, at=DAY_BEFORE)
    own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=DAY_BEFORE + HOUR)
    own_times.drop_absence(counsellor=sami, absence=sami.absences.get().pk)
    letters.send_due(now=DAY_BEFORE + HOUR)
    assert len(sent("nora")) == 1


def test_a_first_hole_by_an_absence_is_told_once_as_any_other(world: World, sami: Counsellor) -> None:
    only(world.coordinator, LetterKind.SHIFT_LACKS)
    only(sami)
    put_on(make_shift(world.pool_namur), sami)
    letters.send_due(now=DAY_BEFORE)
    assert sent("nora") == []
    assert not own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=DAY_BEFORE + HOUR)
    letters.send_due(now=DAY_BEFORE + HOUR)
    letters.send_due(now=DAY_BEFORE + 2 * HOUR)
    assert len(sent("nora")) == 1


def test_an_absence_tells_of_no_shift_of_another_nor_of_one_that_has_begun(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    letters.send_due(now=DAY_BEFORE)
    put_on(shift, lea, at=DAY_BEFORE)
    assert not own_times.add_absence(counsellor=sami, first=MONDAY, last=MONDAY, now=DAY_BEFORE + HOUR)
    assert not own_times.add_absence(counsellor=lea, first=MONDAY, last=MONDAY, now=BEGINS)
    assert Assignment.objects.count() == 1
