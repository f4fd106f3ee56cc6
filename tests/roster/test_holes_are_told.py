"""Of a shift that lacks somebody each reader is told once at each distance from its day, whenever it came to lack somebody."""

from datetime import timedelta
from typing import Any

import pytest

from partners.letter_kinds import LetterKind
from roster import letter_queue, letters, letters_due
from roster.letter_times import DueDay
from roster.models import Assignment, RosterLetter
from routing_rules.models import Counsellor
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, make_counsellor, make_shift, put_on
from tests.roster.test_letters import DAY, MINUTE, TWO_DAYS_BEFORE, only, sent

LATER = TWO_DAYS_BEFORE + timedelta(hours=2)


@pytest.fixture
def readers(world: World, sami: Counsellor) -> None:
    for one in (sami, world.coordinator):
        only(one, LetterKind.SHIFT_LACKS)


@pytest.mark.usefixtures("readers")
def test_a_second_hole_of_a_day_is_told_and_the_first_not_again(world: World) -> None:
    make_shift(world.pool_namur)
    assert letters.send_due(now=TWO_DAYS_BEFORE) == 2
    make_shift(world.pool_namur, start=600, end=720)
    assert letters.send_due(now=LATER) == 2
    assert letters.send_due(now=LATER + 5 * MINUTE) == 0
    for reader in ("sami", "nora"):
        first, second = sent(reader)
        assert ("9:00-12:00" in first.body, "10:00-12:00" in first.body) == (True, False)
        assert ("9:00-12:00" in second.body, "10:00-12:00" in second.body) == (False, True)


@pytest.mark.usefixtures("readers")
def test_somebody_who_leaves_a_shift_makes_a_hole_that_is_told(world: World) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    only(lea)
    shift = make_shift(world.pool_namur, start=600, end=720)
    put_on(shift, lea)
    make_shift(world.pool_namur)
    letters.send_due(now=TWO_DAYS_BEFORE)
    Assignment.objects.filter(shift=shift).delete()
    letters.send_due(now=LATER)
    assert "10:00-12:00" in sent("nora")[-1].body
    assert len(sent("nora")) == 2


@pytest.mark.usefixtures("readers")
def test_one_day_before_both_are_told_again_in_one_letter(world: World) -> None:
    make_shift(world.pool_namur)
    letters.send_due(now=TWO_DAYS_BEFORE)
    make_shift(world.pool_namur, start=600, end=720)
    letters.send_due(now=LATER)
    letters.send_due(now=TWO_DAYS_BEFORE + DAY)
    last = sent("nora")[-1]
    assert len(sent("nora")) == 3
    assert "9:00-12:00" in last.body
    assert "10:00-12:00" in last.body


@pytest.mark.usefixtures("readers")
def test_one_that_was_filled_before_its_letter_left_is_told_when_it_lacks_somebody_again(
    world: World,
) -> None:
    lea, shift = make_counsellor("lea", world.pool_namur), make_shift(world.pool_namur)
    only(lea)
    letters_due.write_all(now=TWO_DAYS_BEFORE)
    put_on(shift, lea)
    assert letters.send_due(now=TWO_DAYS_BEFORE) == 0
    Assignment.objects.all().delete()
    assert letters.send_due(now=LATER) == 2
    assert letters.send_due(now=LATER + 5 * MINUTE) == 0


def test_who_wants_no_such_letters_has_no_new_one_written_at_every_look(
    world: World, sami: Counsellor
) -> None:
    for one in (sami, world.coordinator):
        only(one)
    make_shift(world.pool_namur)
    for minutes in range(0, 30, 5):
        letters.send_due(now=TWO_DAYS_BEFORE + minutes * MINUTE)
    assert RosterLetter.objects.filter(kind="shift_lacks").count() == 2


@pytest.mark.usefixtures("readers")
def test_while_a_shift_that_lacks_somebody_runs_nobody_is_written_to_at_every_look(world: World) -> None:
    make_shift(world.pool_namur)
    begun = TWO_DAYS_BEFORE + 2 * DAY + timedelta(hours=1)
    for minutes in range(0, 30, 5):
        letters.send_due(now=begun + minutes * MINUTE)
    assert len(sent("sami")) == 1, "who could still come"
    assert sent("nora") == [], "the board tells them"
    assert RosterLetter.objects.filter(kind="shift_lacks").count() == 1


@pytest.mark.usefixtures("readers")
def test_more_holes_than_a_letter_has_lines_are_no_letter_at_every_look(world: World) -> None:
    for number in range(15):
        make_shift(world.pool_namur, start=540 + number, end=720 + number)
    letters.send_due(now=TWO_DAYS_BEFORE)
    assert letters.send_due(now=LATER) == 0
    assert "3 more" in sent("nora")[0].body
    assert {len(one.shifts) for one in RosterLetter.objects.filter(kind="shift_lacks")} == {15}
    assert {one.day for one in RosterLetter.objects.filter(kind="shift_lacks")} == {MONDAY}


def test_of_two_looks_that_see_different_holes_at_once_each_hole_is_told_once(
    sami: Counsellor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has read what was told before the first writes."""
    due = DueDay(MONDAY, TWO_DAYS_BEFORE, TWO_DAYS_BEFORE + DAY, stage=2)
    create = RosterLetter.objects.bulk_create

    def look(*holes: int) -> None:
        letter_queue.write_of_holes(LetterKind.SHIFT_LACKS, {sami.staff_id: holes}, due)

    def slow(*rows: Any, **how: Any) -> Any:
        monkeypatch.setattr(RosterLetter.objects, "bulk_create", create)
        look(1, 2)
        return create(*rows, **how)

    monkeypatch.setattr(RosterLetter.objects, "bulk_create", slow)
    look(1)
    look(1, 2, 3)
    assert sorted(hole for one in RosterLetter.objects.all() for hole in one.shifts) == [1, 2, 3]
