"""A process keeps so many connections and no more: new ones are told so, those that are open stay."""

import resource
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest

from server import connection_limit
from tests.live.database_file import eventually
from tests.raw_connections import connected, handshake, read_all, read_head
from tests.server import Server

MOST = 20
PATIENCE_S = 30.0
MANY = 3 * MOST
ELEVEN_BAD_FRAMES = 11 * b"\x82\x81\0\0\0\0x"
"""For which a socket is closed with 1008."""
PING = b"\x89\x82\0\0\0\0hi"


def test_more_connections_than_allowed_are_refused_and_the_open_ones_stay(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_CONNECTIONS=str(MOST))
    request = (
        f"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode()
    )

    def asked(data: bytes) -> bytes:
        with closing(connected(server.port)) as raw:
            raw.sendall(data)
            return read_all(raw)

    sockets: list[socket.socket] = []

    def one_more() -> bool:
        raw = connected(server.port)
        raw.sendall(handshake(f"127.0.0.1:{server.port}"))
        if b" 101 " not in read_head(raw):
            raw.close()
            return False
        sockets.append(opened.enter_context(closing(raw)))
        return True

    with ExitStack() as opened:
        for _ in range(MOST):
            # What asked whether the server is ready may be open still.
            eventually(one_more)
        for data in (request, handshake(f"127.0.0.1:{server.port}")):
            answered = asked(data)
            assert answered.startswith(b"HTTP/1.1 503 ")
            assert b"retry-after: 5" in answered
        for raw in sockets:
            raw.sendall(PING)
            assert raw.recv(4).endswith(b"hi")
        sockets[0].close()
        eventually(lambda: asked(request).startswith(b"HTTP/1.1 200 "))
    assert server.log.read_text().count("new connections are refused") == 1


def test_one_address_takes_its_share_of_connections_and_no_more(start_server: Callable[..., Server]) -> None:
    server = start_server(MITI_CONNECTIONS_PER_ADDRESS=str(MOST))
    begun = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
    with ExitStack() as open_ones:
        for _ in range(MOST):
            raw = open_ones.enter_context(closing(connected_from("127.0.0.60", server.port)))
            raw.sendall(begun)
        with closing(connected_from("127.0.0.60", server.port)) as one_more:
            one_more.sendall(begun)
            assert one_more.recv(12) == b"HTTP/1.1 503"
        request = f"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n"
        for _ in range(3):
            with closing(connected_from("127.0.0.61", server.port)) as other:
                other.sendall(request.encode())
                assert other.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_closed_websocket_counts_until_its_connection_is_gone(
    start_server: Callable[..., Server], proxies: int
) -> None:
    server = start_server(MITI_CONNECTIONS_PER_ADDRESS=str(MOST), MITI_TRUSTED_PROXIES=str(proxies))

    def asks(opened: ExitStack, peer: str) -> socket.socket | None:
        """Is closed by the server if it comes in, and never answers that."""
        raw = opened.enter_context(closing(connected_from("127.0.0.1" if proxies else peer, server.port)))
        # The proxy's own line comes last.
        extra = f"X-Forwarded-For: 192.0.2.{len(kept)}\r\nX-Forwarded-For: {peer}\r\n" if proxies else ""
        raw.sendall(handshake(f"127.0.0.1:{server.port}", extra=extra) + ELEVEN_BAD_FRAMES)
        if b" 101 " in read_head(raw):
            return raw
        raw.close()
        return None

    kept: list[socket.socket] = []
    with ExitStack() as opened:
        for _ in range(MANY):
            if (raw := asks(opened, "127.0.0.60")) is not None:
                kept.append(raw)
            kept = [each for each in kept if not is_gone(each)]
            assert len(kept) <= MOST
        assert asks(opened, "127.0.0.61") is not None
        # It is over within seconds, answered or not.
        eventually(lambda: asks(opened, "127.0.0.60") is not None)


def is_gone(raw: socket.socket) -> bool:
    """Whether the server has ended this connection; what has come on it is read."""
    raw.setblocking(False)
    try:
        while raw.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


def connected_from(address: str, port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), PATIENCE_S, source_address=(address, 0))


def test_fewer_connections_are_kept_where_the_system_allows_fewer_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_024, 1_024))
    assert connection_limit.most_connections.__wrapped__() == 1_024 - connection_limit.FILES_BESIDE


@pytest.mark.parametrize(("allowed", "share"), [(10_000, 1_000), (824, 82), (1, 1)])
def test_one_address_has_the_same_part_of_fewer_connections(
    monkeypatch: pytest.MonkeyPatch, allowed: int, share: int
) -> None:
    monkeypatch.setattr(connection_limit, "most_connections", lambda: allowed)
    assert connection_limit.most_of_one() == share
