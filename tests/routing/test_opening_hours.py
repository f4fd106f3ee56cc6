"""When a pool is open: against a minute-by-minute reading of the clock on the wall, and the cases that
people ask about."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_rules.schedule import (
    Opening,
    closes_at,
    next_opening,
    open_at,
    openings,
    pool_state,
)
from routing_rules.weekly import (
    DayException,
    ExceptionKind,
    Interval,
    Schedule,
    WeeklyHours,
)
from tests.routing.hours import always_open
from tests.routing.worlds import unhurried

BRUSSELS = ZoneInfo("Europe/Brussels")
MONDAY = date(2026, 11, 23)
MORNINGS = tuple(Interval(weekday, 9 * 60, 12 * 60) for weekday in (0, 1, 2, 4))
MINUTE = timedelta(minutes=1)

CHANGES = [
    ("Europe/Brussels", date(2026, 3, 29)),
    ("Europe/Brussels", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("UTC", date(2026, 3, 29)),
]


def local(day: date, hour: int, minute: int = 0, *, fold: int = 0, zone: ZoneInfo = BRUSSELS) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone).replace(fold=fold)


def schedule(*intervals: Interval, exceptions: tuple[DayException, ...] = ()) -> Schedule:
    return Schedule("Europe/Brussels", (WeeklyHours(date(2020, 1, 1), intervals),), exceptions)


def closed(on: date, start: int = 0, end: int = 1440, *, everywhere: bool = False) -> DayException:
    return DayException(on, ExceptionKind.CLOSED, start, end, everywhere)


def opened(on: date, start: int = 0, end: int = 1440, *, everywhere: bool = False) -> DayException:
    return DayException(on, ExceptionKind.OPEN, start, end, everywhere)


# Against brute force
# ------------------------------------------------------------------------------------------


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    start = draw(st.integers(0, 95)) * 15
    return Interval(draw(st.integers(0, 6)), start, start + draw(st.integers(1, 60)) * 15)


@st.composite
def exceptions(draw: st.DrawFn, around: date) -> DayException:
    day = around + timedelta(days=draw(st.integers(-2, 2)))
    kind, everywhere = draw(st.sampled_from(ExceptionKind)), draw(st.booleans())
    if draw(st.booleans()):
        return DayException(day, kind, everywhere=everywhere)
    start = draw(st.integers(0, 95)) * 15
    return DayException(day, kind, start, start + draw(st.integers(1, 40)) * 15, everywhere)


@st.composite
def schedules(draw: st.DrawFn) -> tuple[Schedule, date]:
    zone, change = draw(st.sampled_from(CHANGES))
    begins = [date(2000, 1, 1), change + timedelta(days=draw(st.integers(-1, 1)))]
    timetables = tuple(WeeklyHours(begin, tuple(draw(st.lists(intervals(), max_size=7)))) for begin in begins)
    return Schedule(zone, timetables, tuple(draw(st.lists(exceptions(change), max_size=3)))), change


def minutes_open(schedule: Schedule, since: datetime, until: datetime) -> set[datetime]:
    """Reads the wall clock minute by minute. An interval goes from the first to the last minute that shows
    within it."""
    zone = ZoneInfo(schedule.zone)
    margin = timedelta(days=3)
    moments = [since - margin + MINUTE * n for n in range(int((until - since + 2 * margin) / MINUTE))]
    shown = [(moment, moment.astimezone(zone).replace(tzinfo=None)) for moment in moments]

    def stretch(day: date, start: int, end: int) -> set[datetime]:
        midnight = datetime.combine(day, time.min)
        first, last = midnight + MINUTE * start, midnight + MINUTE * end
        within = [moment for moment, wall in shown if first <= wall < last]
        return {m for m in moments if within[0] <= m <= within[-1]} if within else set()

    # Also a day that a zone left out (Apia, 30 December 2011): what it ends after midnight is shown.
    first, last = shown[0][1].date(), shown[-1][1].date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shut = {e.on for e in schedule.exceptions if e.whole_day and e.kind is ExceptionKind.CLOSED}
    found: set[datetime] = set()
    for day in days:
        begun = [each for each in schedule.timetables if each.valid_from <= day]
        week = max(begun, key=lambda each: each.valid_from).intervals if begun else ()
        for interval in week:
            if interval.weekday == day.weekday() and day not in shut:
                found |= stretch(day, interval.start, interval.end)
    for exception in sorted(schedule.exceptions, key=lambda each: each.strength):
        painted = stretch(exception.on, exception.start, exception.end)
        found = found | painted if exception.kind is ExceptionKind.OPEN else found - painted
    return {moment for moment in found if since <= moment < until}


@unhurried
@given(schedules())
def test_openings_match_the_wall_clock(drawn: tuple[Schedule, date]) -> None:
    schedule, change = drawn
    since = datetime.combine(change - timedelta(days=1), time.min, tzinfo=UTC)
    until = since + timedelta(days=3)
    found = list(openings(schedule, since, until))
    told = {o.start + MINUTE * n for o in found for n in range(int((o.end - o.start) / MINUTE))}
    assert told == minutes_open(schedule, since, until)
    for before, after in pairwise(found):
        assert before.end < after.start


@unhurried
@given(schedules(), st.integers(0, 4 * 1440))
def test_next_opening_and_closing_agree_with_the_openings(drawn: tuple[Schedule, date], after: int) -> None:
    schedule, change = drawn
    moment = datetime.combine(change - timedelta(days=2), time.min, tzinfo=UTC) + MINUTE * after
    ahead = list(openings(schedule, moment, moment + timedelta(days=20)))
    assert open_at(schedule, moment) == bool(ahead and ahead[0].start == moment)
    assert next_opening(schedule, moment, within=timedelta(days=20)) == (ahead[0].start if ahead else None)
    if open_at(schedule, moment) and ahead[0].end < moment + timedelta(days=7):
        assert closes_at(schedule, moment) == ahead[0].end
    else:
        assert closes_at(schedule, moment) is None


# Ordinary weeks
# ------------------------------------------------------------------------------------------------


def test_brussels_is_open_in_the_morning_except_on_thursday() -> None:
    mornings = schedule(*MORNINGS)
    assert not open_at(mornings, local(MONDAY, 8, 59))
    assert open_at(mornings, local(MONDAY, 9))
    assert open_at(mornings, local(MONDAY, 11, 59))
    assert not open_at(mornings, local(MONDAY, 12))
    assert not open_at(mornings, local(MONDAY + timedelta(days=3), 10))


def test_a_lunch_break_closes_and_opens_again() -> None:
    day = schedule(Interval(0, 9 * 60, 12 * 60), Interval(0, 13 * 60, 16 * 60))
    assert closes_at(day, local(MONDAY, 10)) == local(MONDAY, 12)
    assert closes_at(day, local(MONDAY, 12, 30)) is None
    assert next_opening(day, local(MONDAY, 12)) == local(MONDAY, 13)


def test_intervals_that_touch_are_one_opening() -> None:
    day = schedule(Interval(0, 540, 720), Interval(0, 720, 900))
    found = list(openings(day, local(MONDAY, 0), local(MONDAY, 23)))
    assert found == [Opening(local(MONDAY, 9).astimezone(UTC), local(MONDAY, 15).astimezone(UTC))]


def test_an_opening_runs_from_sunday_evening_into_monday() -> None:
    night = schedule(Interval(6, 22 * 60, 26 * 60))
    assert open_at(night, local(MONDAY, 1, 59))
    assert not open_at(night, local(MONDAY, 2))
    assert closes_at(night, local(MONDAY - timedelta(days=1), 23)) == local(MONDAY, 2)


def test_the_next_opening_after_friday_is_on_monday() -> None:
    assert next_opening(schedule(*MORNINGS), local(MONDAY + timedelta(days=4), 12)) == local(
        MONDAY + timedelta(days=7), 9
    )


def test_a_pool_without_hours_never_opens() -> None:
    for never in (schedule(), Schedule("Europe/Brussels")):
        assert next_opening(never, local(MONDAY, 9)) is None
        assert closes_at(never, local(MONDAY, 9)) is None
        assert list(openings(never, local(MONDAY, 0), local(MONDAY + timedelta(days=30), 0))) == []


def test_a_pool_that_never_closes_has_no_closing_time_and_no_last_intake() -> None:
    moment = local(MONDAY, 3, 14)
    assert open_at(always_open(), moment)
    assert closes_at(always_open(), moment) is None
    assert pool_state("demo", always_open(), moment).intake_until is None
    assert pool_state("demo", always_open(), moment).open


def test_the_last_intake_is_ten_minutes_before_closing() -> None:
    state = pool_state("cefo", schedule(*MORNINGS), local(MONDAY, 9))
    assert state.intake_until == local(MONDAY, 11, 50).timestamp()
    assert state.closes_at == local(MONDAY, 12).timestamp()


def test_a_closed_pool_has_no_intake() -> None:
    state = pool_state("cefo", schedule(*MORNINGS), local(MONDAY, 12))
    assert (state.open, state.intake_until, state.closes_at) == (False, None, None)


# History and exceptions
# ---------------------------------------------------------------------------------------


def test_a_new_timetable_holds_from_its_date_and_keeps_the_past() -> None:
    history = Schedule(
        "Europe/Brussels",
        (
            WeeklyHours(MONDAY, (Interval(0, 13 * 60, 16 * 60),)),
            WeeklyHours(date(2020, 1, 1), (Interval(0, 9 * 60, 12 * 60),)),
        ),
    )
    assert open_at(history, local(MONDAY - timedelta(days=7), 10))
    assert not open_at(history, local(MONDAY, 10))
    assert open_at(history, local(MONDAY, 14))
    assert not open_at(history, local(date(2019, 12, 30), 10))


def test_an_empty_timetable_closes_a_pool_from_its_date_on() -> None:
    history = Schedule("Europe/Brussels", (WeeklyHours(date(2020, 1, 1), MORNINGS), WeeklyHours(MONDAY, ())))
    assert next_opening(history, local(MONDAY, 0)) is None


def test_a_closure_beats_the_week_and_is_over_the_day_after() -> None:
    holiday = schedule(*MORNINGS, exceptions=(closed(MONDAY, everywhere=True),))
    assert next_opening(holiday, local(MONDAY, 0)) == local(MONDAY + timedelta(days=1), 9)


def test_a_closure_of_some_hours_leaves_the_rest() -> None:
    meeting = schedule(*MORNINGS, exceptions=(closed(MONDAY, 600, 660),))
    found = list(openings(meeting, local(MONDAY, 0), local(MONDAY, 23)))
    assert [(o.start.astimezone(BRUSSELS).hour, o.end.astimezone(BRUSSELS).hour) for o in found] == [
        (9, 10),
        (11, 12),
    ]


def test_an_extra_opening_opens_a_saturday() -> None:
    saturday = MONDAY + timedelta(days=5)
    fair = schedule(*MORNINGS, exceptions=(opened(saturday, 600, 960),))
    assert open_at(fair, local(saturday, 15, 59))
    assert not open_at(fair, local(saturday, 16))


def test_a_pools_own_opening_beats_a_holiday_of_all_pools() -> None:
    both = schedule(*MORNINGS, exceptions=(opened(MONDAY, 600, 660), closed(MONDAY, everywhere=True)))
    found = list(openings(both, local(MONDAY, 0), local(MONDAY, 23)))
    assert [(o.start, o.end) for o in found] == [(local(MONDAY, 10), local(MONDAY, 11))]


def test_a_pools_own_closure_beats_an_extra_opening_of_all_pools() -> None:
    saturday = MONDAY + timedelta(days=5)
    both = schedule(exceptions=(closed(saturday), opened(saturday, 600, 960, everywhere=True)))
    assert not open_at(both, local(saturday, 12))


def test_hours_beat_a_whole_day_and_a_closure_beats_its_equal() -> None:
    lunch = schedule(exceptions=(opened(MONDAY), closed(MONDAY, 720, 780)))
    assert open_at(lunch, local(MONDAY, 8))
    assert not open_at(lunch, local(MONDAY, 12, 30))
    equals = schedule(exceptions=(closed(MONDAY, 720, 780), opened(MONDAY, 720, 780)))
    assert not open_at(equals, local(MONDAY, 12, 30))


def test_a_closed_day_includes_the_night_that_begins_on_it() -> None:
    night = schedule(Interval(0, 22 * 60, 26 * 60), exceptions=(closed(MONDAY),))
    assert not open_at(night, local(MONDAY, 23))
    assert not open_at(night, local(MONDAY + timedelta(days=1), 1))


# The clock changes
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2026, 3, 30), date(2026, 10, 26), date(2027, 3, 29)])
def test_nine_o_clock_stays_nine_o_clock_after_the_clock_has_changed(day: date) -> None:
    assert next_opening(schedule(*MORNINGS), local(day - timedelta(days=2), 13)) == local(day, 9)


def test_an_interval_that_begins_in_the_lost_hour_begins_when_the_clock_jumps() -> None:
    spring = date(2026, 3, 29)
    early = schedule(Interval(6, 150, 300))
    assert next_opening(early, local(spring, 0)) == local(spring, 3)


def test_an_interval_within_the_lost_hour_does_not_take_place() -> None:
    spring = date(2026, 3, 29)
    lost = schedule(Interval(6, 135, 165))
    assert next_opening(lost, local(spring, 0)) == local(spring + timedelta(days=7), 2, 15)


def test_an_interval_in_the_hour_that_comes_twice_opens_once() -> None:
    autumn = date(2026, 10, 25)
    twice = schedule(Interval(6, 135, 165))
    found = list(openings(twice, local(autumn, 0), local(autumn, 12)))
    assert found == [
        Opening(local(autumn, 2, 15).astimezone(UTC), local(autumn, 2, 45, fold=1).astimezone(UTC))
    ]


def test_an_interval_that_ends_at_the_repeated_hour_ends_the_first_time() -> None:
    autumn = date(2026, 10, 25)
    evening = schedule(Interval(6, 60, 120))
    assert closes_at(evening, local(autumn, 1)) == local(autumn, 2, fold=0).astimezone(UTC)


def test_a_day_and_night_service_does_not_close_when_the_clock_changes() -> None:
    for day in (date(2026, 3, 28), date(2026, 10, 24)):
        assert len(list(openings(always_open(), local(day, 0), local(day, 0) + timedelta(days=3)))) == 1
