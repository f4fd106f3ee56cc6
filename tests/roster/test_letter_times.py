"""When letters about shifts are due, in Brussels, whatever the season."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from partners.time_zone import BRUSSELS
from roster.letter_times import DAY, digest, reminders, warnings

FIRST, LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2026, 2028))
moments = st.integers(FIRST, LAST).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments)
def test_what_is_due_is_due_since_then_and_still_of_use(now: datetime) -> None:
    for due in (*reminders(now), *warnings(now), *([week] if (week := digest(now)) else [])):
        assert due.since <= now < due.until


@given(moments)
def test_a_day_is_told_from_five_o_clock_of_the_evening_before(now: datetime) -> None:
    local = now.astimezone(BRUSSELS)
    told = [due.day for due in reminders(now)]
    assert (local.date() + DAY in told) == (local.hour >= 17)
    assert local.date() in told


@given(moments)
def test_a_day_is_in_one_stage_at_a_time_and_in_two_in_all(now: datetime) -> None:
    stages = {due.day: due.stage for due in warnings(now)}
    assert len(stages) == len(warnings(now))
    local = now.astimezone(BRUSSELS)
    in_two = local.date() + 2 * DAY
    assert stages.get(in_two) == (2 if local.hour >= 10 else None)
    assert stages[local.date() + DAY] == (1 if local.hour >= 10 else 2)
    assert stages[local.date()] == 1


@given(moments)
def test_a_week_is_told_from_friday_noon_to_monday_noon(now: datetime) -> None:
    local, week = now.astimezone(BRUSSELS), digest(now)
    weekend = local.weekday() in {5, 6} or (local.weekday() == 4 and local.hour >= 12)
    assert (week is not None) == (weekend or (local.weekday() == 0 and local.hour < 12))
    if week is not None:
        assert week.day.weekday() == 0
        assert week.day - local.date() < timedelta(days=4)
