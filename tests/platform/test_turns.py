"""Whose password is checked next: one at a time, by turns of where they come from."""

import time
from collections.abc import Callable
from functools import partial
from threading import Event, Thread

from accounts.turns import Turns

PATIENCE_S = 30.0


def checked_in_order(*origins: str) -> list[str]:
    """Who comes in which order, where all wait while somebody has the turn."""
    turns, order, go_on = Turns(), list[str](), Event()

    def check(origin: str) -> None:
        with turns.of(origin):
            order.append(origin)

    def hold() -> None:
        with turns.of("first"):
            assert go_on.wait(PATIENCE_S)

    threads = [started(hold, lambda: turns.length() == 0 and turns.is_taken())]
    for number, origin in enumerate(origins, start=1):
        threads.append(started(partial(check, origin), partial(waits, turns, number)))
    go_on.set()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    return order


def waits(turns: Turns, number: int) -> bool:
    return turns.length() == number


def started(work: Callable[[], None], until: Callable[[], bool]) -> Thread:
    thread = Thread(target=work, daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return thread


def test_one_who_comes_last_from_elsewhere_waits_for_one_try_of_each_other_origin() -> None:
    assert checked_in_order("a", "a", "a", "a", "b", "a", "c") == ["a", "b", "c", "a", "a", "a", "a"]


def test_those_of_one_origin_come_as_they_came() -> None:
    assert checked_in_order("a", "b", "a", "b") == ["a", "b", "a", "b"]


def test_a_fault_hands_the_turn_on() -> None:
    turns = Turns()
    try:
        with turns.of("a"):
            raise LookupError
    except LookupError:
        pass
    with turns.of("b"):
        assert turns.is_taken()
    assert not turns.is_taken()
