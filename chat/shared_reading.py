"""What people edit, read once for the decisions that one change causes within milliseconds.

A reading is given up at every edit that is announced, and after a quarter of a second in any case. A process that does not hear of edits
(a job, a command) reads anew each time.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Generic, NamedTuple, TypeVar

from chat import runtime
from wakeups.sender import sender

SHARED_S = 0.25
Found = TypeVar("Found")


class _LastReading(NamedTuple, Generic[Found]):
    began: float
    edits: int | None
    day: date
    found: Found

    def holds(self, at: float, edits: int | None, day: date) -> bool:
        return edits is not None and at - self.began < SHARED_S and (self.edits, self.day) == (edits, day)


class SharedReading(Generic[Found]):
    """Shares the result of `read`, which is called in a thread with the time; what it gives may differ from day to day."""

    def __init__(self, read: Callable[[datetime], Found]) -> None:
        self._read = read
        self._last: _LastReading[Found] | None = None

    def at(self, now: datetime, *, anew: bool = False) -> Found:
        # Taken before the reading: an edit that is announced meanwhile makes it out of date.
        began, edits, last = time.monotonic(), _edits_heard_of(), self._last
        if not anew and last is not None and last.holds(began, edits, now.date()):
            return last.found
        found = self._read(now)
        self._last = _LastReading(began, edits, now.date(), found)
        return found


def _edits_heard_of() -> int | None:
    """How many so far; None in a process that does not listen."""
    return runtime.hub().edits if sender.loop is not None and sender.loop.is_running() else None
