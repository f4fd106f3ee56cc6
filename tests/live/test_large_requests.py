"""Nobody fills the memory or the disk by sending a page more than any form of ours can hold."""

from collections.abc import AsyncIterator

import httpx
import pytest

from miti.bounds import MOST_BYTES
from tests.server import Server

PIECE = b"x" * 65_536


async def in_pieces(most: int) -> AsyncIterator[bytes]:
    for _ in range(most // len(PIECE)):
        yield PIECE


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/nowhere/", "/widget/demo/", "/api/v1/indicators/figures"]
)
async def test_what_is_announced_as_too_large_is_refused_in_words(server: Server, path: str) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.post(path, content=b"x" * (MOST_BYTES + 1))
        assert answer.status_code == 413
        assert answer.text == "This is too large: one megabyte at most.\n"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_so_is_what_comes_in_pieces_without_saying_how_much(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        answer = await browser.post("/accounts/login/", content=in_pieces(2 * MOST_BYTES))
        assert answer.status_code == 413


async def test_as_much_as_is_allowed_is_read_by_the_page(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for content in (b"x" * MOST_BYTES, in_pieces(MOST_BYTES)):
            answer = await browser.post("/accounts/login/", content=content)
            assert answer.status_code == 403
            assert "text/html" in answer.headers["Content-Type"]
