"""Whoever sends a request slowly, or nothing at all, keeps a connection for a bounded time; an upload that goes on gets more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from server import http_protocol, request_deadline
from server.http_protocol import HttpProtocol
from server.request_deadline import BYTES_PER_S, REQUEST_S, allowed_s
from server.request_limits import MOST_BYTES

PATIENCE_S = 60
SHORT_S = 0.2
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ended: list[str] = []
"""The last event that the application read of each request."""


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Reads the whole request, then answers."""
    while (event := await receive()).get("more_body"):
        pass
    ended.append(event["type"])
    if event["type"] == "http.request":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@asynccontextmanager
async def connected(*, keep_alive_s: float = PATIENCE_S) -> AsyncIterator[Streams]:
    config = Config(app=application, http=HttpProtocol, log_config=None, lifespan="off")
    config.load()
    vars(config)["timeout_keep_alive"] = keep_alive_s
    ended.clear()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: HttpProtocol(config, state, {}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What the server sends until it closes."""
    return await asyncio.wait_for(reader.read(), PATIENCE_S)


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n\r\nok"), PATIENCE_S)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_deadline, "REQUEST_S", SHORT_S)
    monkeypatch.setattr(request_deadline, "LOOK_AGAIN_S", SHORT_S)
    monkeypatch.setattr(http_protocol, "LINGER_S", SHORT_S)


def test_a_request_may_take_20_seconds_and_one_more_for_each_16_kilobytes_that_have_come() -> None:
    assert allowed_s(0) == REQUEST_S == 20
    assert allowed_s(10 * BYTES_PER_S) == 30
    assert allowed_s(MOST_BYTES) == allowed_s(100 * MOST_BYTES) == 84


@pytest.mark.parametrize(
    "sent",
    [
        HEAD,
        b"P",
        HEAD + b"Content-Length: 10\r\n\r\n12345",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345",
    ],
    ids=["half the headers", "one byte", "half a body", "half a body in pieces"],
)
@pytest.mark.usefixtures("short")
async def test_a_request_that_does_not_come_whole_is_answered_408(sent: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(sent)
        answered = await rest(reader)
    assert answered.startswith(b"HTTP/1.1 408 ")
    assert answered.endswith(b"This request took too long to come.\n")
    assert ended in ([], ["http.disconnect"])


@pytest.mark.usefixtures("short")
async def test_the_next_request_of_a_connection_has_the_same_limit() -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD + b"Content-Length: 2\r\n\r\nab")
        assert (await read_answer(reader)).startswith(b"HTTP/1.1 200 ")
        writer.write(b"P")
        assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("short")
async def test_bytes_that_trickle_do_not_give_more_time() -> None:
    async with connected() as (reader, writer):
        writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")

        async def trickle() -> None:
            while True:
                writer.write(b"x")
                await asyncio.sleep(SHORT_S / 10)

        trickling = asyncio.create_task(trickle())
        answered = await rest(reader)
        trickling.cancel()
    assert answered.startswith(b"HTTP/1.1 408 ")


@pytest.mark.usefixtures("short")
async def test_a_connection_on_which_nothing_is_said_is_closed_without_a_word() -> None:
    async with connected() as (reader, _):
        assert await rest(reader) == b""


async def test_a_connection_is_closed_when_nothing_more_is_asked() -> None:
    async with connected(keep_alive_s=SHORT_S) as (reader, writer):
        writer.write(HEAD + b"Content-Length: 2\r\n\r\nab")
        assert (await rest(reader)).endswith(b"ok")


@pytest.mark.usefixtures("short")
async def test_an_upload_that_goes_on_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_deadline, "BYTES_PER_S", 1)
    late = asyncio.get_running_loop().time() + 3 * SHORT_S
    async with connected() as (reader, writer):
        writer.write(HEAD + b"Content-Length: 2000\r\n\r\n" + b"x" * 1_000)
        await asyncio.sleep(late - asyncio.get_running_loop().time())
        writer.write(b"x" * 1_000)
        assert (await read_answer(reader)).startswith(b"HTTP/1.1 200 ")
