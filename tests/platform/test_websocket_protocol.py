"""The server's own way of reading and sending frames says what the usual one says, however the bytes come."""

import asyncio
from collections.abc import Iterator

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from server.bounded_frames import CONTROL_FRAMES
from server.inflow import PACE, PIECE_BYTES
from server.websocket_protocol import MAX_UNREAD, Protocol

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
TEXTS = ["a", "é" * 100, "x" * 125, "x" * 126, "y" * 5_000, ""]


class Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.reads = True
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


class ServerConnection:
    """An opened connection, and what the application was given of it."""

    def __init__(self, protocol: Protocol, transport: Transport) -> None:
        self.protocol = protocol
        self.transport = transport

    def is_read(self) -> bool:
        return self.transport.reads

    async def given(self) -> list[str]:
        texts = []
        while not self.protocol.queue.empty():
            event = await self.protocol.receive()
            if event["type"] == "websocket.receive":
                texts.append(str(event["text"]))
        return texts


async def opened() -> ServerConnection:
    running = asyncio.Event()

    async def application(scope: object, receive: object, send: object) -> None:
        await running.wait()

    config = Config(application, ws_max_size=16_384, ws_per_message_deflate=False, log_config=None)
    config.load()
    protocol = Protocol(config, ServerState(), {})
    transport = Transport()
    protocol.connection_made(transport)
    protocol.data_received(HANDSHAKE)
    await protocol.send({"type": "websocket.accept"})
    transport.sent = b""
    protocol.queue.get_nowait()
    return ServerConnection(protocol, transport)


def frame(text: str, *, opcode: Opcode = Opcode.TEXT, fin: bool = True) -> bytes:
    return Frame(opcode, text.encode(), fin).serialize(mask=True)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1_000, 100_000])
async def test_texts_arrive_whole_and_in_order_however_they_are_split(size: int) -> None:
    line = await opened()
    for piece in pieces(b"".join(map(frame, TEXTS * 3)), size):
        line.protocol.data_received(piece)
    assert await line.given() == TEXTS * 3


@pytest.mark.parametrize("size", [0, 5, 125, 126, 127, 128, 300])
async def test_texts_of_every_kind_of_length_may_share_a_piece(size: int) -> None:
    line = await opened()
    texts = ["x" * size, "y" * 127, "z" * size]
    line.protocol.data_received(b"".join(map(frame, texts)))
    assert await line.given() == texts


async def test_a_header_of_eight_bytes_of_length_is_no_short_text() -> None:
    """A frame says 127 for a length in eight bytes; read as a length of 127, these bytes would be one whole text."""
    line = await opened()
    data = b"\x81\xff" + (119).to_bytes(8, "big") + bytes(4) + b"x" * 119
    assert len(data) == 2 + 4 + 127
    line.protocol.data_received(data)
    assert await line.given() == ["x" * 119]


async def test_a_piece_with_half_a_text_at_its_end_loses_nothing() -> None:
    line = await opened()
    data = b"".join(map(frame, ["one", "two", "three"]))
    line.protocol.data_received(data[:-2])
    line.protocol.data_received(data[-2:] + frame("four"))
    assert await line.given() == ["one", "two", "three", "four"]


async def test_many_small_texts_in_a_large_piece_stop_the_reading() -> None:
    line = await opened()
    texts = ["x"] * PIECE_BYTES
    line.protocol.data_received(b"".join(map(frame, texts)))
    assert line.protocol.queue.qsize() < len(texts)
    assert not line.is_read()
    received = await line.given()
    while len(received) < len(texts) and (more := await line.given()):
        received += more
    assert received == texts


@pytest.mark.parametrize("size", [1, 6, 10, 100_000])
async def test_other_frames_take_the_usual_path_and_the_next_text_arrives(size: int) -> None:
    line = await opened()
    data = frame("before") + frame("ping", opcode=Opcode.PING) + frame("one ", fin=False)
    data += frame("and two", opcode=Opcode.CONT) + frame("after")
    for piece in pieces(data, size):
        line.protocol.data_received(piece)
    assert await line.given() == ["before", "one and two", "after"]
    assert b"ping" in line.transport.sent


async def test_after_a_fragmented_text_the_fast_path_is_used_again() -> None:
    line = await opened()
    long = frame("x" * 200)
    line.protocol.data_received(long[:100])
    line.protocol.data_received(long[100:])
    assert line.protocol._bytes_missing == 0
    line.protocol.data_received(frame("short"))
    assert await line.given() == ["x" * 200, "short"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame("x" * 20_000), 1009),
        (b"\x81\x02ab", 1002),  # not masked
        (b"\xc1\x81\x00\x00\x00\x00a", 1002),  # a reserved bit
        (Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True), 1007),
    ],
    ids=["too long", "not masked", "a reserved bit", "no text"],
)
async def test_a_protocol_violation_closes_the_connection(data: bytes, code: int) -> None:
    line = await opened()
    line.protocol.data_received(data)
    assert await line.given() == []
    assert line.transport.sent.startswith(bytes((0x80 | Opcode.CLOSE,)))
    assert int.from_bytes(line.transport.sent[2:4], "big") == code


async def test_reading_pauses_until_a_large_burst_was_processed() -> None:
    line = await opened()
    for number in range(MAX_UNREAD):
        assert line.transport.reads
        line.protocol.data_received(frame(str(number)))
    assert not line.transport.reads
    for _ in range(MAX_UNREAD):
        await line.protocol.receive()
    assert line.transport.reads


@pytest.mark.parametrize("text", [*TEXTS, "z" * 70_000])
async def test_a_frame_sent_at_once_has_the_bytes_of_the_usual_path(text: str) -> None:
    short, usual = await opened(), await opened()
    assert short.protocol.write(text.encode())
    await usual.protocol.send({"type": "websocket.send", "text": text})
    assert short.transport.sent == usual.transport.sent


async def test_a_slow_reader_or_closed_socket_gets_nothing_at_once() -> None:
    line = await opened()
    line.protocol.pause_writing()
    assert not line.protocol.write(b"a")
    line.protocol.resume_writing()
    await line.protocol.send({"type": "websocket.close", "code": 4000})
    sent = line.transport.sent
    assert not line.protocol.write(b"a")
    assert line.transport.sent == sent


async def test_control_frames_beyond_their_pace_stop_the_reading_for_as_long_as_they_cost() -> None:
    line = await opened()
    line.protocol.data_received(frame("", opcode=Opcode.PING) * CONTROL_FRAMES)
    assert line.is_read()
    line.protocol.data_received(frame("", opcode=Opcode.PONG) + frame("", opcode=Opcode.PING))
    assert not line.is_read()
    line.protocol.data_received(frame("later"))
    assert await line.given() == []
    line.protocol.inflow.go_on(PACE)
    assert await line.given() == ["later"]
    assert line.is_read()


async def test_nothing_is_read_while_nothing_can_be_written() -> None:
    line = await opened()
    line.protocol.pause_writing()
    assert not line.is_read()
    line.protocol.data_received(frame("ping", opcode=Opcode.PING) + frame("text"))
    assert line.transport.sent == b""
    line.protocol.resume_writing()
    # The application has not read the text yet.
    assert not line.is_read()
    assert await line.given() == ["text"]
    assert b"ping" in line.transport.sent
    assert line.is_read()


async def test_what_came_in_one_piece_is_parsed_only_until_nothing_can_be_written() -> None:
    line = await opened()
    pings = frame("p" * 125, opcode=Opcode.PING) * 1_000

    def write(data: bytes | bytearray | memoryview) -> None:
        line.transport.sent += bytes(data)
        line.protocol.pause_writing()

    vars(line.transport)["write"] = write
    line.protocol.data_received(pings)
    assert 0 < len(line.transport.sent) <= PIECE_BYTES
