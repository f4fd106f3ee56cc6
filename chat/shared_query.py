"""One reading for all who ask at once: a change that wakes everybody costs one look at the database, not one for each who is woken."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")


class SharedQuery(Generic[Wanted, Found]):
    """What `read` finds, given all that is wanted of it.

    Whoever asks gets a reading that began after they asked: it holds whatever they were woken for.
    """

    def __init__(self, read: Callable[[set[Wanted]], Awaitable[Found]]) -> None:
        self._read = read
        self._wanted: set[Wanted] = set()
        """Of the next reading."""
        self._next: asyncio.Task[Found] | None = None
        self._running: asyncio.Task[Found] | None = None

    async def now(self, *wanted: Wanted) -> Found:
        """Others may have wanted more, which is in it too. Raises `DatabaseError`."""
        following = self._next
        if following is None or following.get_loop() is not asyncio.get_running_loop():
            following = self._next = asyncio.create_task(self._read_after(self._running))
            following.add_done_callback(_is_heard)
        self._wanted.update(wanted)
        # Whoever goes away does not take the answer from those who wait for it too.
        return await asyncio.shield(following)

    async def _read_after(self, before: asyncio.Task[Found] | None) -> Found:
        if before is not None and before.get_loop() is asyncio.get_running_loop():
            # While that one runs, all who ask gather here. How it ends is its askers' business.
            await asyncio.wait([before])
        # From here on it has begun: who asks now waits for the next one.
        self._running, self._next = self._next, None
        wanted, self._wanted = self._wanted, set()
        return await self._read(wanted)


def _is_heard(reading: "asyncio.Task[Found]") -> None:
    """All who asked may have gone: then nobody else hears of its fault."""
    if not reading.cancelled():
        reading.exception()
