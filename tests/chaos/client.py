"""A client that follows the protocol as the browsers' scripts do: an outbox until acknowledged, resume, backoff."""

import asyncio
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.chaos.message_log import ConversationLog, MessageLog
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Proxy
from tests.sealed_end import SealedEnd

Frame = dict[str, Any]
FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 2.0
"""Browsers wait longer, up to 20 s: here a run is short."""
SILENCE_S = 12.0
ASK_AGAIN_S = 2.0


@dataclass
class Behaviour:
    """How all clients behave at present; faults change it."""

    twice: bool = False
    """Every message is sent twice."""
    going: bool = True
    """New conversations begin."""
    hurry: float = 1.0
    """Shortens the pauses between messages."""


class Client:
    """One socket that reconnects by itself. What it says is sealed, and it has no keys but those that were granted to it."""

    path = ""
    end: SealedEnd

    def __init__(
        self, proxy: Proxy, message_log: MessageLog, behaviour: Behaviour, dice: random.Random
    ) -> None:
        self.proxy, self.message_log, self.behaviour, self.dice = proxy, message_log, behaviour, dice
        self.socket: ClientConnection | None = None
        self.connection_number = 0
        """Counts connections: whatever was begun on an earlier one is over."""
        self._later: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        attempt = 0
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    f"ws://127.0.0.1:{self.proxy.port}/ws/{self.path}/",
                    origin=self.proxy.url,  # type: ignore[arg-type]
                    additional_headers=self.headers(),
                    max_size=None,
                    compression=None,
                    open_timeout=5,
                    close_timeout=0.5,
                    ping_interval=None,
                ) as self.socket:
                    self.connection_number += 1
                    await self.say_hello()
                    while True:
                        # Not `wait_for`: a task that receives something while it is cancelled would continue (Python 3.11).
                        async with asyncio.timeout(SILENCE_S):
                            text = await self.socket.recv()
                        frame = json.loads(text)
                        if frame["type"] == "ping":
                            await self.socket.send('{"type":"pong"}')
                            continue
                        attempt = 0
                        for answer in self.end.received(frame):
                            await self.socket.send(json.dumps(answer))
                        self.message_log.unopened += self.end.unopened
                        self.end.unopened = 0
                        await self.on_frame(frame.pop("type"), frame)
            self.socket = None
            self.on_disconnect()
            ceiling = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt)
            attempt += 1
            await asyncio.sleep(ceiling * (0.5 + self.dice.random() / 2))

    async def send(self, kind: str, /, **fields: Any) -> bool:
        frame = self.end.sealed({"type": kind, **fields})
        if self.socket is None or frame is None:
            return False
        try:
            await self.socket.send(json.dumps(frame))
        except WebSocketException:
            return False
        return True

    async def flush(self, outbox: Outbox, **about: str) -> None:
        while (item := outbox.next()) is not None:
            for _ in range(2 if self.behaviour.twice else 1):
                if not await self.send("say", client_id=item[0], body=item[1], **about):
                    outbox.rewind()
                    return

    def call_later(self, seconds: float, act: Any) -> None:
        """Do this then, if the connection is still the same."""
        connection_number = self.connection_number

        async def wait() -> None:
            await asyncio.sleep(seconds)
            if self.socket is not None and connection_number == self.connection_number:
                await act()

        task = asyncio.create_task(wait())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def on_own_message(self, record: ConversationLog, outbox: Outbox, message: Frame) -> None:
        waited_s = outbox.acknowledged(message["body"])
        if waited_s is None:
            return
        record.acknowledged[message["body"]] = (message["epoch"], message["seq"])
        self.message_log.acknowledged += 1
        self.message_log.waits_s.append(waited_s)

    def headers(self) -> Mapping[str, str]:
        return {}

    async def say_hello(self) -> None:
        raise NotImplementedError

    async def on_frame(self, kind: str, frame: Frame) -> None:
        act = getattr(self, f"_on_{kind}", None)
        if act is not None:
            await act(frame)

    def on_disconnect(self) -> None:
        """The connection is gone."""
