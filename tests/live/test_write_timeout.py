"""A client that never reads is disconnected in time, during a conversation and at its end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from server import websocket_protocol, write_timeout

PATIENCE_S = 60
TEXT = "x" * 16_384
HELLO = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Protocol(websocket_protocol.Protocol):
    made: "asyncio.Future[Protocol]"
    lost: asyncio.Event

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.made.set_result(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@asynccontextmanager
async def never_reading(app: Callable[..., Awaitable[None]]) -> AsyncIterator[None]:
    """A browser that has said hello to this application and reads nothing."""
    loop = asyncio.get_running_loop()
    Protocol.made, Protocol.lost = loop.create_future(), asyncio.Event()
    config = Config(app=app, ws_ping_interval=None, log_config=None, ws_per_message_deflate=False)
    server = await loop.create_server(lambda: Protocol(config, ServerState(), {}), "127.0.0.1", 0)
    straw = socket.socket()
    straw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    straw.setblocking(False)
    await loop.sock_connect(straw, server.sockets[0].getsockname())
    await loop.sock_sendall(straw, HELLO)
    try:
        yield
    finally:
        straw.close()
        server.close()


async def test_a_client_that_reads_no_messages_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_timeout, "WRITE_TIMEOUT_S", 0.3)

    async def talks(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            await send({"type": "websocket.send", "text": TEXT})

    async with never_reading(talks):
        await asyncio.wait_for(Protocol.lost.wait(), PATIENCE_S)


async def test_a_client_that_does_not_read_the_close_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_timeout, "WRITE_TIMEOUT_S", 0.3)

    async def ends(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        protocol = await Protocol.made
        # Too little to be told to wait, too much for the system to take: it stays here.
        while not protocol.transport.get_write_buffer_size():
            await send({"type": "websocket.send", "text": TEXT})
        assert protocol.writable.is_set()
        await send({"type": "websocket.close", "code": 4000})

    async with never_reading(ends):
        await asyncio.wait_for(Protocol.lost.wait(), PATIENCE_S)
