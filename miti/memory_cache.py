"""Django's cache in memory, for one process: the limits that it counts are not pushed out by whoever adds to it.

Django's own drops a third of all entries, whatever they are, once there are `MAX_ENTRIES`.
"""

import heapq
import math

from django.core.cache.backends.locmem import LocMemCache

MAX_ENTRIES = 100_000
"""Some 40 MB: names are digests, and what is counted is short."""
ROOM = 100
"""One in so many is dropped when it is full, so that not every new entry looks at all others."""


class MemoryCache(LocMemCache):
    def _cull(self) -> None:
        """Drop what ends first, which is what has ended already as long as there is such: a long limit outlives a flood of short ones."""
        ends: dict[str, float | None] = self._expire_info  # type: ignore[attr-defined]  # the stubs know only what is public
        room = len(ends) // ROOM + 1
        for key in heapq.nsmallest(
            room, ends, key=lambda key: math.inf if (end := ends[key]) is None else end
        ):
            self._delete(key)  # type: ignore[attr-defined]
