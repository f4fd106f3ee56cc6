"""A process gives memory back once most of many connections have ended."""

import gc
import weakref

import pytest

from server.memory import AFTER_S, MANY, MemoryRelease, release


class Released:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def looked(counts: list[int], *, every_s: float = AFTER_S) -> int:
    """How often memory was given back while there were so many connections, one look after the other."""
    released = Released()
    memory_release = MemoryRelease(released)
    for number, connections in enumerate(counts):
        memory_release.look(connections, now=1_000 + number * every_s)
    return released.times


@pytest.mark.parametrize(
    ("counts", "times"),
    [
        ([MANY, 3], 0),
        ([MANY, 3, 3], 1),
        ([MANY, 3, 3, 3, 3], 1),
        ([MANY, 3, 3, MANY, 3, 3], 2),
        ([MANY - 1, 0, 0, 0], 0),
        # More than half are still there.
        ([MANY, MANY // 2 + 1, MANY // 2 + 1], 0),
        ([0, 0, 0], 0),
    ],
)
def test_memory_is_given_back_once_after_many_have_ended(counts: list[int], times: int) -> None:
    assert looked(counts) == times


def test_it_waits_until_most_have_been_gone_for_a_while_whoever_comes_and_goes() -> None:
    assert looked([MANY, 3, 9], every_s=AFTER_S / 2) == 0
    assert looked([MANY, 3, 9, 4], every_s=AFTER_S / 2) == 1
    assert looked([MANY, 3, MANY, 3, 3], every_s=AFTER_S / 2) == 0


class Circle:
    def __init__(self) -> None:
        self.me = self


def test_what_only_refers_to_itself_is_gone_afterwards() -> None:
    gc.disable()
    try:
        old = Circle()
        gc.collect()
        gone = weakref.ref(old)
        del old
        assert gone() is not None
        release()
        assert gone() is None
    finally:
        gc.enable()
