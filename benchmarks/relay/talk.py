"""Both ends of many conversations, which send at a given pace or as fast as possible."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

import msgspec

from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.wire import Wire
from chat.frames.base import PROTOCOL

PATIENCE_S = 60
AT_ONCE = 50
"""Connections that are opened at the same time."""
SHOWN_EACH = 250
DRAWN = "A" * 16
"""With a number of six digits, a `client_id` as long as our pages draw it."""
BODY = f"1.1.{'A' * 208}"
"""An envelope of a line of 100 characters."""


class Told(msgspec.Struct):
    """The fields of a frame that the benchmark reads."""

    type: str
    conversation: str = ""
    epoch: int = 0
    seq: int = 0
    author: str = ""
    code: str = ""


told = msgspec.json.Decoder(Told).decode


class Broken(Exception):
    """The measured server does not do its work."""


@dataclass(slots=True)
class MeasuredConversation:
    id: str
    token: str
    session: str
    visitor: Wire = field(init=False)
    console: Wire = field(init=False)
    pending: int = 0
    """Ends that have not received the last message yet."""
    said: int = 0
    began: float = 0.0
    by_visitor: bool = False


@dataclass(frozen=True, slots=True)
class Poured:
    messages: int
    seconds: float
    cpu_s: float
    latencies_s: list[float]
    """From sending until the other end has the message."""

    @property
    def cpu_us(self) -> float:
        """CPU of the servers for each message, in microseconds."""
        return self.cpu_s / self.messages * 1e6


class Talk:
    def __init__(
        self,
        candidate: MeasuredServer,
        conversations: list[MeasuredConversation],
        told: Callable[[str], None] | None = None,
    ) -> None:
        self.candidate = candidate
        self.conversations = conversations
        self._known = {one.id: one for one in conversations}
        self._idle = deque(conversations)
        self._flying = 0
        self._until = 0.0
        self._latencies: list[float] = []
        self._landed = asyncio.Event()
        self._freed = asyncio.Event()
        self._faults: list[str] = []
        self._told = told
        self.consoles_per_s = 0.0
        """The rate at which consoles were connected."""

    # --- both ends connect ------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        places, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
        consoles: dict[str, list[MeasuredConversation]] = {}
        for one in self.conversations:
            consoles.setdefault(one.session, []).append(one)

        async def at(work: Any) -> None:
            async with places:
                await work

        await self._all("consoles", [at(self._console(session, own)) for session, own in consoles.items()])
        self.consoles_per_s = len(consoles) / (time.perf_counter() - began)
        await self._all("visitors", [at(self._visitor(one)) for one in self.conversations])
        # By then each end has received the frames that the connecting of the other caused.
        await asyncio.sleep(0.5)
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self.conversations:
            one.visitor.cut()
            one.console.cut()

    async def _all(self, who: str, coming: list[Coroutine[Any, Any, None]]) -> None:
        for number, each in enumerate(asyncio.as_completed(coming), start=1):
            await each
            if self._told is not None and (number % SHOWN_EACH == 0 or number == len(coming)):
                self._told(f"{number} of {len(coming)} {who}")

    async def _visitor(self, one: MeasuredConversation) -> None:
        one.visitor = await Wire.open(self.candidate.first.url, "/ws/visitor/")
        await greeted(one.visitor, hello(one.token))
        one.visitor.heard = partial(self._visitor_heard, one)

    async def _console(self, session: str, own: list[MeasuredConversation]) -> None:
        wire = await Wire.open(self.candidate.last.url, "/ws/counsellor/", cookie=f"sessionid={session}")
        after = {one.id: {"epoch": 0, "seq": 0} for one in own}
        await greeted(wire, console_hello(after=after))
        wire.heard = self._console_heard
        for one in own:
            one.console = wire

    # --- and talk ---------------------------------------------------------------------------------------------

    async def pour(self, seconds: float, *, window: int) -> Poured:
        """Keep so many messages in flight: the next one is sent when both ends have received one."""
        self._begin(seconds)
        began, cpu = time.perf_counter(), self.candidate.cpu_s()
        for _ in range(min(window, len(self._idle))):
            self._next()
        return await self._end(began, cpu)

    async def drip(self, seconds: float, *, per_s: float) -> Poured:
        """Send one message after the other, at an even pace, under no other load."""
        self._begin(seconds)
        began, cpu = time.perf_counter(), self.candidate.cpu_s()
        self._until = 0.0
        for number in range(int(seconds * per_s)):
            await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))
            async with asyncio.timeout(PATIENCE_S):
                while not self._idle:
                    self._freed.clear()
                    await self._freed.wait()
            self._next()
        return await self._end(began, cpu)

    def _begin(self, seconds: float) -> None:
        self._latencies = []
        self._until = time.perf_counter() + seconds

    async def _end(self, began: float, cpu: float) -> Poured:
        try:
            async with asyncio.timeout(max(0.0, self._until - began) + PATIENCE_S):
                while self._flying:
                    self._landed.clear()
                    await self._landed.wait()
        except TimeoutError:
            raise Broken(f"{self._flying} messages did not arrive: {self._faults[:3]}") from None
        if self._faults:
            raise Broken(", ".join(self._faults[:3]))
        done = time.perf_counter()
        return Poured(len(self._latencies), done - began, self.candidate.cpu_s() - cpu, self._latencies)

    def _next(self) -> None:
        one = self._idle.popleft()
        self._flying += 1
        one.said += 1
        one.pending = 2
        one.by_visitor = not one.by_visitor
        one.began = time.perf_counter()
        if one.by_visitor:
            one.visitor.send(
                b'{"type":"say","client_id":"%b%06d","body":"%b"}' % (DRAWN.encode(), one.said, BODY.encode())
            )
        else:
            one.console.send(
                b'{"type":"say","conversation":"%b","client_id":"%b%06d","body":"%b"}'
                % (one.id.encode(), DRAWN.encode(), one.said, BODY.encode())
            )

    def _visitor_heard(self, one: MeasuredConversation, raw: bytes) -> None:
        frame = told(raw)
        if frame.type == "message":
            self._seen(one, other=not one.by_visitor)
        elif frame.type in {"error", "closed"}:
            self._faults.append(raw.decode())

    def _console_heard(self, raw: bytes) -> None:
        frame = told(raw)
        if frame.type == "message":
            one = self._known[frame.conversation]
            self._seen(one, other=one.by_visitor)
        elif frame.type in {"error", "closed", "released"}:
            self._faults.append(raw.decode())

    def _seen(self, one: MeasuredConversation, *, other: bool) -> None:
        now = time.perf_counter()
        if other:
            self._latencies.append(now - one.began)
        one.pending -= 1
        if one.pending:
            return
        self._idle.append(one)
        self._freed.set()
        self._flying -= 1
        if now < self._until:
            self._next()
        elif not self._flying:
            self._landed.set()


def hello(token: str, **back: int) -> bytes:
    said = {"type": "hello", "protocol": PROTOCOL, "site": "demo", "lang": "fr", "token": token, **back}
    return msgspec.json.encode(said)


def console_hello(**back: Any) -> bytes:
    return msgspec.json.encode({"type": "hello", "protocol": PROTOCOL, **back})


async def greeted(wire: Wire, frame: bytes) -> None:
    """Send `hello` and wait for `welcome`."""
    answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def heard(raw: bytes) -> None:
        if not answer.done():
            frame = told(raw)
            if frame.type == "welcome":
                answer.set_result(None)
            elif frame.type == "error":
                answer.set_exception(Broken(raw.decode()))

    wire.heard = heard
    wire.send(frame)
    await asyncio.wait_for(answer, PATIENCE_S)
