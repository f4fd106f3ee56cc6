"""What bounds the wire also holds behind Caddy, as it is installed: for Miti's process and for Caddy's."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx
import pytest

from server.http_protocol import MOST_HEADER_BYTES
from server.request_limits import MOST_BYTES
from tests.raw_connections import connected, handshake, memory_bytes, open_socket, pour, read_all, read_head
from tests.server import ROOT, Server, free_port

PATIENCE_S = 60
MOST_GROWTH = 20_000_000
CADDYS_GROWTH = 40_000_000
"""Go gives memory back when it likes."""
PING = bytes([0x89, 0x80 | 125]) + b"\0\0\0\0" + b"p" * 125


class Caddy:
    """Caddy with the project's own file, before one server."""

    def __init__(self, server: Server, folder: Path, port: int) -> None:
        self.server = server
        self._folder = folder
        self.port = port

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def process_id(self) -> int:
        return self._process.pid

    def __enter__(self) -> "Caddy":
        environment = {
            "PATH": os.environ["PATH"],
            "XDG_DATA_HOME": str(self._folder / "data"),
            "HOME": str(self._folder),
            # A unix socket's path is short by law of the kernel.
            "ADMIN_SOCKET": str(Path(tempfile.mkdtemp(prefix="cy-")) / "admin"),
            "HTTPS_PORT": str(self.port),
            "HTTP_PORT": str(free_port()),
            "PROBE_PORT": str(free_port()),
            "MITI_WEB": f"127.0.0.1:{self.server.port}",
        }
        self._folder.mkdir()
        program = Path(sys.executable).parent / "caddy"
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "run", "--config", ROOT / "caddy" / "Caddyfile", "--adapter", "caddyfile"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", verify=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return (self._folder / "log").read_text()

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@pytest.fixture(scope="module")
def caddy(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caddy]:
    folder, port = tmp_path_factory.mktemp("behind"), free_port()
    behind = {"MITI_PUBLIC_URL": f"https://localhost:{port}", "MITI_TRUSTED_PROXIES": "1"}
    with (
        Server(folder / "server", prepared=prepared, **behind) as server,
        Caddy(server, folder / "caddy", port) as running,
    ):
        yield running


def test_pings_whose_answers_nobody_reads_grow_neither_process(caddy: Caddy) -> None:
    before, caddys = memory_bytes(caddy.server.pid), memory_bytes(caddy.process_id)
    with ExitStack() as opened:
        for _ in range(2):
            raw = opened.enter_context(closing(open_socket(caddy.port, tls=True)))
            pour(raw, PING * 500, 40_000_000, asking=f"{caddy.server.url}/health/live")
        assert memory_bytes(caddy.server.pid) - before < MOST_GROWTH
        assert memory_bytes(caddy.process_id) - caddys < CADDYS_GROWTH


def answer(caddy: Caddy, data: bytes) -> bytes:
    with closing(connected(caddy.port, tls=True)) as raw:
        raw.sendall(data)
        return read_all(raw)


def test_large_headers_are_refused(caddy: Caddy) -> None:
    head = f"GET /health/live HTTP/1.1\r\nHost: localhost:{caddy.port}\r\nConnection: close\r\n"
    for size, status in ((MOST_HEADER_BYTES // 2, 200), (MOST_HEADER_BYTES + 8_192, 431)):
        lines = "".join(f"X-{number}: {'x' * 1_000}\r\n" for number in range(size // 1_010))
        assert int(answer(caddy, f"{head}{lines}\r\n".encode()).split(b" ", 2)[1]) == status


def test_a_body_that_is_too_large_is_refused(caddy: Caddy) -> None:
    for content in (b"x" * (MOST_BYTES + 1), iter([b"x" * 65_536] * 17)):
        try:
            answered = httpx.post(f"{caddy.url}/accounts/login/", content=content, verify=False)
        except httpx.WriteError:
            # Refused before it was sent.
            continue
        # Miti refuses and closes while Caddy is still sending: then Caddy may not have read the refusal.
        assert answered.status_code in {httpx.codes.REQUEST_ENTITY_TOO_LARGE, httpx.codes.BAD_GATEWAY}


def test_a_handshake_that_is_wrong_is_refused(caddy: Caddy) -> None:
    host = f"localhost:{caddy.port}"
    for data, status in (
        (handshake(host, "/ws/nowhere/", scheme="https"), 403),
        (handshake(host, scheme="https").replace(b"Version: 13", b"Version: 12"), 400),
    ):
        with closing(connected(caddy.port, tls=True)) as raw:
            raw.sendall(data)
            # Caddy keeps the connection for the next request.
            assert int(read_head(raw).split(b" ", 2)[1]) == status


def test_an_unread_websocket_of_one_does_not_hold_up_another(caddy: Caddy) -> None:
    with ExitStack() as opened:
        raw = opened.enter_context(closing(open_socket(caddy.port, tls=True)))
        pour(raw, PING * 500, 40_000_000, asking=f"{caddy.server.url}/health/live")
        other = opened.enter_context(closing(open_socket(caddy.port, tls=True)))
        other.sendall(b"\x89\x82\0\0\0\0hi")
        assert other.recv(4).endswith(b"hi")
