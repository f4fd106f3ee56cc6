"""One read for all who ask at once: a change that wakes all sockets costs one read of the database, not one for each socket."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

Wanted = TypeVar("Wanted")
Found = TypeVar("Found")


class SharedQuery(Generic[Wanted, Found]):
    """Shares the result of `read`, which is called with what all callers want.

    Each caller gets the result of a read that began after their call, so it includes the change that woke them.
    """

    def __init__(self, read: Callable[[set[Wanted]], Awaitable[Found]]) -> None:
        self._read = read
        self._wanted: set[Wanted] = set()
        """What the next read is called with."""
        self._next: asyncio.Task[Found] | None = None
        self._running: asyncio.Task[Found] | None = None

    async def now(self, *wanted: Wanted) -> Found:
        """The result, which may include what other callers wanted. Raises `DatabaseError`."""
        following = self._next
        if following is None or following.get_loop() is not asyncio.get_running_loop():
            following = self._next = asyncio.create_task(self._read_after(self._running))
            following.add_done_callback(retrieve_exception)
        self._wanted.update(wanted)
        # A caller who is cancelled must not cancel the read that others wait for.
        return await asyncio.shield(following)

    async def _read_after(self, before: asyncio.Task[Found] | None) -> Found:
        if before is not None and before.get_loop() is asyncio.get_running_loop():
            # While that read runs, later callers gather here. Its fault concerns only its own callers.
            await asyncio.wait([before])
        # From here on this read has begun: later callers wait for the next one.
        self._running, self._next = self._next, None
        wanted, self._wanted = self._wanted, set()
        return await self._read(wanted)


def retrieve_exception(reading: "asyncio.Task[Any]") -> None:
    """If all callers were cancelled, nobody else retrieves it, and asyncio would complain."""
    if not reading.cancelled():
        reading.exception()
