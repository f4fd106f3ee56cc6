"""One reading for all who ask at once: a change that wakes everybody costs one look at the database, not one for each who is woken."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from chat import database

T = TypeVar("T")


class Shared(Generic[T]):
    """What `read` finds. Whoever asks gets a reading that began after they asked: it holds whatever they were woken for."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._next: asyncio.Task[T] | None = None
        self._running: asyncio.Task[T] | None = None

    async def now(self) -> T:
        """Raises `DatabaseError`."""
        following = self._next
        if following is None or following.get_loop() is not asyncio.get_running_loop():
            following = self._next = asyncio.create_task(self._read_after(self._running))
            following.add_done_callback(_is_heard)
        # Whoever goes away does not take the answer from those who wait for it too.
        return await asyncio.shield(following)

    async def _read_after(self, before: asyncio.Task[T] | None) -> T:
        if before is not None and before.get_loop() is asyncio.get_running_loop():
            # While that one runs, all who ask gather here. How it ends is its askers' business.
            await asyncio.wait([before])
        # From here on it has begun: who asks now waits for the next one.
        self._running, self._next = self._next, None
        return await database.run(self._read)


def _is_heard(reading: "asyncio.Task[T]") -> None:
    """All who asked may have gone: then nobody else hears of its fault."""
    if not reading.cancelled():
        reading.exception()
