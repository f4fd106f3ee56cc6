"""Nobody fills the memory or the disk by sending a page more than any form of ours can hold."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import httpx
import pytest

from server.request_limits import MOST_BYTES
from tests.server import Server

PIECE = b"x" * 65_536


async def in_pieces(most: int) -> AsyncIterator[bytes]:
    for _ in range(most // len(PIECE)):
        yield PIECE


@contextmanager
def asking(server: Server, path: str, **headers: str) -> Iterator[HTTPConnection]:
    """A request whose body is still to be sent. Nothing is sent that would not be read: an answer could go under with it."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("POST", path)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    with closing(connection):
        yield connection


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/nowhere/", "/widget/demo/", "/api/v1/indicators/figures"]
)
def test_a_body_announced_as_too_large_is_refused_in_words(server: Server, path: str) -> None:
    with asking(server, path, Content_Length=str(MOST_BYTES + 1)) as connection:
        answer = connection.getresponse()
        assert answer.status == 413
        assert answer.read() == b"This is too large: one megabyte at most.\n"
        assert str(answer.getheader("Content-Security-Policy")).startswith("default-src 'none'")


def test_a_chunked_body_that_grows_too_large_is_refused_in_words(server: Server) -> None:
    with asking(server, "/accounts/login/", Transfer_Encoding="chunked") as connection:
        for _ in range(MOST_BYTES // len(PIECE) + 1):
            connection.send(f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n")
        assert connection.getresponse().status == 413


async def test_a_body_of_the_largest_allowed_size_is_read(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for content in (b"x" * MOST_BYTES, in_pieces(MOST_BYTES)):
            answer = await browser.post("/accounts/login/", content=content)
            assert answer.status_code == 403
            assert "text/html" in answer.headers["Content-Type"]
