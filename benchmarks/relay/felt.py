"""What people wait for, while others talk: an offer that rings, a counsellor who has joined, a page that reconnects."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.talk import PATIENCE_S, Told, console_hello, greeted, hello, told
from benchmarks.relay.wire import Wire

ASK = b'{"type":"ask","theme":"orientation","language":"fr"}'
ROUNDS = ("ask to offer seen", "accept to joined seen", "reconnect to resumed")


class Frames:
    """The frames that one socket received, each with its moment."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._came: asyncio.Queue[tuple[float, Told]] = asyncio.Queue()
        wire.heard = lambda raw: self._came.put_nowait((time.perf_counter(), told(raw)))

    async def first(self, kind: str, conversation: str = "") -> tuple[float, Told]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                at, frame = await self._came.get()
                if frame.type == kind and (not conversation or frame.conversation == conversation):
                    return at, frame


async def consoles(candidate: MeasuredServer, sessions: Iterable[str]) -> list[Frames]:
    """Connect counsellors who have free slots."""
    there = []
    for session in sessions:
        wire = await Wire.open(candidate.last.url, "/ws/counsellor/", cookie=f"sessionid={session}")
        await greeted(wire, console_hello())
        there.append(Frames(wire))
        wire.send(b'{"type":"availability","state":"available","capacity":2}')
    return there


async def journeys(
    candidate: MeasuredServer, sessions: list[str], times: int, say: Callable[[str], None] | None = None
) -> dict[str, list[float]]:
    """Ask, see the offer, join, lose the connection, reconnect, leave. Seconds, for each of `ROUNDS`."""
    there = await consoles(candidate, sessions)
    await asyncio.sleep(1)
    seconds: dict[str, list[float]] = {name: [] for name in ROUNDS}
    for number in range(times):
        if say is not None:
            say(f"journey {number + 1} of {times}")
        for name, taken in zip(ROUNDS, await _journey(candidate, there), strict=True):
            seconds[name].append(taken)
    for one in there:
        one.wire.cut()
    return seconds


async def _journey(candidate: MeasuredServer, there: list[Frames]) -> tuple[float, float, float]:
    token = secrets.token_urlsafe(32)
    wire = await Wire.open(candidate.first.url, "/ws/visitor/")
    await greeted(wire, hello(token))
    visitor = Frames(wire)

    asked = time.perf_counter()
    wire.send(ASK)
    _, waiting = await visitor.first("waiting")
    rung, console = await _rung(there, waiting.conversation)

    accepted = time.perf_counter()
    console.wire.send(msgspec.json.encode({"type": "accept", "conversation": waiting.conversation}))
    joined, _ = await visitor.first("joined")

    wire.cut()
    cut = time.perf_counter()
    again = await Wire.open(candidate.last.url, "/ws/visitor/")
    back = Frames(again)
    again.send(hello(token, after=0, epoch=1))
    resumed, _ = await back.first("resumed")

    again.send(b'{"type":"leave"}')
    await back.first("closed")
    await console.first("closed", waiting.conversation)
    again.cut()
    return rung - asked, joined - accepted, resumed - cut


async def _rung(there: list[Frames], conversation: str) -> tuple[float, Frames]:
    """The first console that rings for this conversation."""

    async def one(console: Frames) -> tuple[float, Frames]:
        at, _ = await console.first("offer", conversation)
        return at, console

    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(one(console)) for console in there]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    found: tuple[float, Frames] = done.pop().result()
    return found
