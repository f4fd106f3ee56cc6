"""Two web processes as far as transcripts go, on one Redis: what the tests of its failures let fail."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chat.faults import Unreachable
from chat.hub import Hub, Notification, TranscriptEvent
from chat.redis_client import RedisClient
from chat.sealing import Vault
from chat.transcript.interface import VISITOR, Appended, EntryKind, PartyList, Unable
from chat.transcript.redis import RedisTranscripts
from tests.chat.stores import EXPIRY_S, PATIENCE_S
from tests.sealing import envelope
from tests.valkey import Valkey

OWNER = 7
CANARY = "canari-40417"


@dataclass(eq=False)
class RecordingSocket:
    """A socket that records what it received."""

    received: list[tuple[int, int]] = field(default_factory=list)
    stops: int = 0
    refreshes: int = 0

    def deliver(self, event: TranscriptEvent | Notification) -> None:
        assert isinstance(event, TranscriptEvent)
        if event.entry.kind is EntryKind.MESSAGE:
            self.received.append((event.entry.epoch, event.entry.seq))

    def heartbeat(self, now: float) -> None: ...

    def refresh_soon(self) -> None:
        self.refreshes += 1

    def stop(self) -> None:
        self.stops += 1


class Process:
    """What one web process has of transcripts: a Redis client, a hub with one socket, a subscription."""

    def __init__(self, url: str) -> None:
        self.socket = RecordingSocket()
        self.hub = Hub()
        self.hub.sockets.add(self.socket)
        self.hub.subscribe_to_conversation("c", self.socket)
        self.line = RedisClient(url)
        self.transcripts = RedisTranscripts(
            line=self.line, hub=self.hub, vault=Vault(), most=1_000, expiry_s=EXPIRY_S
        )

    async def start(self) -> None:
        refreshes = self.socket.refreshes
        self.following = asyncio.create_task(self.transcripts.follow())
        await eventually(lambda: self.socket.refreshes > refreshes)

    async def close(self) -> None:
        self.following.cancel()
        await asyncio.gather(self.following, return_exceptions=True)
        await self.line.close()


@dataclass
class TwoProcesses:
    valkey: Valkey
    one: Process
    two: Process

    async def say(self, process: Process, client_id: str) -> Appended | Unable:
        return await process.transcripts.append(
            "c",
            kind=EntryKind.MESSAGE,
            author=VISITOR,
            client_id=client_id,
            envelope=envelope(CANARY + client_id),
            now_ms=int(time.time() * 1000),
        )

    async def say_until_stored(self, process: Process, client_id: str) -> Appended:
        """As a browser does: again, with the same name, until there is an answer."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                done = await self.say(process, client_id)
            except Unreachable:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            else:
                assert isinstance(done, Appended)
                return done

    async def begin(self, epoch: int = 1) -> None:
        await self.one.transcripts.open("c", epoch=epoch, parties=PartyList(1, {OWNER: 1}), now_ms=0)


async def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        await asyncio.sleep(0.01)


def everything(until: int, epoch: int = 1) -> list[tuple[int, int]]:
    return [(epoch, seq) for seq in range(1, until + 1)]
