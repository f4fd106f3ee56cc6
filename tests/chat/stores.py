"""Every kind of store, created in the same way: add a new one here, and the same contract tests run on it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from redis import Redis

from chat.hub import DeliveredUpTo, Hub
from chat.redis_client import RedisClient
from chat.sealing import Vault
from chat.transcript.embedded import EmbeddedTranscripts
from chat.transcript.interface import Appended, Entry, EntryKind, Transcripts, Unable
from chat.transcript.redis import CHANNEL, RedisTranscripts
from chat.volatile import EmbeddedVolatile, Volatile
from chat.volatile.redis import RedisVolatile

EXPIRY_S = 900.0
PATIENCE_S = 60.0


@dataclass
class Published:
    """What a store has published to the hub, in order."""

    entries: list[tuple[str, Entry]] = field(default_factory=list)

    def __call__(self, conversation: str, entry: Entry) -> None:
        self.entries.append((conversation, entry))


class Stores(Protocol):
    now_ms: int

    def transcripts(self, published: Published, most: int) -> Transcripts: ...

    def volatile(self) -> Volatile: ...

    async def advance_time(self, seconds: float) -> None:
        """Let this time pass."""

    async def close(self) -> None: ...


class EmbeddedStores:
    def __init__(self, _: str = "") -> None:
        self.now_ms = 0
        self._made: list[Transcripts] = []

    def transcripts(self, published: Published, most: int) -> Transcripts:
        self._made.append(EmbeddedTranscripts(publish=published, most=most, expiry_s=EXPIRY_S))
        return self._made[-1]

    def volatile(self) -> Volatile:
        return EmbeddedVolatile()

    async def advance_time(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)
        for one in self._made:
            await one.expire(now_ms=self.now_ms)

    async def close(self) -> None:
        """Nothing is open."""


class RecordingHub(Hub):
    """Acts as if every conversation had a new socket here, and records all that is published."""

    def __init__(self, published: Published) -> None:
        super().__init__()
        self._published = published

    def delivered_up_to(self, conversation: str) -> DeliveredUpTo | None:
        return {}

    def publish_entry(self, conversation: str, entry: Entry) -> None:
        self._published(conversation, entry)


async def subscribed(line: RedisClient) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not (await line.do("PUBSUB", "NUMSUB", CHANNEL))[1]:
        assert time.monotonic() < deadline, "nobody follows"
        await asyncio.sleep(0.001)


class TranscriptsThatAwaitDelivery(RedisTranscripts):
    """`append` returns when the appended entry has been delivered."""

    published: Published
    following: "asyncio.Task[None] | None" = None

    async def append(
        self,
        conversation: str,
        *,
        kind: EntryKind,
        author: int,
        client_id: str,
        envelope: str,
        now_ms: int,
    ) -> Appended | Unable:
        if self.following is None:
            self.following = asyncio.create_task(self.follow())
            await subscribed(self._redis)
        heard = len(self.published.entries)
        done = await super().append(
            conversation, kind=kind, author=author, client_id=client_id, envelope=envelope, now_ms=now_ms
        )
        deadline = time.monotonic() + PATIENCE_S
        while isinstance(done, Appended) and not done.again and len(self.published.entries) == heard:
            assert time.monotonic() < deadline, "what was appended was not delivered"
            await asyncio.sleep(0.001)
        return done


class RedisStores:
    def __init__(self, url: str) -> None:
        self.now_ms = 0
        self.line = RedisClient(url)
        self.direct = Redis.from_url(url)
        self.direct.flushall()
        self._made: list[TranscriptsThatAwaitDelivery] = []

    def transcripts(self, published: Published, most: int) -> Transcripts:
        made = TranscriptsThatAwaitDelivery(
            line=self.line, hub=RecordingHub(published), vault=Vault(), most=most, expiry_s=EXPIRY_S
        )
        made.published = published
        self._made.append(made)
        return made

    def volatile(self) -> Volatile:
        return RedisVolatile(line=self.line, vault=Vault(), presence_s=EXPIRY_S)

    async def advance_time(self, seconds: float) -> None:
        self.now_ms += int(seconds * 1000)
        for key in self.direct.scan_iter():
            left_ms = self.direct.pttl(key)
            # Less than that: its end came meanwhile.
            assert left_ms != -1, f"{key!r} has no end"
            self.direct.pexpire(key, left_ms - int(seconds * 1000))

    async def close(self) -> None:
        for one in self._made:
            if one.following is not None:
                one.following.cancel()
                with suppress(asyncio.CancelledError):
                    await one.following
        await self.line.close()
        self.direct.close()


STORES: dict[str, Callable[[str], Stores]] = {"embedded": EmbeddedStores, "redis": RedisStores}
