"""Ordinary conversations: two people write in turns, and each message is timed until the other has it."""

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from chat.frames.base import PROTOCOL
from tests.sealing import envelope
from tests.server import Server
from tests.socket_clients import session_of

PACE_S = 1.2
"""Visitors may write ten messages in ten seconds."""
PATIENCE_S = 60
Frame = dict[str, Any]


class End:
    """One socket; `arrived` counts each text that came over it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.arrived: Counter[str] = Counter()
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())
        self.frames: list[Frame] = []
        self.cut = False

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                if frame["type"] == "ping":
                    await self.socket.send('{"type":"pong"}')
                    continue
                if frame["type"] == "message":
                    self.arrived[frame["body"]] += 1
                else:
                    self.frames.append(frame)
                await self.on_frame(frame)
                async with self._changed:
                    self._changed.notify_all()
        except WebSocketException:
            pass
        finally:
            self.cut = True
            async with self._changed:
                self._changed.notify_all()

    async def on_frame(self, frame: Frame) -> None:
        """What this end does by itself."""

    async def send(self, kind: str, **fields: Any) -> None:
        with suppress(WebSocketException):
            await self.socket.send(json.dumps({"type": kind, **fields}))

    async def has(self, body: str) -> bool:
        """Whether this text came in time."""
        return await self._until(lambda: self.arrived[body] > 0)

    async def expect(self, *kinds: str) -> Frame | None:
        """The first frame of one of these types, taken out; None where none came in time."""

        def there() -> Frame | None:
            return next((frame for frame in self.frames if frame["type"] in kinds), None)

        if not await self._until(lambda: there() is not None):
            return None
        found = there()
        assert found is not None
        self.frames.remove(found)
        return found

    async def _until(self, true: Any) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S), self._changed:
                await self._changed.wait_for(lambda: self.cut or true())
        except TimeoutError:
            return False
        return bool(true())

    async def leave(self) -> None:
        with suppress(WebSocketException, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self.socket.close()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader


class Console(End):
    """A counsellor who accepts whatever rings."""

    def __init__(self, socket: ClientConnection, desk: "Desk") -> None:
        self._desk = desk
        super().__init__(socket)

    async def on_frame(self, frame: Frame) -> None:
        if frame["type"] == "offer":
            await self.send("accept", conversation=frame["conversation"])
        elif frame["type"] == "opened":
            self._desk.opened(frame["conversation"], self)


class Desk:
    """The consoles of one run: which of them has a conversation."""

    def __init__(self) -> None:
        self._with: dict[str, asyncio.Future[Console]] = {}

    def opened(self, conversation: str, console: Console) -> None:
        found = self._future(conversation)
        if not found.done():
            found.set_result(console)

    async def console_of(self, conversation: str) -> Console:
        async with asyncio.timeout(PATIENCE_S):
            return await self._future(conversation)

    def _future(self, conversation: str) -> "asyncio.Future[Console]":
        return self._with.setdefault(conversation, asyncio.get_running_loop().create_future())


async def open_socket(server: Server, path: str, headers: Mapping[str, str]) -> ClientConnection:
    return await connect(
        f"{server.sockets}/{path}/",
        origin=server.url,  # type: ignore[arg-type]
        additional_headers=headers,
        open_timeout=PATIENCE_S,
        ping_interval=None,
        max_size=None,
    )


async def open_console(server: Server, desk: Desk, account: str, capacity: int) -> Console:
    cookies = await asyncio.to_thread(session_of, server, account)
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    console = Console(await open_socket(server, "counsellor", {"Cookie": header}), desk)
    await console.send("hello", protocol=PROTOCOL)
    assert await console.expect("welcome"), "the console was not let in"
    await console.send("availability", state="available", capacity=capacity)
    assert await console.expect("availability"), "the counsellor is not available"
    return console


async def ask(server: Server, address: str) -> tuple[End, Frame | None]:
    """Somebody who asks from there, and the answer."""
    end = End(await open_socket(server, "visitor", {"X-Forwarded-For": address}))
    await end.send("hello", protocol=PROTOCOL, site="demo", lang="fr", token=secrets.token_urlsafe(32))
    await end.expect("welcome")
    await end.send("ask", theme="orientation", language="fr")
    # `resumed`: a console has accepted before the answer was written.
    return end, await end.expect("waiting", "resumed", "error")


class Conversation:
    """A visitor and a counsellor, who write in turns."""

    def __init__(self, visitor: End, console: Console, conversation: str) -> None:
        self._visitor, self._console, self._conversation = visitor, console, conversation
        self.waits_s: list[float] = []
        self.written: list[str] = []
        self.lost: list[str] = []

    async def talk(self, going: asyncio.Event) -> None:
        about = {"conversation": self._conversation}
        while going.is_set():
            await self._say(self._visitor, self._console, "visitor", {})
            await self._say(self._console, self._visitor, "counsellor", about)
            await asyncio.sleep(PACE_S)

    async def _say(self, author: End, reader: End, who: str, about: Mapping[str, str]) -> None:
        body = envelope(f"{who} {self._conversation} {len(self.written)}")
        self.written.append(body)
        began = time.monotonic()
        await author.send("say", client_id=secrets.token_hex(8), body=body, **about)
        if await reader.has(body):
            self.waits_s.append(time.monotonic() - began)
        else:
            self.lost.append(body)

    def doubled(self) -> int:
        return sum(end.arrived[body] > 1 for end in (self._visitor, self._console) for body in self.written)

    async def end(self) -> None:
        await self._visitor.send("leave")
        await self._visitor.leave()


async def begin(server: Server, desk: Desk, number: int) -> Conversation:
    visitor, answer = await ask(server, f"198.51.100.{number}")
    assert answer is not None, "nobody answered an ordinary request"
    assert answer["type"] != "error", answer
    assert await visitor.expect("joined"), "nobody joined an ordinary request"
    conversation = str(answer["conversation"])
    return Conversation(visitor, await desk.console_of(conversation), conversation)
