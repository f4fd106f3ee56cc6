"""A client that never reads is disconnected in time, during a conversation and at its end."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from server import http_protocol, websocket_protocol, write_timeout

PATIENCE_S = 60
TEXT = "x" * 16_384
HELLO = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Protocol(websocket_protocol.Protocol):
    made: "asyncio.Future[Protocol]"
    lost: asyncio.Event

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # Its own: those of the class are the next connection's.
        self.lost = Protocol.lost
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


async def test_of_too_many_clients_that_do_not_read_the_longest_is_disconnected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And long before the time is over."""
    monkeypatch.setattr(write_timeout, "MOST_STALLED", 1)
    monkeypatch.setattr(write_timeout, "WRITE_TIMEOUT_S", 10 * PATIENCE_S)

    async def talks(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            await send({"type": "websocket.send", "text": TEXT})

    async with never_reading(talks):
        first = Protocol.lost
        await Protocol.made
        async with never_reading(talks):
            await asyncio.wait_for(first.wait(), PATIENCE_S)
            assert not Protocol.lost.is_set()


class WatchedHttpProtocol(http_protocol.HttpProtocol):
    made: "asyncio.Future[WatchedHttpProtocol]"
    lost: asyncio.Event

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        self.made.set_result(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()


@asynccontextmanager
async def asking(app: Callable[..., Awaitable[None]]) -> AsyncIterator[socket.socket]:
    """A browser that has asked this application and has read nothing yet."""
    loop = asyncio.get_running_loop()
    WatchedHttpProtocol.made, WatchedHttpProtocol.lost = loop.create_future(), asyncio.Event()
    config = Config(app=app, log_config=None)
    config.load()
    server = await loop.create_server(lambda: WatchedHttpProtocol(config, ServerState(), {}), "127.0.0.1", 0)
    with socket.socket() as straw:
        straw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        straw.setblocking(False)
        await loop.sock_connect(straw, server.sockets[0].getsockname())
        await loop.sock_sendall(straw, REQUEST)
        yield straw
    server.close()


async def test_a_client_that_does_not_read_an_answer_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_timeout, "WRITE_TIMEOUT_S", 0.3)

    async def answers(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": TEXT.encode() * 1_000, "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with asking(answers):
        await asyncio.wait_for(WatchedHttpProtocol.lost.wait(), PATIENCE_S)


@pytest.mark.parametrize("reads", [True, False])
async def test_after_an_answer_only_who_does_not_read_it_is_disconnected(
    monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(write_timeout, "WRITE_TIMEOUT_S", 0.3)
    asked = 0

    async def answers(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
        nonlocal asked
        asked += 1
        protocol = await WatchedHttpProtocol.made
        await send({"type": "http.response.start", "status": 200, "headers": []})
        # Too little to be told to wait, too much for the system to take: it stays here.
        while asked == 1 and not protocol.transport.get_write_buffer_size():
            await send({"type": "http.response.body", "body": TEXT.encode(), "more_body": True})
        assert not protocol.flow.write_paused
        await send({"type": "http.response.body", "body": b"the end"})

    loop = asyncio.get_running_loop()

    async def read_answer(straw: socket.socket) -> None:
        read = b""
        while not read.endswith(b"the end\r\n0\r\n\r\n"):
            more = await loop.sock_recv(straw, 65_536)
            assert more, "disconnected"
            read = read[-50:] + more

    async with asking(answers) as straw:
        protocol = await WatchedHttpProtocol.made
        if reads:
            await asyncio.wait_for(read_answer(straw), PATIENCE_S)
            # The time that began with the answer is over by then: the same clock counts both.
            await asyncio.sleep(0.4)
            assert protocol._write_timeout._timer is None
            await loop.sock_sendall(straw, REQUEST)
            await asyncio.wait_for(read_answer(straw), PATIENCE_S)
        else:
            await asyncio.wait_for(WatchedHttpProtocol.lost.wait(), PATIENCE_S)
