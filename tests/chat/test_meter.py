"""Durations are counted in the buckets of a histogram."""

from chat.meter import DurationHistogram, Meter
from chat.transcript.interface import EntryKind


def test_a_time_is_counted_in_the_first_bucket_that_holds_it() -> None:
    spread = DurationHistogram((0.1, 1.0))
    for seconds in (0.05, 0.1, 0.2, 1.0, 5.0):
        spread.add(seconds)
    assert spread.counts == [2, 2, 1]
    assert round(spread.sum_s, 6) == 6.35


def test_what_ended_before_it_began_took_no_time() -> None:
    spread = DurationHistogram((0.1, 1.0))
    spread.add(-3_600)
    assert (spread.counts, spread.sum_s) == ([1, 0, 0], 0)


def test_a_repeated_message_is_not_counted_again() -> None:
    counted = Meter()
    counted.count_message(EntryKind.MESSAGE, 0, again=False)
    counted.count_message(EntryKind.MESSAGE, 0, again=True)
    counted.count_message(EntryKind.MESSAGE, 7, again=False)
    counted.count_message(EntryKind.NOTE, 7, again=False)
    assert counted.messages == {"visitor": 1, "counsellor": 1, "note": 1}
    assert counted.repeated == 1
