"""What somebody wrote and has not got a number for yet, as the browsers' scripts keep it."""

import secrets
import time
from collections import deque


class Outbox:
    """One message under way at a time, in order; nothing leaves it but by coming back with a number."""

    def __init__(self) -> None:
        self._items: deque[tuple[str, str, float]] = deque()
        self._under_way = False

    def add(self, body: str) -> None:
        self._items.append((secrets.token_urlsafe(12), body, time.monotonic()))

    def next(self) -> tuple[str, str] | None:
        if self._under_way or not self._items:
            return None
        self._under_way = True
        return self._items[0][:2]

    def acknowledged(self, body: str) -> float | None:
        """Seconds from writing; None when it was not waited for."""
        for item in self._items:
            if item[1] == body:
                if item is self._items[0]:
                    self._under_way = False
                self._items.remove(item)
                return time.monotonic() - item[2]
        return None

    def bodies(self) -> list[str]:
        return [body for _, body, _ in self._items]

    def rewind(self) -> None:
        self._under_way = False
