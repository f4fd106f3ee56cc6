"""Volunteers take shifts, give them back, and come in each other's place; whoever is concerned is told."""

from datetime import timedelta

import pytest

from roster import own_times, planning, signing_up
from roster.joining import ConflictError, ShiftGoneError
from roster.models import Assignment, RosterNotice, Shift
from roster.planned import next_shifts_lacking, planned_at
from roster.rules import CHANGE_OF_MIND, Conflict
from roster.usual import usually_free
from routing_rules.models import Counsellor
from routing_rules.weekly import Interval
from tests.coordination.conftest import World
from tests.roster.conftest import MONDAY, NOW, make_counsellor, make_shift, put_on

DAY = timedelta(days=1)


def on(shift: Shift) -> set[str]:
    return set(Assignment.objects.filter(shift=shift).values_list("counsellor__staff__username", flat=True))


def told() -> list[tuple[str, str]]:
    return sorted(RosterNotice.objects.values_list("person__username", "kind"))


def test_a_free_place_is_taken_and_given_back(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=NOW)
    assert on(shift) == {"sami"}
    signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=NOW)
    assert on(shift) == set()
    assert told() == []
    with pytest.raises(ShiftGoneError):
        signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=NOW)


@pytest.mark.parametrize("why", ["full", "not_of_team", "elsewhere", "away", "closed", "over", "already"])
def test_what_speaks_against_it_is_said_and_nothing_is_written(
    world: World, sami: Counsellor, why: str
) -> None:
    other = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    now = NOW
    if why == "full":
        put_on(shift, other)
    elif why == "not_of_team":
        sami.pools.clear()
    elif why == "elsewhere":
        sami.pools.add(world.pool_bruxelles)
        put_on(make_shift(world.pool_bruxelles, start=660, end=780), sami)
    elif why == "away":
        own_times.add_absence(counsellor=sami, first=MONDAY - DAY, last=MONDAY, now=NOW)
    elif why == "closed":
        shift = make_shift(world.pool_namur, MONDAY + 3 * DAY)
    elif why == "over":
        now = NOW + 30 * DAY
    else:
        put_on(shift, sami)
    before = on(shift)
    with pytest.raises(ConflictError) as refused:
        signing_up.take(counsellor=sami, shift_id=shift.pk, now=now)
    assert Conflict(why) in refused.value.found
    assert on(shift) == before


def test_somebody_whose_account_was_disabled_holds_no_place_and_takes_none(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, lea)
    lea.staff.is_active = False
    lea.staff.save()
    signing_up.take(counsellor=sami, shift_id=shift.pk, now=NOW)
    assert on(shift) == {"lea", "sami"}
    with pytest.raises(ConflictError):
        signing_up.take(counsellor=lea, shift_id=make_shift(world.pool_namur, MONDAY + DAY).pk, now=NOW)


def test_a_shift_of_tomorrow_is_left_only_with_somebody_in_ones_place(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    evening = NOW + 4 * DAY + timedelta(hours=10)
    with pytest.raises(signing_up.TooLateError):
        signing_up.give_back(counsellor=sami, shift_id=shift.pk, now=evening)
    could, cannot = make_counsellor("lea", world.pool_namur), make_counsellor("max", world.pool_namur)
    own_times.add_absence(counsellor=cannot, first=MONDAY, last=MONDAY, now=NOW)
    assert signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=evening) == 1
    assert signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=evening) == 0
    assert told() == [("lea", "replacement_wanted")]
    assert on(shift) == {"sami"}, "they are still expected"
    signing_up.take_over(counsellor=could, shift_id=shift.pk, colleague_id=sami.pk, now=evening)
    assert on(shift) == {"lea"}
    assert told() == [("sami", "replaced")]
    with pytest.raises(ShiftGoneError):
        signing_up.stop_looking(counsellor=sami, shift_id=shift.pk)


def test_a_replacement_by_a_wrong_press_gives_the_shift_back_to_the_colleague(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=NOW)
    signing_up.take_over(counsellor=lea, shift_id=shift.pk, colleague_id=sami.pk, now=NOW)
    signing_up.give_back(counsellor=lea, shift_id=shift.pk, now=NOW)
    assert on(shift) == {"sami"}
    assert Assignment.objects.get().replacement_wanted_at == NOW
    assert told() == [("sami", "back_to_you"), ("sami", "replaced")]


def test_a_colleague_who_took_something_else_meanwhile_does_not_get_the_shift_back(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift, other = make_shift(world.pool_namur), make_shift(world.pool_namur, start=600)
    put_on(shift, sami)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=NOW)
    signing_up.take_over(counsellor=lea, shift_id=shift.pk, colleague_id=sami.pk, now=NOW)
    signing_up.take(counsellor=sami, shift_id=other.pk, now=NOW)
    signing_up.give_back(counsellor=lea, shift_id=shift.pk, now=NOW)
    assert (on(shift), on(other)) == (set(), {"sami"})


def test_after_ten_minutes_a_replacement_is_on_the_shift_like_anybody(world: World, sami: Counsellor) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=NOW)
    signing_up.take_over(counsellor=lea, shift_id=shift.pk, colleague_id=sami.pk, now=NOW)
    signing_up.give_back(counsellor=lea, shift_id=shift.pk, now=NOW + CHANGE_OF_MIND)
    assert on(shift) == set()


def test_one_colleague_is_asked_when_one_is_meant(world: World, sami: Counsellor) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    make_counsellor("max", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, asked=lea.pk, now=NOW)
    assert told() == [("lea", "replacement_wanted")]
    signing_up.stop_looking(counsellor=sami, shift_id=shift.pk)
    assert told() == []


def test_who_asked_one_colleague_can_ask_the_others_too(world: World, sami: Counsellor) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    make_counsellor("max", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    for asked, said in ((lea.pk, 1), (lea.pk, 0), (None, 1), (None, 0)):
        assert (
            signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, asked=asked, now=NOW) == said
        )
    assert told() == [("lea", "replacement_wanted"), ("max", "replacement_wanted")]
    signing_up.stop_looking(counsellor=sami, shift_id=shift.pk)
    later = NOW + DAY
    assert signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=later) == 2


def test_one_who_is_found_leaves_the_letters_about_another_who_looks(world: World, sami: Counsellor) -> None:
    lea, max_ = make_counsellor("lea", world.pool_namur), make_counsellor("max", world.pool_namur)
    make_counsellor("zoe", world.pool_namur)
    shift = make_shift(world.pool_namur, needed=2)
    put_on(shift, sami)
    put_on(shift, lea)
    signing_up.look_for_replacement(counsellor=sami, shift_id=shift.pk, now=NOW)
    signing_up.look_for_replacement(counsellor=lea, shift_id=shift.pk, now=NOW)
    signing_up.take_over(counsellor=max_, shift_id=shift.pk, colleague_id=sami.pk, now=NOW)
    assert ("zoe", "replacement_wanted") in told(), "Léa is still looking"
    signing_up.stop_looking(counsellor=lea, shift_id=shift.pk)
    assert told() == [("sami", "replaced")]


def test_nobody_comes_in_the_place_of_somebody_who_does_not_look_for_it(
    world: World, sami: Counsellor
) -> None:
    lea = make_counsellor("lea", world.pool_namur)
    shift = make_shift(world.pool_namur)
    put_on(shift, sami)
    with pytest.raises(ShiftGoneError):
        signing_up.take_over(counsellor=lea, shift_id=shift.pk, colleague_id=sami.pk, now=NOW)
    assert on(shift) == {"sami"}


def test_the_board_learns_who_is_planned_and_what_is_missing(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur, needed=2, languages=["nl"])
    put_on(shift, sami)
    at_ten = NOW + 5 * DAY
    (team,) = planned_at(at_ten).items()
    assert team[0] == world.pool_namur.pk
    assert (team[1].needed, team[1].people) == (2, (sami.pk,))
    assert team[1].until == at_ten.replace(hour=10)
    assert planned_at(at_ten.replace(hour=10)) == {}
    (lacking,) = next_shifts_lacking(NOW, 7)
    assert (lacking.shift, lacking.coverage.free, lacking.coverage.languages) == (shift, 1, ("nl",))
    assert next_shifts_lacking(NOW, 4) == []
    put_on(shift, make_counsellor("jan", world.pool_namur, languages=["nl"]))
    assert next_shifts_lacking(NOW, 7) == []


def test_who_is_usually_free_is_who_said_so_for_all_of_it(world: World, sami: Counsellor) -> None:
    own_times.set_usual_times(counsellor=sami, intervals=[Interval(0, 540, 660), Interval(0, 660, 720)])
    lea = make_counsellor("lea", world.pool_bruxelles)
    own_times.set_usual_times(counsellor=lea, intervals=[Interval(0, 540, 720)])
    half = make_counsellor("max", world.pool_namur)
    own_times.set_usual_times(counsellor=half, intervals=[Interval(0, 540, 600), Interval(0, 630, 720)])
    pools = [world.pool_namur.pk]
    assert usually_free(pools, 0, 540, 720) == [sami.pk]
    assert usually_free(pools, 1, 540, 720) == []
    assert set(usually_free([*pools, world.pool_bruxelles.pk], 0, 600, 630)) == {sami.pk, lea.pk}


def test_a_deleted_shift_is_no_place_to_take(world: World, sami: Counsellor) -> None:
    shift = make_shift(world.pool_namur)
    planning.delete(actor=world.coordinator, shift=shift, now=NOW)
    with pytest.raises(ShiftGoneError):
        signing_up.take(counsellor=sami, shift_id=1, now=NOW)
