"""Whole lives of conversations, without words: hello, ask, three rings, accept, close, and the row that is counted."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence

import msgspec

from benchmarks.relay.felt import ASK, Frames, consoles
from benchmarks.relay.pages import idle_share
from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.talk import greeted, hello
from benchmarks.relay.wire import Wire

CLASSIFIED = {"theme": "orientation", "given": ["information"]}
RINGS = 3
SETTLE_S = 0.5
"""Until what one step caused beside what is measured is over."""


async def lived(candidate: MeasuredServer, sessions: Sequence[str], times: int, *, warm_up: int = 5) -> float:
    """Milliseconds of the servers' CPU for each life; one follows the other, and all consoles ring each time."""
    there = await consoles(candidate, sessions)
    await asyncio.sleep(SETTLE_S)
    for number in range(warm_up):
        await _life(candidate, there, number)
    began, cpu = time.perf_counter(), candidate.cpu_s()
    for number in range(times):
        await _life(candidate, there, number)
    used, took = candidate.cpu_s() - cpu, time.perf_counter() - began
    # What the server does by itself in that time is no part of a life.
    await asyncio.sleep(SETTLE_S)
    idle = await idle_share(candidate, max(1.0, min(5.0, took)))
    for one in there:
        one.wire.cut()
    return max(0.0, used - idle * took) / times * 1000


async def _life(candidate: MeasuredServer, there: Sequence[Frames], number: int) -> None:
    wire = await Wire.open(candidate.first.url, "/ws/visitor/")
    await greeted(wire, hello(secrets.token_urlsafe(32)))
    visitor = Frames(wire)
    wire.send(ASK)
    _, waiting = await visitor.first("waiting")
    conversation = waiting.conversation
    for console in there:
        await console.first("offer", conversation)
    turn = number % len(there)
    owner, *others = (*there[turn:], *there[:turn])
    owner.wire.send(msgspec.json.encode({"type": "accept", "conversation": conversation}))
    await visitor.first("joined")
    await owner.first("opened", conversation)
    for console in others:
        await console.first("offer_gone", conversation)
    closing = {"type": "close", "conversation": conversation, "classification": CLASSIFIED}
    owner.wire.send(msgspec.json.encode(closing))
    await visitor.first("closed")
    await owner.first("closed", conversation)
    wire.cut()


async def asked_at_once(
    candidate: MeasuredServer, sessions: Sequence[str], visitors: int, times: int
) -> list[float]:
    """So many visitors ask at the same moment, and each console accepts at once whatever rings. Seconds from asking to `joined`."""
    there = await consoles(candidate, sessions)
    for console in there:
        console.wire.heard = _accepting(console.wire)
    await asyncio.sleep(SETTLE_S)
    seconds: list[float] = []
    for _ in range(times):
        asking = []
        for _ in range(visitors):
            wire = await Wire.open(candidate.first.url, "/ws/visitor/")
            await greeted(wire, hello(secrets.token_urlsafe(32)))
            asking.append(Frames(wire))
        await asyncio.sleep(SETTLE_S)
        asked = time.perf_counter()
        for visitor in asking:
            visitor.wire.send(ASK)
        for visitor in asking:
            at, _ = await visitor.first("joined")
            seconds.append(at - asked)
        for visitor in asking:
            visitor.wire.send(b'{"type":"leave"}')
            await visitor.first("closed")
            visitor.wire.cut()
        await asyncio.sleep(SETTLE_S)
    for console in there:
        console.wire.cut()
    return seconds


def _accepting(wire: Wire) -> Callable[[bytes], None]:
    def heard(raw: bytes) -> None:
        if raw.startswith(b'{"type":"offer",'):
            conversation = msgspec.json.decode(raw)["conversation"]
            wire.send(msgspec.json.encode({"type": "accept", "conversation": conversation}))

    return heard
