"""One answer for all who ask within a second: two hundred readers cost one reading."""

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Source = TypeVar("Source")
Found = TypeVar("Found")

FRESH_S = 1.0


class SharedAnswer(Generic[Key, Found]):
    """What `make` gives for a key and a moment, kept for a second. Called from threads; only one of them makes it."""

    def __init__(self, make: Callable[[Key, datetime], Found]) -> None:
        self._make = make
        self._lock = Lock()
        self._locks: dict[Key, Lock] = {}
        self._made: dict[Key, tuple[datetime, Found]] = {}

    def at(self, key: Key, now: datetime) -> Found:
        """The answer as it is now, made a second ago at most."""
        with self._lock:
            own = self._locks.setdefault(key, Lock())
        with own:
            last = self._made.get(key)
            if last is None or not 0 <= (now - last[0]).total_seconds() < FRESH_S:
                last = self._made[key] = (now, self._make(key, now))
            return last[1]

    def forget(self) -> None:
        """Whoever asks next gets a new one: something was changed here."""
        with self._lock:
            self._made.clear()


class DerivedAnswer(Generic[Key, Source, Found]):
    """What `make` gives for a key of one source, kept as long as the source is the same. Called from threads; only one of them makes it."""

    def __init__(self, make: Callable[[Key, Source], Found]) -> None:
        self._make = make
        self._lock = Lock()
        self._locks: dict[Key, Lock] = {}
        self._made: dict[Key, tuple[Source, Found]] = {}

    def of(self, key: Key, source: Source) -> Found:
        """The answer of this source."""
        with self._lock:
            own = self._locks.setdefault(key, Lock())
        with own:
            last = self._made.get(key)
            if last is None or last[0] is not source:
                last = self._made[key] = (source, self._make(key, source))
            return last[1]
