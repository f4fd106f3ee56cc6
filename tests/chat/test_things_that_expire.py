"""The contract of every volatile store: presence, tombstones, and a survey's ticket that is good once."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from chat.volatile import Presence, Tombstone, Volatile, counsellor, visitor

ROW = uuid4()


def stone(conversation: str = "c") -> Tombstone:
    return Tombstone(
        conversation, "visitor_left", "served", row=ROW, survey=True, closed_at=100.0, asked_at=40.0
    )


async def test_whoever_was_seen_is_known_with_the_moment(volatile: Volatile) -> None:
    await volatile.seen(visitor("c"), at=10)
    await volatile.seen(visitor("c"), at=12)
    assert await volatile.presences([visitor("c"), visitor("never")]) == {visitor("c"): Presence(12)}


async def test_a_closed_socket_says_so_by_an_earlier_moment(volatile: Volatile) -> None:
    await volatile.seen(counsellor(1), at=100, active=True)
    await volatile.seen(counsellor(1), at=55)
    assert (await volatile.presences([counsellor(1)]))[counsellor(1)] == Presence(55, active=100)


async def test_a_sign_of_life_is_not_a_touch_of_the_page(volatile: Volatile) -> None:
    await volatile.seen(counsellor(1), at=5)
    assert (await volatile.presences([counsellor(1)]))[counsellor(1)].active is None
    await volatile.seen(counsellor(1), at=6, active=True)
    await volatile.seen(counsellor(1), at=9)
    assert (await volatile.presences([counsellor(1)]))[counsellor(1)] == Presence(9, active=6)


async def test_a_visitor_and_a_counsellor_of_the_same_number_are_two(volatile: Volatile) -> None:
    await volatile.seen(visitor("1"), at=1)
    await volatile.seen(counsellor(1), at=2)
    assert len(await volatile.presences([visitor("1"), counsellor(1)])) == 2


async def test_whoever_is_forgotten_is_unknown(volatile: Volatile) -> None:
    await volatile.seen(visitor("c"), at=1)
    await volatile.forget(visitor("c"))
    await volatile.forget(visitor("never"))
    assert await volatile.presences([visitor("c")]) == {}


async def test_a_tombstone_is_there_until_its_time_and_not_longer(volatile: Volatile) -> None:
    await volatile.bury("token", stone(), for_s=900, now=100)
    assert await volatile.tombstone("token", now=100) == stone()
    assert await volatile.tombstone("token", now=999.9) == stone()
    assert await volatile.tombstone("token", now=1_000) is None
    assert await volatile.tombstone("another", now=100) is None


async def test_the_surveys_ticket_is_good_once(volatile: Volatile) -> None:
    await volatile.bury("token", stone(), for_s=900, now=100)
    assert await volatile.take_survey("token", now=200) == ROW
    assert await volatile.take_survey("token", now=200) is None
    left = await volatile.tombstone("token", now=300)
    assert left is not None
    assert left == replace(stone(), survey=False)


async def test_two_at_once_get_one_ticket(volatile: Volatile) -> None:
    await volatile.bury("token", stone(), for_s=900, now=100)
    got = await asyncio.gather(*(volatile.take_survey("token", now=200) for _ in range(20)))
    assert sorted(got, key=bool) == [None] * 19 + [ROW]


async def test_taking_the_ticket_does_not_make_the_stone_live_longer(volatile: Volatile) -> None:
    await volatile.bury("token", stone(), for_s=900, now=100)
    await volatile.take_survey("token", now=999)
    assert await volatile.tombstone("token", now=1_000) is None


async def test_an_expired_ticket_is_none(volatile: Volatile) -> None:
    await volatile.bury("token", stone(), for_s=900, now=100)
    assert await volatile.take_survey("token", now=1_000) is None
    assert await volatile.take_survey("never", now=100) is None
