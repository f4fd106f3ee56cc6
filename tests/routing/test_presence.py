"""Who is there, from their last signs: one answer for visitors, counsellors, the door, the rings and the tick."""

from hypothesis import given
from hypothesis import strategies as st

from routing_rules.presence import (
    MISSED_BEFORE_AWAY,
    LastSigns,
    Presence,
    PresenceLimits,
    is_away_after,
    presence,
    seen_of_closed,
)
from tests.routing.worlds import unhurried

NOW = 10_000.0
COUNSELLOR = PresenceLimits(silence_s=45, grace_s=30, absent_after_s=120)
VISITOR = PresenceLimits(silence_s=45, grace_s=300)


def counsellor(*, seen_s: float, active_s: float | None = 0) -> Presence:
    """Of somebody who was heard and who touched the page so many seconds ago."""
    signs = LastSigns(NOW - seen_s, None if active_s is None else NOW - active_s)
    return presence(signs, now=NOW, limits=COUNSELLOR)


def test_a_person_who_is_connected_and_uses_the_page_is_present() -> None:
    assert counsellor(seen_s=1, active_s=20) is Presence.PRESENT


def test_a_person_who_has_not_used_the_page_for_long_is_probably_absent() -> None:
    assert counsellor(seen_s=1, active_s=120) is Presence.PRESENT
    assert counsellor(seen_s=1, active_s=121) is Presence.PROBABLY_ABSENT
    assert counsellor(seen_s=1, active_s=None) is Presence.PROBABLY_ABSENT


def test_a_visitor_who_reads_for_long_is_present() -> None:
    assert presence(LastSigns(NOW - 20), now=NOW, limits=VISITOR) is Presence.PRESENT


def test_silence_comes_before_loss_and_the_grace_lies_between() -> None:
    answers = [counsellor(seen_s=seconds) for seconds in (44.9, 45, 74.9, 75)]
    assert answers == [Presence.PRESENT, Presence.SILENT, Presence.SILENT, Presence.LOST]


def test_a_person_who_never_gave_a_sign_is_lost() -> None:
    assert presence(None, now=NOW, limits=COUNSELLOR) is Presence.SILENT


def test_a_closed_connection_is_silent_at_once_and_lost_after_the_grace_alone() -> None:
    signs = LastSigns(seen_of_closed(now=NOW, limits=COUNSELLOR), NOW)
    assert presence(signs, now=NOW, limits=COUNSELLOR) is Presence.SILENT
    assert presence(signs, now=NOW + 29, limits=COUNSELLOR) is Presence.SILENT
    assert presence(signs, now=NOW + 30, limits=COUNSELLOR) is Presence.LOST


def test_the_second_missed_offer_in_a_row_makes_away() -> None:
    assert [is_away_after(missed) for missed in (0, 1, 2, 3)] == [False, False, True, True]
    assert MISSED_BEFORE_AWAY == 2


ages = st.floats(0, 1_000)


@unhurried
@given(ages, ages, st.none() | ages)
def test_without_a_sign_presence_never_rises_with_time(
    seen_s: float, later_s: float, active_s: float | None
) -> None:
    order = [Presence.PRESENT, Presence.PROBABLY_ABSENT, Presence.SILENT, Presence.LOST]
    signs = LastSigns(NOW - seen_s, None if active_s is None else NOW - active_s)
    now = presence(signs, now=NOW, limits=COUNSELLOR)
    later = presence(signs, now=NOW + later_s, limits=COUNSELLOR)
    assert order.index(later) >= order.index(now)


@unhurried
@given(ages, st.none() | ages)
def test_only_connected_counsellors_are_rung(seen_s: float, active_s: float | None) -> None:
    answer = counsellor(seen_s=seen_s, active_s=active_s)
    assert answer.connected == (NOW - (NOW - seen_s) < COUNSELLOR.silence_s)
