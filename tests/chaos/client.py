"""Somebody who talks by the protocol, as the browsers' scripts do: an outbox until acknowledged, resume, backoff."""

import asyncio
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.chaos.message_log import Book, Story
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Gate

Frame = dict[str, Any]
FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 2.0
"""Browsers wait longer, up to 20 s: here a run is short."""
SILENCE_S = 12.0
ASK_AGAIN_S = 2.0


@dataclass
class Manner:
    """How everybody behaves just now; faults change it."""

    twice: bool = False
    """Every message is sent twice."""
    going: bool = True
    """New conversations begin."""
    hurry: float = 1.0
    """Shortens the pauses between messages."""


class Person:
    """Somebody with one socket that comes back by itself."""

    path = ""

    def __init__(self, gate: Gate, book: Book, manner: Manner, dice: random.Random) -> None:
        self.gate, self.book, self.manner, self.dice = gate, book, manner, dice
        self.socket: ClientConnection | None = None
        self.link = 0
        """Counts connections: whatever was begun on an earlier one is over."""
        self._later: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        attempt = 0
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    f"ws://127.0.0.1:{self.gate.port}/ws/{self.path}/",
                    origin=self.gate.url,  # type: ignore[arg-type]
                    additional_headers=self.headers(),
                    max_size=None,
                    compression=None,
                    open_timeout=5,
                    close_timeout=0.5,
                    ping_interval=None,
                ) as self.socket:
                    self.link += 1
                    await self.say_hello()
                    while True:
                        # Not `wait_for`: whoever hears something in the moment of being cancelled would live on (Python 3.11).
                        async with asyncio.timeout(SILENCE_S):
                            text = await self.socket.recv()
                        frame = json.loads(text)
                        if frame["type"] == "ping":
                            await self.socket.send('{"type":"pong"}')
                            continue
                        attempt = 0
                        await self.told(frame.pop("type"), frame)
            self.socket = None
            self.lost()
            ceiling = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt)
            attempt += 1
            await asyncio.sleep(ceiling * (0.5 + self.dice.random() / 2))

    async def send(self, kind: str, /, **fields: Any) -> bool:
        if self.socket is None:
            return False
        try:
            await self.socket.send(json.dumps({"type": kind, **fields}))
        except WebSocketException:
            return False
        return True

    async def flush(self, outbox: Outbox, **about: str) -> None:
        while (item := outbox.next()) is not None:
            for _ in range(2 if self.manner.twice else 1):
                if not await self.send("say", client_id=item[0], body=item[1], **about):
                    outbox.rewind()
                    return

    def soon(self, seconds: float, act: Any) -> None:
        """Do this then, if the connection is still the same."""
        link = self.link

        async def wait() -> None:
            await asyncio.sleep(seconds)
            if self.socket is not None and link == self.link:
                await act()

        task = asyncio.create_task(wait())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def came_back_with_a_number(self, story: Story, outbox: Outbox, message: Frame) -> None:
        waited_s = outbox.acknowledged(message["body"])
        if waited_s is None:
            return
        story.acknowledged[message["body"]] = (message["epoch"], message["seq"])
        self.book.acknowledged += 1
        self.book.waits_s.append(waited_s)

    def headers(self) -> Mapping[str, str]:
        return {}

    async def say_hello(self) -> None:
        raise NotImplementedError

    async def told(self, kind: str, frame: Frame) -> None:
        act = getattr(self, f"_on_{kind}", None)
        if act is not None:
            await act(frame)

    def lost(self) -> None:
        """The connection is gone."""
