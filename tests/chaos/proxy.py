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
RECEIVE_BUFFER = 4_096
"""The receive buffer towards the servers, bytes: with a large one, a reader who stopped would not be noticed."""


@dataclass(eq=False)
class ProxiedConnection:
    """One browser's connection to one process."""

    browser: asyncio.StreamWriter
    server: asyncio.StreamWriter
    port: int
    reads: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        for end in (self.browser, self.server):
            with suppress(RuntimeError):
                end.transport.abort()


class Proxy:
    def __init__(self, ports: Sequence[int], dice: random.Random) -> None:
        self._ports = list(ports)
        self._dice = dice
        self.connections: set[ProxiedConnection] = set()
        self.cuts = 0

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._listening.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()
        for connection in list(self.connections):
            connection.cut()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for port in self._dice.sample(self._ports, len(self._ports)):
            upstream = socket.socket()
            upstream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            upstream.setblocking(False)
            try:
                await asyncio.get_running_loop().sock_connect(upstream, ("127.0.0.1", port))
            except OSError:
                upstream.close()
                continue
            answers, asks = await asyncio.open_connection(sock=upstream, limit=BLOCK)
            connection = ProxiedConnection(writer, asks, port)
            connection.reads.set()
            self.connections.add(connection)
            try:
                await asyncio.gather(_forward(reader, asks), _forward(answers, writer, connection.reads))
            except OSError:
                pass
            finally:
                connection.cut()
                self.connections.discard(connection)
            return
        writer.transport.abort()

    def cut_one(self) -> None:
        if self.connections:
            self._dice.choice(sorted(self.connections, key=id)).cut()
            self.cuts += 1

    def connection_of(self, browser: tuple[str, int]) -> ProxiedConnection | None:
        """The connection of the browser with this address."""
        return next(
            (
                connection
                for connection in self.connections
                if connection.browser.get_extra_info("peername") == browser
            ),
            None,
        )


async def _forward(
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
