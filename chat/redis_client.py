"""The way to Redis: one connection, on which the commands of everybody who waits travel together.

One connection for each caller would cost a socket and several times the CPU for each command; a pool that is exceeded refuses. A command
whose connection breaks is sent once more: everything that Miti asks of Redis may be asked twice.
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

TOGETHER = 256
"""Commands in one batch: bounds the replies that are in memory at once."""
MOST_WAITING = 20_000
CONNECT_S, ANSWER_S = 2, 5
READ_BYTES = 65_536

Argument = str | bytes | int | float
Command = tuple[Argument, ...]
# hiredis declares commands of one word only.
_pack = cast(Callable[[Command], bytes], pack_command)


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, which Redis runs as one atomic step."""

    text: str
    name: str = field(init=False)

    def __post_init__(self) -> None:
        # Redis names scripts by their SHA-1; nothing is kept secret by it.
        object.__setattr__(self, "name", sha1(self.text.encode(), usedforsecurity=False).hexdigest())


def connection(url: str) -> AbstractConnection:
    """A connection of one's own, not opened yet. It neither retries nor reconnects behind one's back."""
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
    """What comes over an opened connection, read in pieces as large as they come: redis-py's reading of each answer by itself costs more
    than the rest of a message's way to Redis and back."""

    def __init__(self, opened: AbstractConnection) -> None:
        assert opened._reader is not None
        self._stream = opened._reader
        self._reader = Reader(protocolError=BrokenError, replyError=_refusal)

    async def more(self) -> None:
        """Wait for the next piece."""
        piece = await self._stream.read(READ_BYTES)
        if not piece:
            raise BrokenError("closed by Redis")
        self._reader.feed(piece)

    def whole(self) -> Iterator[Any]:
        """The answers that are complete. A refusal is among them, not raised."""
        while (answer := self._reader.gets()) is not False:
            yield answer


class NotNowError(RedisError):
    """Redis is there and cannot do it: it is starting, full, a copy that nobody writes to, or busy."""


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
        self._incoming: ReplyReader | None = None
        self._waiting: deque[tuple[Command, asyncio.Future[Any]]] = deque()
        self._carrier: asyncio.Task[None] | None = None

    async def do(self, *command: Argument) -> Any:
        """Redis's answer to one command. Raises `Unreachable`, or what Redis has against it."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unreachable
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.append((command, answer))
        if self._carrier is None or self._carrier.done():
            self._carrier = loop.create_task(self._carry())
        return await answer

    async def run(self, script: Script, keys: Sequence[str], *arguments: Argument) -> Any:
        try:
            return await self.do("EVALSHA", script.name, len(keys), *keys, *arguments)
        except NoScriptError:
            # Redis was restarted or its scripts flushed: this loads it again.
            return await self.do("EVAL", script.text, len(keys), *keys, *arguments)

    async def close(self) -> None:
        if self._carrier is not None:
            self._carrier.cancel()
            with suppress(asyncio.CancelledError):
                await self._carrier
        await self._connection.disconnect()

    async def _carry(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]
            try:
                answers = await self._exchange([command for command, _ in batch])
            except asyncio.CancelledError:
                for _, waiting in batch:
                    waiting.cancel()
                raise
            except Exception:
                # Whatever it is (uvloop has a RuntimeError for a connection that is gone): nobody may wait for ever.
                meter.redis_errors["commands"] += len(batch)
                answers = [Unreachable()] * len(batch)
            for (_, waiting), answer in zip(batch, answers, strict=True):
                # Whoever asked may have gone meanwhile.
                if waiting.done():
                    continue
                if isinstance(answer, NotNowError):
                    meter.redis_errors["commands"] += 1
                    waiting.set_exception(Unreachable())
                elif isinstance(answer, Exception):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)

    async def _exchange(self, commands: list[Command]) -> list[Any]:
        known = self._connection.is_connected
        try:
            return await self._send(commands)
        except (RedisError, OSError) as fault:
            if not known or isinstance(fault, (LateError, TimeoutError)):
                raise
            # What breaks may be a connection that Redis had closed while nobody used it: once more, on a new one.
            return await self._send(commands)

    async def _send(self, commands: list[Command]) -> list[Any]:
        here = self._connection
        answers: list[Any] = []
        try:
            # One limit for the batch: one for each answer would cost as much as the answer.
            async with asyncio.timeout(ANSWER_S):
                if self._incoming is None or not here.is_connected:
                    await here.connect()
                    self._incoming = ReplyReader(here)
                # Packed by hiredis: in Python it took as long as everything else here.
                await here.send_packed_command(b"".join(map(_pack, commands)), check_health=False)
                while len(answers) < len(commands):
                    await self._incoming.more()
                    answers.extend(self._incoming.whole())
        except BaseException:
            # An answer that comes late must not be taken for the next one's.
            self._incoming = None
            await here.disconnect(nowait=True)
            raise
        return answers
