"""A way to Redis on which single connections go dead without being closed, as behind a firewall that has forgotten them."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.valkey import Valkey

BLOCK = 65_536


@dataclass(eq=False)
class SwallowedLine:
    """One connection through the proxy."""

    swallows: bool = False
    """Nothing that is sent arrives any more, either way."""
    asked: bytearray = field(default_factory=bytearray)
    """What the process has sent on it."""


class SwallowingProxy:
    def __init__(self, valkey: Valkey) -> None:
        self._redis = str(valkey.folder / "socket")
        self._path = str(valkey.folder / "proxy")
        self._lines: list[SwallowedLine] = []
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"unix://{self._path}"

    @property
    def subscriptions(self) -> list[SwallowedLine]:
        """So far; those that are over, too."""
        return [line for line in self._lines if b"SUBSCRIBE" in line.asked]

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_unix_server(self._accept, self._path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    async def _accept(self, asks: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        replies, commands = await asyncio.open_unix_connection(self._redis)
        line = SwallowedLine()
        self._lines.append(line)
        for source, target, kept in ((asks, commands, line.asked), (replies, answers, bytearray())):
            task = asyncio.create_task(_pass_on(source, target, line, kept))
            self._passing.add(task)
            task.add_done_callback(self._passing.discard)


async def _pass_on(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, line: SwallowedLine, kept: bytearray
) -> None:
    try:
        with suppress(OSError):
            while block := await source.read(BLOCK):
                kept += block
                if not line.swallows:
                    target.write(block)
                    await target.drain()
    finally:
        target.close()
