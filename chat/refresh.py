"""When a socket reads anew what is true: one read at a time, and one more for what changed meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from django.db import DatabaseError

from chat.faults import Unreachable
from partners.fault_kinds import kind_of

REFRESH_EVERY_S = 15
RETRY_S = 1

log = structlog.stdlib.get_logger(__name__)


class Refresher:
    """Belongs to one socket. `read` reads everything that the socket shows, `read_shared` only what all sockets share."""

    __slots__ = (
        "_ended",
        "_lock",
        "_read",
        "_read_shared",
        "_wanted",
        "_wanted_shared",
        "started_at",
        "task",
    )

    def __init__(
        self, read: Callable[[], Awaitable[None]], read_shared: Callable[[], Awaitable[None]]
    ) -> None:
        self._read = read
        self._read_shared = read_shared
        self._lock = asyncio.Lock()
        self._wanted = self._wanted_shared = self._ended = False
        self.task: asyncio.Task[None] | None = None
        self.started_at = time.monotonic()

    def request(self) -> None:
        """Read now, or once more after the read that is under way."""
        self._wanted = True
        self._start()

    def request_shared(self) -> None:
        """The same for what all sockets share."""
        self._wanted_shared = True
        self._start()

    async def read_now(self) -> None:
        """Read, after any read that is under way: two at once would send the same difference twice. It answers all requests so far."""
        async with self._lock:
            await self._read_whole()

    async def _read_whole(self) -> None:
        # A whole read includes everything that a shared one finds.
        self._wanted = self._wanted_shared = False
        self.started_at = time.monotonic()
        try:
            await self._read()
        except BaseException:
            # Whoever requested it before has not got it.
            self._wanted = True
            raise

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Wait for any read that is under way, and hold the next one back."""
        async with self._lock:
            yield

    def is_due(self, now: float) -> bool:
        return now - self.started_at >= REFRESH_EVERY_S

    def end(self) -> None:
        """Start no more reads; the one that is under way may finish."""
        self._ended = True

    def cancel(self) -> None:
        self._ended = True
        if self.task is not None:
            self.task.cancel()

    def _start(self) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while (self._wanted or self._wanted_shared) and not self._ended:
            try:
                async with self._lock:
                    if self._wanted:
                        await self._read_whole()
                    elif self._wanted_shared:
                        self._wanted_shared = False
                        await self._read_shared()
            except (DatabaseError, Unreachable) as fault:
                log.warning("a look failed", fault=kind_of(fault))
                await asyncio.sleep(RETRY_S)
                self._wanted = True
