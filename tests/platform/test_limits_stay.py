"""What is counted of sign-ins and letters stays counted, whatever a stranger adds."""

import time
from typing import Any

import pytest
from django.core.cache import cache

from miti.memory_cache import MAX_ENTRIES, MemoryCache
from tests.platform.test_signing_in import submit
from tests.platform.test_wrong_passwords import (
    ELSEWHERE,
    PASSWORD,
    SCHOOL,
    at,
    guess,
    is_in,
    nothing_tried_yet,
)

__all__ = ["nothing_tried_yet"]


def test_tries_for_invented_accounts_do_not_end_the_wait_of_a_real_one() -> None:
    guess(SCHOOL, "claire", 5)
    for n in range(180):
        guess(ELSEWHERE, f"nobody-{n}")
    guesser = at(SCHOOL)
    submit(guesser, "claire", PASSWORD)
    assert not is_in(guesser)


@pytest.fixture
def small() -> Any:
    made = MemoryCache("small", {"OPTIONS": {"MAX_ENTRIES": 50}})
    made.clear()
    return made


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_nothing_in_force_is_dropped_while_something_has_ended(small: Any, clock: list[float]) -> None:
    for n in range(25):
        small.set(f"short-{n}", n, 60)
        small.set(f"long-{n}", n, 3600)
    clock[0] += 61
    for n in range(25):
        small.set(f"new-{n}", n, 5)
    assert all(small.get(f"long-{n}") == small.get(f"new-{n}") == n for n in range(25))


def test_a_flood_of_short_entries_pushes_out_no_longer_one(small: Any, clock: list[float]) -> None:
    small.set("for-ever", 1, None)
    small.set("the-wait", 1, 300)
    for n in range(500):
        small.set(f"flood-{n}", n, 60)
    assert small.get("the-wait") == small.get("for-ever") == 1
    assert len(small._cache) <= 50


def test_the_cache_of_the_embedded_set_up_is_this_one() -> None:
    used: Any = cache
    assert isinstance(used._connections[used._alias], MemoryCache)
    assert used._max_entries == MAX_ENTRIES
