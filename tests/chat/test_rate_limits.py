"""How often something is allowed within a time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.rate_limits import RecentEvents, TokenBucket


def test_as_many_as_allowed_pass_at_once_and_no_more() -> None:
    bucket = TokenBucket(10, 10)
    assert [bucket.take(100.0) for _ in range(10)] == [0.0] * 10
    assert bucket.take(100.0) > 0


def test_the_announced_wait_is_exactly_long_enough() -> None:
    bucket = TokenBucket(2, 10)
    bucket.take(50.0)
    bucket.take(50.0)
    wait = bucket.take(50.0)
    assert wait == pytest.approx(5.0)
    assert bucket.take(50.0 + wait - 0.01) > 0
    assert bucket.take(50.0 + wait + 0.01) == 0.0


def test_a_long_silence_saves_up_no_more_than_the_bucket_holds() -> None:
    bucket = TokenBucket(3, 1)
    bucket.take(1.0)
    assert sum(bucket.take(1_000.0) == 0.0 for _ in range(10)) == 3


def test_each_sender_has_a_bucket_of_its_own() -> None:
    one, other = TokenBucket(1, 60), TokenBucket(1, 60)
    assert one.take(5.0) == 0.0
    assert one.take(5.0) > 0
    assert other.take(5.0) == 0.0


@settings(deadline=None, derandomize=True)
@given(
    most=st.integers(1, 20),
    per_s=st.floats(0.5, 60),
    steps=st.lists(st.floats(0, 5), min_size=1, max_size=200),
)
def test_never_more_than_the_bucket_and_what_flowed_in_since(
    most: int, per_s: float, steps: list[float]
) -> None:
    bucket, begun = TokenBucket(most, per_s), 1_000.0
    now, passed = begun, 0
    for step in steps:
        now += step
        passed += bucket.take(now) == 0.0
    assert passed <= most + (now - begun) * most / per_s + 1e-6


def test_the_event_that_reaches_the_limit_within_the_window_is_reported() -> None:
    tally = RecentEvents(3, 60)
    assert [tally.reached(now) for now in (0.0, 30.0, 60.0)] == [False, False, True]


def test_an_event_before_the_window_does_not_count() -> None:
    tally = RecentEvents(3, 60)
    assert [tally.reached(now) for now in (0.0, 30.0, 60.5, 90.0, 90.5)] == [False, False, False, True, True]
