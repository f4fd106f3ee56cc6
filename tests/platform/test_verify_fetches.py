"""`tools/verify` reads answers as they come over the wire: plain, compressed, or leading elsewhere."""

import gzip
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from tests.platform.verified_page import tool as tool

PLAIN = b"words " * 1000
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/plain": (200, {"X-Own": "1"}, PLAIN),
    "/gzip": (200, {"Content-Encoding": "gzip"}, gzip.compress(PLAIN)),
    "/not-gzip": (200, {"Content-Encoding": "gzip"}, PLAIN),
    "/half": (200, {"Content-Encoding": "gzip"}, gzip.compress(PLAIN)[:-9]),
    "/followed": (200, {"Content-Encoding": "gzip"}, gzip.compress(PLAIN) + b"more"),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(20_000_000))),
    "/br": (200, {"Content-Encoding": "br"}, PLAIN),
    "/elsewhere": (302, {"Location": "/plain"}, b""),
    "/missing": (404, {}, b""),
}
ASKED: dict[str, str] = {}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ASKED[self.path] = self.headers["Accept-Encoding"]
        status, headers, content = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("path", "compression"), [("/plain", "identity"), ("/gzip", "gzip")])
def test_what_was_asked_for_is_read(tool: ModuleType, base: str, path: str, compression: str) -> None:
    answer = tool.fetched(base, path, compression)
    assert answer.content == PLAIN
    assert ASKED[path] == compression


def test_the_headers_are_read_whatever_their_case(tool: ModuleType, base: str) -> None:
    assert tool.fetched(base, "/plain", "identity").header("x-OWN") == ["1"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/not-gzip", "/not-gzip is not compressed as it says"),
        ("/half", "/half is not compressed as it says"),
        ("/followed", "/followed is not compressed as it says"),
        ("/bomb", "/bomb is not compressed as it says"),
        ("/br", "/br comes compressed in a way that was not asked for"),
        ("/elsewhere", "/elsewhere leads to "),
        ("/missing", "404"),
    ],
)
def test_what_cannot_be_compared_is_no_success(tool: ModuleType, base: str, path: str, told: str) -> None:
    with pytest.raises(OSError, match=re.escape(told)):
        tool.fetched(base, path, "gzip")
