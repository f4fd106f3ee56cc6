"""Passwords are checked one at a time, and those who wait come by turns of where they come from.

A check takes a fifth of a second of CPU. However many people sign in at once, the conversations of this process keep their time; and
whatever one address sends, a try from another waits for no more than one of its own.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class Turns:
    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: OrderedDict[str, deque[Event]] = OrderedDict()
        """By origin, the one whose turn is next first."""

    @contextmanager
    def of(self, origin: str) -> Iterator[None]:
        """Wait for a turn of this origin; within, nobody else has one."""
        mine = self._line_up(origin)
        if mine is not None:
            mine.wait()
        try:
            yield
        finally:
            self._hand_on()

    def _line_up(self, origin: str) -> Event | None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return None
            mine = Event()
            self._waiting.setdefault(origin, deque()).append(mine)
            return mine

    def _hand_on(self) -> None:
        with self._lock:
            if not self._waiting:
                self._taken = False
                return
            origin, line = self._waiting.popitem(last=False)
            line.popleft().set()
            if line:
                self._waiting[origin] = line

    def is_taken(self) -> bool:
        return self._taken

    def length(self) -> int:
        """How many wait."""
        with self._lock:
            return sum(map(len, self._waiting.values()))
