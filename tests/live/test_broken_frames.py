"""Bytes that are no proper frames end their own connection, with the right code, and nothing else."""

import socket
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.bounded_frames import MOST_FRAGMENTS
from tests.raw_connections import connected, handshake, memory_bytes, open_socket, read_all
from tests.server import Server

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = b"\x01\x02\x03\x04"
MOST_GROWTH = 20_000_000


def frame(
    opcode: int,
    data: bytes = b"",
    *,
    fin: bool = True,
    masked: bool = True,
    reserved: int = 0,
    says: int | None = None,
) -> bytes:
    """One frame, as wrong as it is asked for; `says`: the length that it claims."""
    size = len(data) if says is None else says
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    mask = 0x80 if masked else 0
    if size < 126:
        head += bytes([mask | size])
    elif size < 1 << 16:
        head += bytes([mask | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([mask | 127]) + size.to_bytes(8, "big")
    if not masked:
        return head + data
    return head + KEY + bytes(byte ^ KEY[at % 4] for at, byte in enumerate(data))


def close_code(read: bytes) -> int | None:
    """The code of the close frame in what the server sent."""
    at = 0
    while at + 2 <= len(read):
        opcode, size, start = read[at] & 15, read[at + 1], at + 2
        if size == 126:
            size, start = int.from_bytes(read[start : start + 2], "big"), start + 2
        elif size == 127:
            size, start = int.from_bytes(read[start : start + 8], "big"), start + 8
        if opcode == CLOSE:
            return int(struct.unpack("!H", read[start : start + 2])[0]) if size >= 2 else 1005
        at = start + size
    return None


@contextmanager
def bystander(server: Server) -> Iterator[None]:
    """Somebody else, who is connected meanwhile and is answered afterwards."""
    with closing(open_socket(server.port)) as raw:
        yield
        raw.sendall(frame(PING, b"still?"))
        assert raw.recv(8, socket.MSG_WAITALL) == bytes([0x80 | PONG, 6]) + b"still?"


def answer(server: Server, data: bytes) -> bytes:
    """All that the server sends to who sends this, until it closes; a close of ours ends what is whole."""
    with closing(open_socket(server.port)) as raw:
        with suppress(ConnectionError):
            raw.sendall(data)
        return read_all(raw)


WRONG = {
    "not masked": (frame(TEXT, b"{}", masked=False), 1002),
    "a reserved bit: compression, which was not agreed": (frame(TEXT, b"{}", reserved=4), 1002),
    "another reserved bit": (frame(TEXT, b"{}", reserved=1), 1002),
    "a reserved kind of data": (frame(3, b"{}"), 1002),
    "a reserved kind of control": (frame(11), 1002),
    "a long ping": (frame(PING, b"p" * 126), 1002),
    "a ping in pieces": (frame(PING, b"p", fin=False), 1002),
    "a long close": (frame(CLOSE, struct.pack("!H", 1000) + b"r" * 124), 1002),
    "a close of one byte": (frame(CLOSE, b"\x03"), 1002),
    "a close with a code that is none": (frame(CLOSE, struct.pack("!H", 999)), 1002),
    "a close with a code that nobody sends": (frame(CLOSE, struct.pack("!H", 1006)), 1002),
    "a close whose reason is no text": (frame(CLOSE, struct.pack("!H", 1000) + b"\xff\xfe"), 1007),
    "a piece without a beginning": (frame(CONT, b"x"), 1002),
    "a text within a text": (frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"), 1002),
    "a close within a text": (frame(TEXT, b"x", fin=False) + frame(CLOSE, struct.pack("!H", 1000)), 1002),
    "no text": (frame(TEXT, b"\xff\xfe"), 1007),
    "no text, twice": (frame(TEXT, b"\xff\xfe") * 2, 1007),
    "a surrogate": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "no text, in pieces": (frame(TEXT, b"\xc3", fin=False) + frame(CONT, b"\x28"), 1007),
    "too long": (frame(TEXT, b"x" * 24_577), 1009),
    "a length beyond everything": (frame(TEXT, says=1 << 62), 1009),
    "a negative length": (frame(TEXT, says=(1 << 64) - 1), 1009),
    "too long together": (frame(TEXT, b"x" * 13_000, fin=False) + frame(CONT, b"x" * 13_000), 1009),
    "10,000 tiny pieces": (frame(TEXT, b"", fin=False) + frame(CONT, b"x", fin=False) * 10_000, 1009),
    "10,000 empty pieces": (frame(TEXT, b"", fin=False) + frame(CONT, fin=False) * 10_000, 1009),
    "10,000 empty pieces of bytes": (frame(BINARY, b"", fin=False) + frame(CONT, fin=False) * 10_000, 1009),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_frames_close_their_connection_with_the_right_code(faultless_server: Server, kind: str) -> None:
    data, code = WRONG[kind]
    with bystander(faultless_server):
        assert close_code(answer(faultless_server, data)) == code


def test_as_many_pieces_as_are_allowed_make_a_text(faultless_server: Server) -> None:
    pieces = (
        frame(TEXT, b"n", fin=False) + frame(CONT, b"", fin=False) * (MOST_FRAGMENTS - 2) + frame(CONT, b"o")
    )
    with closing(open_socket(faultless_server.port)) as raw:
        raw.sendall(pieces)
        answered = raw.recv(4_096)
    assert b'"code":"bad_frame"' in answered


def test_compression_that_is_offered_is_not_agreed_to(faultless_server: Server) -> None:
    with closing(connected(faultless_server.port)) as raw:
        extra = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
        raw.sendall(handshake(f"127.0.0.1:{faultless_server.port}", extra=extra))
        raw.sendall(frame(CLOSE, struct.pack("!H", 1000)))
        read = read_all(raw)
    assert b" 101 " in read
    assert b"extensions" not in read.lower()


def test_frames_that_come_before_the_handshake_is_answered_are_read_after_it(
    faultless_server: Server,
) -> None:
    with closing(connected(faultless_server.port)) as raw:
        raw.sendall(
            handshake(f"127.0.0.1:{faultless_server.port}")
            + frame(PING, b"early")
            + frame(CLOSE, struct.pack("!H", 1001))
        )
        head, _, frames = read_all(raw).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    assert frames.startswith(bytes([0x80 | PONG, 5]) + b"early")
    assert close_code(frames) == 1001


any_frame = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=200) | st.just(b"x" * 5_000) | st.text(max_size=50).map(str.encode),
    fin=st.booleans(),
    masked=st.sampled_from([True, True, True, False]),
    reserved=st.sampled_from([0, 0, 0, 1, 2, 4]),
    says=st.none() | st.none() | st.integers(0, 1 << 63),
)
good_frame = st.builds(frame, st.sampled_from([TEXT, BINARY, PING, PONG]), st.binary(max_size=125))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(good_frame | any_frame | st.binary(max_size=300), min_size=1, max_size=12))
def test_no_bytes_do_harm(faultless_server: Server, parts: list[bytes]) -> None:
    before = memory_bytes(faultless_server.pid)
    with bystander(faultless_server):
        with closing(open_socket(faultless_server.port)) as raw:
            with suppress(ConnectionError):
                raw.sendall(b"".join(parts))
                # Whatever is not over yet is over when this side closes.
                raw.shutdown(socket.SHUT_WR)
            code = close_code(read_all(raw))
        assert code is None or 1_000 <= code < 5_000
    assert memory_bytes(faultless_server.pid) - before < MOST_GROWTH
