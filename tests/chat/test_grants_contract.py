"""The contract of every store for what two browsers grant each other, and for the key of what a visitor's browser stores."""

import pytest

from chat.transcript.interface import MOST_GRANTS, Grant, PartyList, Transcripts
from chat.volatile import Volatile
from tests.chat.stores import EXPIRY_S, Stores

NEW, OTHER = b"n" * 32, b"o" * 32


@pytest.fixture
def volatile(stores: Stores) -> Volatile:
    return stores.volatile()


def granted(generation: int = 1, *, to: str = "p", sealed: str = "s", by_visitor: bool = False) -> Grant:
    return Grant(to, "k", generation, sealed, by_visitor)


@pytest.fixture
async def opened(transcripts: Transcripts) -> Transcripts:
    await transcripts.open("c", epoch=1, parties=PartyList(1, {7: 1}), now_ms=0)
    return transcripts


async def test_a_grant_is_kept_for_its_browser_and_for_no_other(opened: Transcripts) -> None:
    assert await opened.put_grant("c", granted(), here=set())
    assert await opened.grant("c", "p") == granted()
    assert await opened.grant("c", "q") is None
    assert await opened.grant("d", "p") is None


async def test_a_newer_generation_replaces_and_of_the_same_the_first_stays(opened: Transcripts) -> None:
    assert await opened.put_grant("c", granted(2), here=set())
    assert not await opened.put_grant("c", granted(2, sealed="later"), here=set())
    assert not await opened.put_grant("c", granted(1), here=set())
    assert await opened.put_grant("c", granted(10), here=set())
    assert await opened.grant("c", "p") == granted(10)


async def test_the_visitors_own_grant_is_replaced_by_nobody_elses(opened: Transcripts) -> None:
    assert await opened.put_grant("c", granted(900), here=set())
    assert await opened.put_grant("c", granted(1, by_visitor=True), here=set())
    assert not await opened.put_grant("c", granted(900), here=set())
    assert await opened.put_grant("c", granted(2, by_visitor=True), here=set())
    assert await opened.grant("c", "p") == granted(2, by_visitor=True)


async def test_when_there_is_no_room_those_who_take_part_no_more_make_it(opened: Transcripts) -> None:
    for one in range(MOST_GRANTS):
        assert await opened.put_grant("c", granted(to=f"p{one}"), here=set())
    assert await opened.put_grant("c", granted(2, to="p0"), here={"p0"})
    assert await opened.put_grant("c", granted(to="successor"), here={"p0", "successor"})
    assert await opened.grant("c", "successor") == granted(to="successor")
    assert await opened.grant("c", "p0") == granted(2, to="p0")
    assert await opened.grant("c", "p1") is None


async def test_there_are_so_many_at_most(opened: Transcripts) -> None:
    here = {f"p{one}" for one in range(MOST_GRANTS)}
    for one in here:
        assert await opened.put_grant("c", granted(to=one), here=here)
    assert not await opened.put_grant("c", granted(to="one more"), here=here)
    assert await opened.put_grant("c", granted(2, to="p0"), here=here)


async def test_nothing_is_granted_in_a_conversation_that_is_not_open(transcripts: Transcripts) -> None:
    assert not await transcripts.put_grant("c", granted(), here=set())
    await transcripts.open("c", epoch=1, parties=PartyList(1, {7: 1}), now_ms=0)
    await transcripts.seal("c")
    assert not await transcripts.put_grant("c", granted(), here=set())


async def test_grants_are_forgotten_with_the_transcript(opened: Transcripts) -> None:
    await opened.put_grant("c", granted(), here=set())
    await opened.erase("c")
    await opened.open("c", epoch=2, parties=PartyList(1, {7: 1}), now_ms=0)
    assert await opened.grant("c", "p") is None


async def test_grants_expire_unless_the_transcript_is_renewed(opened: Transcripts, stores: Stores) -> None:
    await opened.put_grant("c", granted(), here=set())
    await stores.advance_time(EXPIRY_S - 60)
    await opened.renew(["c"], now_ms=stores.now_ms)
    await stores.advance_time(EXPIRY_S - 60)
    assert await opened.grant("c", "p") == granted()
    await stores.advance_time(120)
    assert await opened.grant("c", "p") is None


async def test_the_first_storage_key_is_kept_while_it_is_renewed(volatile: Volatile) -> None:
    assert await volatile.storage_key("t", NEW, now=0, for_s=300) == NEW
    assert await volatile.storage_key("t", OTHER, now=10, for_s=300) == NEW
    assert await volatile.storage_key("u", OTHER, now=10, for_s=300) == OTHER


async def test_a_forgotten_storage_key_does_not_come_back(volatile: Volatile) -> None:
    await volatile.storage_key("t", NEW, now=0, for_s=300)
    await volatile.forget_storage_key("t")
    assert await volatile.storage_key("t", OTHER, now=1, for_s=300) == OTHER


async def test_a_storage_key_that_is_not_renewed_expires(stores: Stores, volatile: Volatile) -> None:
    await volatile.storage_key("t", NEW, now=0, for_s=300)
    await stores.advance_time(301)
    assert await volatile.storage_key("t", OTHER, now=301, for_s=300) == OTHER
