"""Callers share one query, which never begins before they asked for it."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError

from chat import database
from chat.shared_query import SharedQuery
from tests.live.database_file import eventually

pytestmark = pytest.mark.django_db(transaction=True)


class NumberedQuery:
    """Returns its own number, counted in the order of beginning. While it is blocked, none ends."""

    def __init__(self) -> None:
        self.begun = 0
        self.fails = False
        self._may_end = threading.Event()
        self._may_end.set()

    def __call__(self, _: set[None]) -> int:
        self.begun += 1
        mine, fails = self.begun, self.fails
        assert self._may_end.wait(120)
        if fails:
            raise DatabaseError
        return mine

    def block(self) -> None:
        self._may_end.clear()

    def unblock(self) -> None:
        self._may_end.set()


async def until(fact: Callable[[], bool]) -> None:
    await asyncio.to_thread(eventually, fact)


async def test_concurrent_callers_share_one_query() -> None:
    read = NumberedQuery()
    shared = SharedQuery(database.in_thread(read))
    assert await asyncio.gather(*(shared.now() for _ in range(100))) == [1] * 100


async def test_callers_during_a_query_share_the_next_one() -> None:
    read = NumberedQuery()
    shared = SharedQuery(database.in_thread(read))
    read.block()
    first = asyncio.create_task(shared.now())
    await until(lambda: read.begun == 1)
    # What they were woken for may have happened after the first had begun.
    later = [asyncio.create_task(shared.now()) for _ in range(100)]
    await asyncio.sleep(0)
    read.unblock()
    assert await first == 1
    assert await asyncio.gather(*later) == [2] * 100
    assert await shared.now() == 3


async def test_a_fault_reaches_every_caller_of_the_query_and_no_later_one() -> None:
    read = NumberedQuery()
    shared = SharedQuery(database.in_thread(read))
    read.fails = True
    answers = await asyncio.gather(*(shared.now() for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in answers] == [DatabaseError] * 3
    read.fails = False
    assert await shared.now() == 2


async def test_a_fault_does_not_reach_callers_of_the_next_query() -> None:
    read = NumberedQuery()
    shared = SharedQuery(database.in_thread(read))
    read.block()
    read.fails = True
    first = asyncio.create_task(shared.now())
    await until(lambda: read.begun == 1)
    second = asyncio.create_task(shared.now())
    await asyncio.sleep(0)
    read.fails = False
    read.unblock()
    with pytest.raises(DatabaseError):
        await first
    assert await second == 2


async def test_a_cancelled_caller_leaves_the_answer_to_the_others() -> None:
    read = NumberedQuery()
    shared = SharedQuery(database.in_thread(read))
    read.block()
    gone, stays = asyncio.create_task(shared.now()), asyncio.create_task(shared.now())
    await until(lambda: read.begun == 1)
    gone.cancel()
    read.unblock()
    assert await stays == 1
    assert gone.cancelled()


async def test_each_caller_gets_its_own_key_from_one_query() -> None:
    wanted: list[set[int]] = []

    def squares(of: set[int]) -> dict[int, int]:
        wanted.append(of)
        return {one: one * one for one in of}

    shared = SharedQuery(database.in_thread(squares))
    answers = await asyncio.gather(*(shared.now(one) for one in (2, 3, 3)))
    assert [answers[0][2], answers[1][3], answers[2][3]] == [4, 9, 9]
    assert (await shared.now(5)) == {5: 25}
    assert wanted == [{2, 3}, {5}]


def test_another_event_loop_makes_its_own_query() -> None:
    shared = SharedQuery(database.in_thread(NumberedQuery()))
    assert asyncio.run(shared.now()) == 1
    assert asyncio.run(shared.now()) == 2
