"""Requests that are none, or too large, are refused in words, whole or half; and nothing else notices."""

import socket
from contextlib import closing, suppress

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.http_protocol import MOST_HEADER_BYTES, MOST_HEADER_LINES
from tests.raw_connections import connected, handshake, memory_bytes, read_all
from tests.server import Server

MOST_GROWTH = 20_000_000


def answer(server: Server, data: bytes, *, ends: bool = False) -> bytes:
    """All that the server sends to who sends this, until it closes."""
    with closing(connected(server.port)) as raw:
        with suppress(ConnectionError):
            raw.sendall(data)
            if ends:
                raw.shutdown(socket.SHUT_WR)
        return read_all(raw)


def status(answered: bytes) -> int:
    return int(answered.split(b" ", 2)[1])


def request(headers: str, *, path: str = "/health/live", method: str = "GET", body: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n{body}".encode(
        "latin-1"
    )


def lines(many: int, size: int) -> str:
    return "".join(f"X-{number}: {'x' * size}\r\n" for number in range(many))


TOO_LARGE = {
    "one line": request(lines(1, MOST_HEADER_BYTES)),
    "all lines together": request(lines(70, 1_000)),
    "one line that does not end": request(lines(1, 2 * MOST_HEADER_BYTES))[:-10],
    "a name that does not end": request("X" * 2 * MOST_HEADER_BYTES)[:-10],
    "many lines": request(lines(MOST_HEADER_LINES, 1)),
    "an address": request("", path="/" + "x" * MOST_HEADER_BYTES),
    "nothing but empty lines": b"\r\n" * MOST_HEADER_BYTES,
    "a handshake": handshake("127.0.0.1", extra=lines(70, 1_000)),
    "a handshake of many lines": handshake("127.0.0.1", extra=lines(MOST_HEADER_LINES, 1)),
    "a handshake with one long line": handshake("127.0.0.1", extra=lines(1, 9_000)),
    "headers after a body": request(
        "Transfer-Encoding: chunked\r\n",
        method="POST",
        body="1\r\nx\r\n0\r\n" + lines(MOST_HEADER_LINES, 1) + "\r\n",
    ),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_headers_that_are_too_large_are_refused_in_words(faultless_server: Server, kind: str) -> None:
    answered = answer(faultless_server, TOO_LARGE[kind])
    assert status(answered) == 431
    assert b"too large" in answered.lower() or b"too long" in answered.lower()


def test_large_headers_within_the_limit_are_read(faultless_server: Server) -> None:
    assert status(answer(faultless_server, request(lines(60, 1_000)))) == 200
    assert status(answer(faultless_server, request(lines(MOST_HEADER_LINES - 2, 10)))) == 200


NO_REQUEST = {
    "words": (b"hello\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 200, 400),
    "another HTTP": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "two lengths": (request("Content-Length: 3\r\nContent-Length: 5\r\n", method="POST", body="12345"), 400),
    "a length and pieces": (
        request("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", method="POST", body="0\r\n\r\n"),
        400,
    ),
    "a negative length": (request("Content-Length: -1\r\n", method="POST"), 400),
    "a folded header": (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
    "a tunnel": (b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", 400),
    "a handshake by POST": (handshake("127.0.0.1").replace(b"GET", b"POST"), 405),
    "a handshake without its key": (handshake("127.0.0.1").replace(b"Sec-WebSocket-Key", b"X"), 400),
    "a handshake with two keys": (handshake("127.0.0.1", extra="Sec-WebSocket-Key: x\r\n"), 400),
    "a handshake with a short key": (
        handshake("127.0.0.1").replace(b"c2l4dGVlbiBieXRlcyBvaw==", b"eA=="),
        400,
    ),
    "a handshake of another version": (handshake("127.0.0.1").replace(b"Version: 13", b"Version: 12"), 400),
    "a handshake for an address that is no text": (handshake("127.0.0.1", path="/ws/\xff\xfe/"), 400),
    "a handshake for nowhere": (handshake("127.0.0.1", path="/ws/nowhere/"), 403),
    "a handshake from elsewhere": (handshake("127.0.0.1", scheme="https"), 403),
}


@pytest.mark.parametrize("kind", NO_REQUEST)
def test_what_is_no_request_is_refused(faultless_server: Server, kind: str) -> None:
    data, code = NO_REQUEST[kind]
    assert status(answer(faultless_server, data)) == code


def test_an_upgrade_to_anything_else_is_not_made(faultless_server: Server) -> None:
    data = (
        b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n"
    )
    assert status(answer(faultless_server, data)) == 200


def test_requests_that_are_sent_after_each_other_are_answered_in_order(faultless_server: Server) -> None:
    paths = ["/health/live", "/widget/nowhere/status", "/health/live", "/nowhere/"]
    data = b"".join(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in paths[:-1])
    answered = answer(faultless_server, data + request("", path=paths[-1]))
    assert [int(part[:3]) for part in answered.split(b"HTTP/1.1 ")[1:]] == [200, 404, 200, 404]


def test_headers_after_a_body_do_not_become_the_requests(faultless_server: Server) -> None:
    data = request(
        "Transfer-Encoding: chunked\r\n", method="POST", body="1\r\nx\r\n0\r\nHost: example.org\r\n\r\n"
    )
    assert status(answer(faultless_server, data)) in {403, 405}


GOOD = [
    request("").decode(),
    handshake("127.0.0.1").decode(),
    request(
        "Transfer-Encoding: chunked\r\n", method="POST", path="/accounts/login/", body="3\r\nabc\r\n0\r\n\r\n"
    ).decode(),
    request("Content-Length: 3\r\n", method="POST", path="/accounts/login/", body="abc").decode(),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A proper request, of which something was replaced, cut or doubled."""
    data = draw(st.sampled_from(GOOD)).encode("latin-1")
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        data = data[:start] + draw(st.binary(max_size=20) | st.just(data[start:end] * 2)) + data[end:]
    return data


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(damaged() | st.binary(max_size=500))
def test_no_bytes_do_harm(faultless_server: Server, data: bytes) -> None:
    before = memory_bytes(faultless_server.pid)
    answered = answer(faultless_server, data, ends=True)
    assert not answered or status(answered) in {*range(100, 104), *range(200, 500), 505}
    assert memory_bytes(faultless_server.pid) - before < MOST_GROWTH
    assert httpx.get(f"{faultless_server.url}/health/live").status_code == httpx.codes.OK
