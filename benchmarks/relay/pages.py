"""What the answers cost that partners' pages ask for, beside the cheapest answer of the same process and a bare ASGI 200."""

import asyncio
import statistics
import time

from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.talk import Broken

STATUS, PAGE, CHEAPEST = "/widget/demo/status?lang=fr", "/widget/demo/?lang=fr", "/health/live"
PAGE_VIEWS_PER_S = 90
BOARD, READERS, EVERY_S = "/coordination/board/now", 200, 5
"""The board, how many have it open, and how often each page of theirs asks."""


class Browser:
    """One connection that asks again and again. It costs less than what it measures."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, cookie: str
    ) -> None:
        self._reader, self._writer, self._host, self._cookie = reader, writer, host, cookie

    @classmethod
    async def open(cls, candidate: MeasuredServer, cookie: str = "") -> "Browser":
        port = candidate.first.port
        return cls(*await asyncio.open_connection("127.0.0.1", port), f"127.0.0.1:{port}", cookie)

    async def get(self, path: str) -> bytes:
        """The body of an answer that must be a 200 with its length."""
        cookie = f"Cookie: {self._cookie}\r\n" if self._cookie else ""
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{cookie}\r\n".encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise Broken(head.split(b"\r\n", 1)[0].decode("latin-1"))
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        if not lengths:
            raise Broken(f"{path}: no length")
        return await self._reader.readexactly(int(lengths[0].split(b":")[1]))

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def cpu_ms(
    candidate: MeasuredServer, path: str, *, seconds: float, rounds: int, per_s: float = 0.0, cookie: str = ""
) -> float:
    """Milliseconds of the server's CPU for each answer: the median of the rounds. `per_s`: the pace; 0: one after the other."""
    browser = await Browser.open(candidate, cookie)
    try:
        await browser.get(path)
        # At a pace, the server is mostly idle: what it does by itself is no part of an answer.
        idle = await idle_share(candidate, seconds) if per_s else 0.0
        return statistics.median(
            [await _round(candidate, browser, path, seconds, per_s, idle) for _ in range(rounds)]
        )
    finally:
        await browser.close()


async def _round(
    candidate: MeasuredServer, browser: Browser, path: str, seconds: float, per_s: float, idle: float
) -> float:
    began, cpu, answers = time.perf_counter(), candidate.cpu_s(), 0
    while (now := time.perf_counter()) < began + seconds:
        if per_s:
            await asyncio.sleep(max(0.0, began + answers / per_s - now))
        await browser.get(path)
        answers += 1
    used = candidate.cpu_s() - cpu - idle * (time.perf_counter() - began)
    return max(0.0, used) / answers * 1000


async def idle_share(candidate: MeasuredServer, seconds: float) -> float:
    """The share of a core that the servers use while nobody does anything."""
    began, cpu = time.perf_counter(), candidate.cpu_s()
    await asyncio.sleep(seconds)
    return (candidate.cpu_s() - cpu) / (time.perf_counter() - began)
