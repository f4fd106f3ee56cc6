"""How much of a conversation was quiet, from the acceptance to the end."""

import pytest

from chat.quiet_time import Stretch, quiet_ms

MINUTE_MS = 60_000


def minutes(*stretches: tuple[int, int], last: int, start: int, end: int) -> float:
    """The same in minutes."""
    inside: list[Stretch] = [(since * MINUTE_MS, until * MINUTE_MS) for since, until in stretches]
    quiet = quiet_ms(inside, last_ms=last * MINUTE_MS, start_ms=start * MINUTE_MS, end_ms=end * MINUTE_MS)
    return quiet / MINUTE_MS


def test_the_stretch_after_the_last_message_is_quiet_too() -> None:
    assert minutes(last=10, start=0, end=17) == 7


def test_five_minutes_are_not_quiet_yet() -> None:
    assert minutes(last=10, start=0, end=15) == 0


def test_what_was_quiet_before_the_acceptance_is_waiting() -> None:
    assert minutes((0, 20), last=20, start=13, end=21) == 7


@pytest.mark.parametrize(("start", "quiet"), [(0, 20), (14, 6), (15, 0), (16, 0)])
def test_only_the_part_after_the_acceptance_decides_whether_it_is_long(start: int, quiet: int) -> None:
    assert minutes((0, 20), last=20, start=start, end=20) == quiet


def test_quiet_time_is_never_longer_than_the_conversation() -> None:
    assert minutes((0, 20), (20, 40), last=40, start=30, end=36) == 6
