"""The contract of every volatile store: presence, tombstones, and a survey's ticket that is good once."""

import asyncio
import time
from dataclasses import replace
from uuid import uuid4

from chat.redis_client import RedisClient
from chat.sealing import Vault
from chat.volatile import DAY_S, AddressBlock, LastSigns, Tombstone, Volatile, counsellor, visitor
from chat.volatile.redis import RedisVolatile
from tests.chat.stores import PATIENCE_S, Stores

ROW = uuid4()


def tombstone(conversation: str = "c") -> Tombstone:
    return Tombstone(
        conversation, "visitor_left", "served", row=ROW, survey=True, closed_at=100.0, asked_at=40.0
    )


async def test_a_sign_of_life_is_stored_with_its_time(volatile: Volatile) -> None:
    await volatile.seen(visitor("c"), at=10)
    await volatile.seen(visitor("c"), at=12)
    assert await volatile.last_signs([visitor("c"), visitor("never")]) == {visitor("c"): LastSigns(12)}


async def test_a_closed_socket_sets_the_time_back(volatile: Volatile) -> None:
    await volatile.seen(counsellor(1), at=100, active=True)
    await volatile.seen(counsellor(1), at=55)
    assert (await volatile.last_signs([counsellor(1)]))[counsellor(1)] == LastSigns(55, active=100)


async def test_when_a_connection_was_closed_is_known_until_the_next_sign(volatile: Volatile) -> None:
    await volatile.seen(visitor("c"), at=100)
    await volatile.seen(visitor("c"), at=85, closed_at=110)
    assert (await volatile.last_signs([visitor("c")]))[visitor("c")] == LastSigns(85, closed=110)
    await volatile.seen(visitor("c"), at=112)
    assert (await volatile.last_signs([visitor("c")]))[visitor("c")] == LastSigns(112)


async def test_a_sign_of_life_is_not_a_touch_of_the_page(volatile: Volatile) -> None:
    await volatile.seen(counsellor(1), at=5)
    assert (await volatile.last_signs([counsellor(1)]))[counsellor(1)].active is None
    await volatile.seen(counsellor(1), at=6, active=True)
    await volatile.seen(counsellor(1), at=9)
    assert (await volatile.last_signs([counsellor(1)]))[counsellor(1)] == LastSigns(9, active=6)


async def test_a_visitor_and_a_counsellor_of_the_same_number_are_two(volatile: Volatile) -> None:
    await volatile.seen(visitor("1"), at=1)
    await volatile.seen(counsellor(1), at=2)
    assert len(await volatile.last_signs([visitor("1"), counsellor(1)])) == 2


async def test_a_forgotten_party_is_unknown(volatile: Volatile) -> None:
    await volatile.seen(visitor("c"), at=1)
    await volatile.forget(visitor("c"))
    await volatile.forget(visitor("never"))
    assert await volatile.last_signs([visitor("c")]) == {}


async def test_a_tombstone_is_there_until_its_time_and_not_longer(volatile: Volatile) -> None:
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    assert await volatile.tombstone("token", now=100) == tombstone()
    assert await volatile.tombstone("token", now=999.9) == tombstone()
    assert await volatile.tombstone("token", now=1_000) is None
    assert await volatile.tombstone("another", now=100) is None


async def test_a_tombstone_without_its_row_waits_for_the_one_with_it_and_never_replaces_it(
    volatile: Volatile,
) -> None:
    early = replace(tombstone(), row=None, survey=False)
    await volatile.put_tombstone("token", early, for_s=900, now=100)
    assert await volatile.tombstone("token", now=100) == early
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    await volatile.put_tombstone("token", early, for_s=900, now=100)
    assert await volatile.tombstone("token", now=100) == tombstone()
    # The same visitor asks again, with the same token: another conversation.
    later = replace(early, conversation="another")
    await volatile.put_tombstone("token", later, for_s=900, now=100)
    assert await volatile.tombstone("token", now=100) == later


async def test_the_surveys_ticket_is_good_once(volatile: Volatile) -> None:
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    assert await volatile.take_survey("token", now=200) == ROW
    assert await volatile.take_survey("token", now=200) is None
    left = await volatile.tombstone("token", now=300)
    assert left is not None
    assert left == replace(tombstone(), survey=False)


async def test_two_at_once_get_one_ticket(volatile: Volatile) -> None:
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    got = await asyncio.gather(*(volatile.take_survey("token", now=200) for _ in range(20)))
    assert sorted(got, key=bool) == [None] * 19 + [ROW]


async def test_taking_the_ticket_does_not_prolong_the_tombstone(volatile: Volatile) -> None:
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    await volatile.take_survey("token", now=999)
    assert await volatile.tombstone("token", now=1_000) is None


async def test_an_expired_ticket_is_none(volatile: Volatile) -> None:
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    assert await volatile.take_survey("token", now=1_000) is None
    assert await volatile.take_survey("never", now=100) is None


async def test_the_salt_is_the_same_all_day_and_another_the_next(volatile: Volatile) -> None:
    midnight = 20_000.0 * DAY_S
    first = await volatile.salt(now=midnight)
    assert len(first) == 32
    assert await volatile.salt(now=midnight + DAY_S - 1) == first
    assert await volatile.salt(now=midnight + DAY_S) != first


async def test_the_address_of_a_blocked_conversation_is_blocked_until_its_end(volatile: Volatile) -> None:
    now = time.time()
    await volatile.hold_origin("c", "digest")
    assert await volatile.block("c", until=now + 60)
    assert await volatile.blocked("digest", now=now) == AddressBlock(now + 60, times=1)
    assert await volatile.blocked("digest", now=now + 60) is None
    assert await volatile.blocked("another", now=now) is None


async def test_a_second_block_is_known_as_one(volatile: Volatile) -> None:
    now = time.time()
    for conversation, until in (("first", now + 60), ("second", now + 90)):
        await volatile.hold_origin(conversation, "digest")
        assert await volatile.block(conversation, until=until)
    assert await volatile.blocked("digest", now=now) == AddressBlock(now + 90, times=2)


async def test_requests_of_one_minute_are_counted_for_each_address_separately(volatile: Volatile) -> None:
    minute = 20_000.0 * 60
    assert [await volatile.asked("one", now=minute + second) for second in (0, 30, 59)] == [1, 2, 3]
    assert await volatile.asked("another", now=minute + 59) == 1
    assert await volatile.asked("one", now=minute + 60) == 1


async def test_other_counts_have_their_own_time_and_can_be_read_without_counting(volatile: Volatile) -> None:
    hour = 20_000.0 * 3_600
    assert [await volatile.asked("x:one", now=hour + second, within_s=600) for second in (0, 61, 599)] == [
        1,
        2,
        3,
    ]
    assert await volatile.asked("x:one", now=hour + 599, within_s=600, more=0) == 3
    assert await volatile.asked("x:one", now=hour + 599, within_s=600, more=0) == 3
    assert await volatile.asked("x:one", now=hour + 600, within_s=600, more=0) == 0
    assert await volatile.asked("one", now=hour, more=0) == 0


async def test_the_conversations_of_an_address_are_known_in_order_until_they_are_forgotten(
    volatile: Volatile,
) -> None:
    assert await volatile.hold_origin("a", "digest") == {}
    await volatile.hold_origin("elsewhere", "another")
    assert list(await volatile.hold_origin("b", "digest")) == ["a"]
    held = await volatile.held("digest")
    assert held.keys() == {"a", "b"}
    assert all(0 <= for_s < PATIENCE_S for for_s in held.values())
    assert await volatile.origin("b") == "digest"
    await volatile.forget(visitor("a"))
    await volatile.forget(visitor("a"))
    assert await volatile.origin("a") is None
    assert (await volatile.held("digest")).keys() == {"b"}
    await volatile.forget(visitor("b"))
    assert await volatile.held("digest") == {}


async def test_of_many_conversations_of_an_address_at_once_each_sees_those_before_it(
    volatile: Volatile,
) -> None:
    seen = await asyncio.gather(*(volatile.hold_origin(f"c{number}", "digest") for number in range(20)))
    assert sorted(len(before) for before in seen) == list(range(20))


async def test_a_proof_is_used_once_also_by_many_at_once(volatile: Volatile) -> None:
    now = time.time()
    spent = await asyncio.gather(
        *(volatile.spend("proof", until=now + 60, now=now) for _ in range(20)),
        volatile.spend("another", until=now + 60, now=now),
    )
    assert sum(spent[:20]) == 1
    assert spent[20]
    assert not await volatile.spend("proof", until=now + 60, now=now + 59)


async def test_an_origin_that_is_not_known_or_was_forgotten_cannot_be_blocked(volatile: Volatile) -> None:
    assert not await volatile.block("never", until=time.time() + 60)
    await volatile.hold_origin("c", "digest")
    await volatile.forget(visitor("c"))
    assert not await volatile.block("c", until=time.time() + 60)


async def test_everything_in_the_store_expires_unless_renewed(stores: Stores, volatile: Volatile) -> None:
    now = time.time()
    await volatile.salt(now=now)
    await volatile.seen(visitor("c"), at=now)
    await volatile.hold_origin("c", "digest")
    await volatile.block("c", until=now + 60)
    await volatile.asked("digest", now=now)
    await volatile.spend("proof", until=now + 60, now=now)
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=now)
    # On Redis this fails for a key that has no end.
    await stores.advance_time(DAY_S)


async def test_a_closed_socket_does_not_undo_a_later_sign_on_another_process(redis_url: str) -> None:
    line = RedisClient(redis_url)
    one, two = (RedisVolatile(line=line, vault=Vault(), presence_s=900) for _ in range(2))
    who = visitor("on both")
    await one.seen(who, at=1_000)
    await two.seen(who, at=1_003)
    await one.seen(who, at=958)
    assert (await one.last_signs([who]))[who].seen == 1_003
    # The one who saw it last may say that it is over; a clock that was an hour ahead is not believed for ever.
    await two.seen(who, at=960)
    assert (await one.last_signs([who]))[who].seen == 960
    await two.seen(who, at=9_000)
    await one.seen(who, at=1_010)
    assert (await one.last_signs([who]))[who].seen == 1_010
    await line.close()


async def test_a_tombstone_in_redis_is_sealed(redis_url: str) -> None:
    line = RedisClient(redis_url)
    volatile = RedisVolatile(line=line, vault=Vault(), presence_s=900)
    await volatile.put_tombstone("token", tombstone(), for_s=900, now=100)
    dumped = await line.do("DUMP", "miti:tombstone:token")
    assert str(ROW).encode() not in dumped
    assert b"visitor_left" not in dumped
    await line.close()


async def test_nothing_of_an_address_is_in_redis_for_longer_than_a_day(redis_url: str) -> None:
    """However long somebody is to be blocked: the salt is gone by then, and the digest says nothing any more."""
    line = RedisClient(redis_url)
    volatile = RedisVolatile(line=line, vault=Vault(), presence_s=900)
    digest, now = "d" * 64, time.time()
    # Not a moment before midnight, at which it would be gone.
    morning = now // DAY_S * DAY_S + 1
    await volatile.salt(now=morning)
    await volatile.hold_origin("c", digest)
    await volatile.block("c", until=now + 10 * DAY_S)
    await volatile.asked(digest, now=now)
    await volatile.connections(digest, here=1)
    keys = [
        f"miti:blocked:{digest}",
        "miti:from:v:c",
        f"miti:held:{digest}",
        f"miti:open:{digest}",
        f"miti:salt:{int(morning // DAY_S)}",
    ]
    keys.append(f"miti:asked:{int(now // 60)}:{digest}")
    for key in keys:
        assert 0 < await line.do("PTTL", key) <= DAY_S * 1_000, key
    await line.close()
