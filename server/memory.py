"""When a process gives memory back to the system: after many connections have ended, such as those of a flood.

The collector runs seldom (`server.lifespan`), so what ended connections leave behind would wait for it, and the C library keeps what is
free.
"""

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress

MANY = 50
"""So many connections hold memory that is worth giving back."""
AFTER_S = 10
"""So long most of them must have been gone: a collection stops everything else for some milliseconds."""


class MemoryRelease:
    """Looks at the number of connections now and then, and calls `release` when most of many have ended."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._most = 0
        self._few_since: float | None = None

    def look(self, connections: int, *, now: float) -> None:
        """`now` from the monotonic clock."""
        self._most = max(self._most, connections)
        if self._most < MANY or connections > self._most / 2:
            self._few_since = None
        elif self._few_since is None:
            self._few_since = now
        elif now - self._few_since >= AFTER_S:
            self._most, self._few_since = connections, None
            self._release()


def release() -> None:
    """Collect what nobody refers to, and give free pages back."""
    gc.collect()
    # Only glibc has it.
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
