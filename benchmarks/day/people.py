"""Those who take part in the day: visitors who ask, talk and leave, and consoles that accept what rings."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

import msgspec

from benchmarks.relay.felt import ASK
from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.talk import console_hello, greeted, hello
from benchmarks.relay.wire import Wire

CAPACITY = 2
PATIENCE_S = 60.0
TOUCH_EVERY_S = 30.0
CLASSIFIED = {"theme": "orientation", "given": ["information"]}


class Heard(msgspec.Struct):
    """The fields of a frame that these people read."""

    type: str
    conversation: str = ""
    author: str = ""
    body: str = ""
    code: str = ""
    outcome: str = ""


heard = msgspec.json.Decoder(Heard).decode


@dataclass
class Day:
    """What the day has brought so far."""

    asked: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    """How requests ended, as their visitors were told."""
    said: int = 0
    arrived: Counter[str] = field(default_factory=Counter)
    """How often each text came to the other end."""
    waits_s: list[float] = field(default_factory=list)
    """From saying to the other end."""
    joins_s: list[float] = field(default_factory=list)
    """From asking to a counsellor, of those who got one."""
    talking: int = 0
    most_talking: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    """What should not happen."""

    @property
    def lost(self) -> int:
        return self.said - len(self.arrived)

    @property
    def doubled(self) -> int:
        return sum(times > 1 for times in self.arrived.values())


class Exchange:
    """One conversation, as both ends know it: who waits for which text."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def say(self, wire: Wire, **about: str) -> None:
        """Say something, and wait until the other end has it."""
        body = f"1.1.{secrets.token_urlsafe(156)}"
        self._day.said += 1
        came = self._waiting[body] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        wire.send(
            msgspec.json.encode({"type": "say", "client_id": secrets.token_hex(8), "body": body, **about})
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                await came
        except TimeoutError:
            return
        finally:
            del self._waiting[body]
        self._day.waits_s.append(time.perf_counter() - began)

    def came(self, body: str) -> None:
        self._day.arrived[body] += 1
        if (waiting := self._waiting.get(body)) is not None and not waiting.done():
            waiting.set_result(None)


class Desks:
    """All consoles on duty: which of them has a conversation, and what its two ends wait for."""

    def __init__(self, day: Day, dice: Random, speed: float) -> None:
        self._day, self._dice, self._speed = day, dice, speed
        self.talks: dict[str, Exchange] = {}
        self._with: dict[str, asyncio.Future[Wire]] = {}
        self._wires: list[Wire] = []

    async def open(self, candidate: MeasuredServer, sessions: Sequence[str]) -> None:
        for number, session in enumerate(sessions):
            process = candidate.processes[number % len(candidate.processes)]
            wire = await Wire.open(process.url, "/ws/counsellor/", cookie=f"sessionid={session}")
            await greeted(wire, console_hello())
            wire.heard = partial(self._heard, wire)
            wire.send(
                msgspec.json.encode({"type": "availability", "state": "available", "capacity": CAPACITY})
            )
            self._wires.append(wire)

    def _heard(self, wire: Wire, raw: bytes) -> None:
        frame = heard(raw)
        if frame.type == "offer":
            accept = msgspec.json.encode({"type": "accept", "conversation": frame.conversation})
            # Two to ten seconds of a counsellor's day.
            later = self._dice.uniform(2, 10) / self._speed
            asyncio.get_running_loop().call_later(later, wire.send, accept)
        elif frame.type == "opened" and not (found := self._console(frame.conversation)).done():
            found.set_result(wire)
        elif frame.type == "message" and frame.author == "visitor" and frame.conversation in self.talks:
            self.talks[frame.conversation].came(frame.body)

    async def touch(self) -> None:
        """Counsellors use their page: else they would count as away from it after two minutes."""
        while True:
            await asyncio.sleep(TOUCH_EVERY_S)
            for wire in self._wires:
                wire.send(b'{"type":"active"}')

    async def console_of(self, conversation: str) -> Wire:
        async with asyncio.timeout(PATIENCE_S):
            return await self._console(conversation)

    def _console(self, conversation: str) -> "asyncio.Future[Wire]":
        return self._with.setdefault(conversation, asyncio.get_running_loop().create_future())

    @property
    def lost(self) -> int:
        return sum(wire.lost for wire in self._wires)

    def cut(self) -> None:
        for wire in self._wires:
            wire.cut()


class Visitor:
    """Somebody who asks, waits as long as it takes, talks in turns with the counsellor, and leaves or is left."""

    def __init__(self, day: Day, desks: Desks, dice: Random, speed: float) -> None:
        self._day, self._desks, self._dice, self._speed = day, desks, dice, speed
        self._frames: asyncio.Queue[Heard] = asyncio.Queue()
        self._talk = Exchange(day)

    async def live(self, candidate: MeasuredServer, minutes: float) -> None:
        """`minutes` of the day that the conversation lasts."""
        process = self._dice.choice(candidate.processes)
        wire = await Wire.open(process.url, "/ws/visitor/")
        await greeted(wire, hello(secrets.token_urlsafe(32)))
        wire.heard = self._heard
        self._day.asked += 1
        began = time.perf_counter()
        wire.send(ASK)
        try:
            first = await self._next("waiting", "resumed", "error")
            if first.type == "error":
                self._day.outcomes[first.code] += 1
                return
            conversation = first.conversation
            self._desks.talks[conversation] = self._talk
            if first.type == "waiting":
                await self._next("joined")
            self._day.joins_s.append(time.perf_counter() - began)
            await self._converse(wire, conversation, minutes)
            self._day.outcomes[(await self._next("closed")).outcome] += 1
        except TimeoutError:
            self._day.faults["a visitor was told nothing for a minute"] += 1
        finally:
            wire.cut()

    async def _converse(self, wire: Wire, conversation: str, minutes: float) -> None:
        self._day.talking += 1
        self._day.most_talking = max(self._day.most_talking, self._day.talking)
        try:
            until = time.perf_counter() + minutes * 60 / self._speed
            console = await self._desks.console_of(conversation)
            while time.perf_counter() < until:
                await self._talk.say(wire)
                await self._talk.say(console, conversation=conversation)
                # A message every half minute of the day.
                await asyncio.sleep(self._dice.uniform(30, 90) / self._speed)
        finally:
            self._day.talking -= 1
        if self._dice.random() < 0.5:
            wire.send(b'{"type":"leave"}')
        else:
            closing = {"type": "close", "conversation": conversation, "classification": CLASSIFIED}
            console.send(msgspec.json.encode(closing))

    def _heard(self, raw: bytes) -> None:
        frame = heard(raw)
        if frame.type == "message":
            if frame.author == "counsellor":
                self._talk.came(frame.body)
        else:
            self._frames.put_nowait(frame)

    async def _next(self, *kinds: str) -> Heard:
        async with asyncio.timeout(PATIENCE_S):
            while (frame := await self._frames.get()).type not in kinds:
                pass
        return frame
