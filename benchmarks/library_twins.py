"""What libraries offer in place of our own code, for the benchmarks to compare; the product does not use it."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import NoScriptError

from chat.redis_client import BATCH, Argument, Command, ReplyReader, Script


class PipelineClient:
    """`chat.redis_client.RedisClient` on redis-py's pipeline: the same batches, packed, sent and read by redis-py."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._redis = Redis.from_url(url, protocol=2, single_connection_client=True)
        # Replies as Redis gives them, as the callers of the scripts expect.
        self._redis.response_callbacks.clear()
        self._waiting: deque[tuple[Command, asyncio.Future[Any]]] = deque()
        self._sender: asyncio.Task[None] | None = None

    async def do(self, *command: Argument) -> Any:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.append((command, answer))
        if self._sender is None or self._sender.done():
            self._sender = loop.create_task(self._send())
        return await answer

    async def run(self, script: Script, keys: Sequence[str], *arguments: Argument) -> Any:
        try:
            return await self.do("EVALSHA", script.name, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.do("EVAL", script.text, len(keys), *keys, *arguments)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _send(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            pipeline = self._redis.pipeline(transaction=False)
            for command, _ in batch:
                pipeline.execute_command(*command)
            answers = await pipeline.execute(raise_on_error=False)
            for (_, waiting), answer in zip(batch, answers, strict=True):
                if waiting.done():
                    continue
                if isinstance(answer, Exception):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)


class LibraryReplies(ReplyReader):
    """`chat.redis_client.ReplyReader` with its replies read by redis-py's parser, one reply at a time, as its `PubSub` reads."""

    def __init__(self, opened: AbstractConnection) -> None:
        super().__init__(opened)
        self._connection = opened
        self._read: list[Any] = []

    async def more(self) -> None:
        self._read.append(await self._connection.read_response(timeout=None, disconnect_on_error=False))

    def whole(self) -> Iterator[Any]:
        while self._read:
            yield self._read.pop(0)
