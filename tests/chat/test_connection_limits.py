"""One address has so many connections and no more, over all processes; a process that died takes no places."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from django.conf import settings
from redis import Redis

from chat import addresses, runtime
from chat.faults import Unreachable
from chat.hub import Hub
from chat.redis_client import RedisClient
from chat.sealing import Vault
from chat.transcript.embedded import EmbeddedTranscripts
from chat.volatile import EmbeddedVolatile, Volatile
from chat.volatile.redis import OPEN, RedisVolatile

MOST = 3
In = Callable[[Volatile], None]
SharedQuery = Callable[[], RedisVolatile]


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> In:
    """`in_process(store)`: go on as the process that has this store."""
    counts: dict[int, Counter[str]] = {}
    kept = EmbeddedTranscripts(publish=Hub().publish_entry, most=10, expiry_s=900)
    limited = settings.ENV.model_copy(update={"connections_per_address": MOST})
    monkeypatch.setattr(settings, "ENV", limited)

    def switch(store: Volatile) -> None:
        monkeypatch.setattr(runtime, "current", runtime.Runtime(transcripts=kept, volatile=store))
        monkeypatch.setattr(addresses, "open_connections", counts.setdefault(id(store), Counter()))

    return switch


@pytest_asyncio.fixture
async def shared(redis_url: str) -> AsyncIterator[SharedQuery]:
    """`shared()`: one more process's store, on the Redis of them all."""
    lines: list[RedisClient] = []

    def made() -> RedisVolatile:
        lines.append(RedisClient(redis_url))
        return RedisVolatile(line=lines[-1], vault=Vault(), presence_s=900)

    yield made
    for line in lines:
        await line.close()


async def test_one_process_allows_exactly_the_limit(in_process: In) -> None:
    in_process(EmbeddedVolatile())
    assert [await addresses.open_connection("here") for _ in range(MOST + 1)] == [True] * MOST + [False]
    assert await addresses.open_connection("elsewhere")
    await addresses.close_connection("here")
    assert await addresses.open_connection("here")
    assert not await addresses.open_connection("here")


async def test_many_at_once_get_no_more_connections_than_the_limit(
    in_process: In, shared: SharedQuery
) -> None:
    in_process(shared())
    came = await asyncio.gather(*(addresses.open_connection("at once") for _ in range(10)))
    assert sum(came) <= MOST
    assert addresses.open_connections["at once"] == sum(came)


async def test_two_processes_share_the_limit(in_process: In, shared: SharedQuery) -> None:
    one, two = shared(), shared()
    in_process(one)
    assert await addresses.open_connection("both")
    assert await addresses.open_connection("both")
    in_process(two)
    assert await addresses.open_connection("both")
    assert not await addresses.open_connection("both")
    in_process(one)
    assert not await addresses.open_connection("both")
    await addresses.close_connection("both")
    in_process(two)
    assert await addresses.open_connection("both")


async def test_a_dead_process_holds_no_connections(
    in_process: In, shared: SharedQuery, redis_url: str
) -> None:
    with Redis.from_url(redis_url) as direct:
        # As a process left it that said so long ago.
        direct.hset(f"{OPEN}crashed", "some process", "99 1000")
        in_process(shared())
        assert await addresses.open_connection("crashed")
        assert len(direct.hgetall(f"{OPEN}crashed")) == 1
        assert 0 < direct.pttl(f"{OPEN}crashed") <= 120_000


async def test_nothing_is_stored_after_the_last_connection(
    in_process: In, shared: SharedQuery, redis_url: str
) -> None:
    with Redis.from_url(redis_url) as direct:
        in_process(shared())
        assert await addresses.open_connection("gone")
        await addresses.close_connection("gone")
        assert not direct.exists(f"{OPEN}gone")
    assert "gone" not in addresses.open_connections


async def test_an_emptied_redis_is_given_the_counts_again(
    in_process: In, shared: SharedQuery, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Redis.from_url(redis_url) as direct:
        in_process(shared())
        assert await addresses.open_connection("told again")
        direct.delete(f"{OPEN}told again")
        seconds: list[float] = []

        async def sleep(seconds_: float) -> None:
            seconds.append(seconds_)
            if len(seconds) > addresses.RENEW_EVERY_S:
                raise asyncio.CancelledError

        monkeypatch.setattr(asyncio, "sleep", sleep)
        with pytest.raises(asyncio.CancelledError):
            await addresses.keep_counting()
        assert direct.hlen(f"{OPEN}told again") == 1


class UnreachableStore(EmbeddedVolatile):
    async def connections(self, digest: str, *, here: int) -> int:
        raise Unreachable


async def test_without_redis_nobody_connects_and_a_closed_connection_is_released(in_process: In) -> None:
    away = UnreachableStore()
    in_process(away)
    with pytest.raises(Unreachable):
        await addresses.open_connection("away")
    assert "away" not in addresses.open_connections
    addresses.open_connections["away"] = 1
    await addresses.close_connection("away")
    assert "away" not in addresses.open_connections
