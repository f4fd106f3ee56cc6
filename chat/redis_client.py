"""The Redis client: one connection, on which the waiting commands of all callers are sent together.

One connection for each caller would cost a socket and several times the CPU for each command, and an exhausted pool refuses callers. A
command whose connection breaks is sent once more: every command of Miti may run twice without harm. docs/architecture.md says what this
client saves compared with redis-py's pipeline, and what would make us drop it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any, cast

from hiredis import Reader, pack_command
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as BrokenError
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as LateError

from chat.faults import Unreachable
from chat.meter import meter

BATCH = 256
"""How many commands are sent together at most, which bounds the replies in memory."""
MAX_QUEUED = 20_000
CONNECT_S, ANSWER_S = 2, 5
READ_BYTES = 65_536

Argument = str | bytes | int | float
Command = tuple[Argument, ...]
# hiredis's type hints allow commands of one word only.
pack = cast(Callable[[Command], bytes], pack_command)


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, which Redis runs as one atomic step."""

    text: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        # Redis names scripts by their SHA-1; nothing is kept secret by it.
        object.__setattr__(self, "name", sha1(self.text.encode(), usedforsecurity=False).hexdigest())


def connection(url: str) -> AbstractConnection:
    """A new connection, not opened yet. It neither retries nor reconnects by itself."""
    pool = ConnectionPool.from_url(
        url,
        protocol=2,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=CONNECT_S,
        retry=Retry(NoBackoff(), 0),
    )
    made: AbstractConnection = pool.make_connection()
    return made


class ReplyReader:
    """Reads the replies on an opened connection in pieces as large as they arrive. redis-py reads each reply by itself, which costs more
    than the rest of a message's round trip to Redis."""

    def __init__(self, opened: AbstractConnection) -> None:
        assert opened._reader is not None
        assert opened._writer is not None
        self._stream, self._writer = opened._reader, opened._writer
        self._reader = Reader(protocolError=BrokenError, replyError=_refusal)

    def send(self, packed: bytes) -> None:
        """Send commands, whose replies the caller awaits: redis-py would make a task for each time."""
        if self._writer.transport.is_closing():
            raise BrokenError("closed by Redis")
        self._writer.write(packed)

    async def more(self) -> None:
        """Wait for the next piece."""
        piece = await self._stream.read(READ_BYTES)
        if not piece:
            raise BrokenError("closed by Redis")
        self._reader.feed(piece)

    def whole(self) -> Iterator[Any]:
        """The complete replies. An error reply is among them, not raised."""
        while (reply := self._reader.gets()) is not False:
            yield reply


class NotNowError(RedisError):
    """Redis answers but cannot do it now: it is starting, full, a read-only replica, or busy."""


NOT_NOW = (
    "LOADING",
    "OOM",
    "READONLY",
    "BUSY",
    "MISCONF",
    "MASTERDOWN",
    "NOREPLICAS",
    "TRYAGAIN",
    "CLUSTERDOWN",
)


def _refusal(text: str) -> RedisError:
    word = text.partition(" ")[0]
    return (NoScriptError if word == "NOSCRIPT" else NotNowError if word in NOT_NOW else ResponseError)(text)


class RedisClient:
    """Belongs to the event loop on which it is first used."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = connection(url)
        self._replies: ReplyReader | None = None
        self._queue: deque[tuple[Command, asyncio.Future[Any]]] = deque()
        self._sender: asyncio.Task[None] | None = None

    def do(self, *command: Argument) -> asyncio.Future[Any]:
        """Redis's reply to one command, to be awaited; those of one turn of the loop are sent together.

        Raises `Unreachable`, at once or awaited, or awaited Redis's error reply.
        """
        if len(self._queue) >= MAX_QUEUED:
            raise Unreachable
        loop = asyncio.get_running_loop()
        reply = loop.create_future()
        self._queue.append((command, reply))
        if self._sender is None or self._sender.done():
            self._sender = loop.create_task(self._send_queued())
        return reply

    async def run(self, script: Script, keys: Sequence[str], *arguments: Argument) -> Any:
        try:
            return await self.do("EVALSHA", script.name, len(keys), *keys, *arguments)
        except NoScriptError:
            # Redis was restarted or its scripts flushed: this loads it again.
            return await self.do("EVAL", script.text, len(keys), *keys, *arguments)

    async def close(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            with suppress(asyncio.CancelledError):
                await self._sender
        await self._connection.disconnect()

    async def _send_queued(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
            try:
                replies = await self._exchange([command for command, _ in batch])
            except asyncio.CancelledError:
                for _, future in batch:
                    future.cancel()
                raise
            except Exception:
                # Any fault (uvloop raises RuntimeError for a closed connection) must reach the callers: nobody may wait for ever.
                meter.redis_errors["commands"] += len(batch)
                replies = [Unreachable()] * len(batch)
            for (_, future), reply in zip(batch, replies, strict=True):
                # The caller may have been cancelled meanwhile.
                if future.done():
                    continue
                if isinstance(reply, NotNowError):
                    meter.redis_errors["commands"] += 1
                    future.set_exception(Unreachable())
                elif isinstance(reply, Exception):
                    future.set_exception(reply)
                else:
                    future.set_result(reply)

    async def _exchange(self, commands: list[Command]) -> list[Any]:
        was_connected = self._connection.is_connected
        try:
            return await self._send(commands)
        except (RedisError, OSError) as fault:
            if not was_connected or isinstance(fault, (LateError, TimeoutError)):
                raise
            # Redis may have closed an idle connection: send once more, on a new one.
            return await self._send(commands)

    async def _send(self, commands: list[Command]) -> list[Any]:
        here = self._connection
        replies: list[Any] = []
        try:
            # One timeout for the batch: one for each reply would cost as much as the reply.
            async with asyncio.timeout(ANSWER_S):
                if self._replies is None or not here.is_connected:
                    await here.connect()
                    self._replies = ReplyReader(here)
                # hiredis packs the commands: packing them in Python took as long as everything else here.
                self._replies.send(b"".join(map(pack, commands)))
                while len(replies) < len(commands):
                    await self._replies.more()
                    replies.extend(self._replies.whole())
        except BaseException:
            # A late reply must not be taken for the reply to the next command.
            self._replies = None
            await here.disconnect(nowait=True)
            raise
        return replies
