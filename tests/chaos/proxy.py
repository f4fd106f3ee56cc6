"""The proxy in front of the web processes: spreads connections over them, cuts them, and lets slow readers be slow."""

import asyncio
import random
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

BLOCK = 65_536
STRAW = 4_096
"""The receive buffer towards the servers, bytes: with a large one, a reader who stopped would not be noticed."""


@dataclass(eq=False)
class Way:
    """One browser's connection to one process."""

    browser: asyncio.StreamWriter
    server: asyncio.StreamWriter
    port: int
    reads: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        for end in (self.browser, self.server):
            with suppress(RuntimeError):
                end.transport.abort()


class Gate:
    def __init__(self, ports: Sequence[int], dice: random.Random) -> None:
        self._ports = list(ports)
        self._dice = dice
        self.ways: set[Way] = set()
        self.cuts = 0

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port: int = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        for way in list(self.ways):
            way.cut()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self._dice.sample(self._ports, len(self._ports)):
            straw = socket.socket()
            straw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, STRAW)
            straw.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(straw, ("127.0.0.1", port))
            except OSError:
                straw.close()
                continue
            answers, asks = await asyncio.open_connection(sock=straw, limit=BLOCK)
            way = Way(writer, asks, port)
            way.reads.set()
            self.ways.add(way)
            try:
                await asyncio.gather(_carry(reader, asks), _carry(answers, writer, way.reads))
            except OSError:
                pass
            finally:
                way.cut()
                self.ways.discard(way)
            return
        writer.transport.abort()

    def cut_one(self) -> None:
        if self.ways:
            self._dice.choice(sorted(self.ways, key=id)).cut()
            self.cuts += 1

    def way_of(self, browser: tuple[str, int]) -> Way | None:
        """The way of the browser whose own address this is."""
        return next((way for way in self.ways if way.browser.get_extra_info("peername") == browser), None)


async def _carry(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, reads: asyncio.Event | None = None
) -> None:
    try:
        while True:
            if reads is not None:
                await reads.wait()
            block = await source.read(BLOCK)
            if not block:
                break
            target.write(block)
            await target.drain()
    finally:
        # What ends on one side ends on the other.
        with suppress(RuntimeError):
            target.close()
