"""Somebody who sends and reads nothing does not fill the memory: what they send is not read while what they are sent is not."""

import socket
from contextlib import ExitStack, closing

from tests.raw_connections import connected, memory_bytes, open_socket, pour
from tests.server import Server

MOST_GROWTH = 20_000_000
PING = bytes([0x89, 0x80 | 125]) + b"\0\0\0\0" + b"p" * 125
LARGE = "/static/coordination/vendor/htmx.js"


def growth(server: Server, connections: list[socket.socket], data: bytes, most: int) -> int:
    """By how many bytes the server's process grows while each of these sends as much as it takes."""
    before = memory_bytes(server.pid)
    for raw in connections:
        pour(raw, data, most, asking=f"{server.url}/health/live")
    return memory_bytes(server.pid) - before


def test_pings_whose_answers_nobody_reads_do_not_grow_the_process(own_server: Server) -> None:
    with closing(open_socket(own_server.port)) as raw:
        assert growth(own_server, [raw], PING * 500, 60_000_000) < MOST_GROWTH


def test_requests_whose_answers_nobody_reads_do_not_grow_the_process(own_server: Server) -> None:
    request = f"GET {LARGE} HTTP/1.1\r\nHost: 127.0.0.1:{own_server.port}\r\n\r\n".encode()
    with ExitStack() as opened:
        connections = [opened.enter_context(closing(connected(own_server.port))) for _ in range(4)]
        assert growth(own_server, connections, request * 2_000, 4_000_000) < MOST_GROWTH
