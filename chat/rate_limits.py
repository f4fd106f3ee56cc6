"""How fast somebody may go on. Pure: the caller gives the time."""

from collections import deque


class TokenBucket:
    """So many in so many seconds: filled at that pace, never above it."""

    __slots__ = ("_at", "_left", "_pace", "most")

    def __init__(self, most: float, per_s: float) -> None:
        self.most = most
        self._pace = most / per_s
        self._left = most
        self._at = 0.0

    def take(self, now: float) -> float:
        """0 when there was one left; else in how many seconds there will be."""
        self._left = min(self.most, self._left + (now - self._at) * self._pace) if self._at else self.most
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._pace


class RecentEvents:
    """How often something has happened lately: exactly, where a bucket forgives a little with every second."""

    __slots__ = ("_times", "_within_s")

    def __init__(self, most: int, within_s: float) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._within_s = within_s

    def reached(self, now: float) -> bool:
        """It happened once more; whether that makes as many as there may be within the time."""
        self._times.append(now)
        return len(self._times) == self._times.maxlen and now - self._times[0] <= self._within_s
