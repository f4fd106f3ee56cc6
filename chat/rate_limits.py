"""How often somebody may do something. Pure: the caller gives the time."""

from collections import deque


class TokenBucket:
    """Allows `most` actions in `per_s` seconds: tokens come back at that pace, up to `most`."""

    __slots__ = ("_at", "_left", "_pace", "most")

    def __init__(self, most: float, per_s: float) -> None:
        self.most = most
        self._pace = most / per_s
        self._left = most
        self._at = 0.0

    def take(self, now: float) -> float:
        """Take one token and return 0, or return in how many seconds there will be one."""
        self._left = min(self.most, self._left + (now - self._at) * self._pace) if self._at else self.most
        self._at = now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) / self._pace


class RecentEvents:
    """Counts exactly how often something happened lately, where a bucket forgives a little with every second."""

    __slots__ = ("_times", "_within_s")

    def __init__(self, most: int, within_s: float) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._within_s = within_s

    def reached(self, now: float) -> bool:
        """Count one more event; True when `most` of them happened within the time."""
        self._times.append(now)
        return len(self._times) == self._times.maxlen and now - self._times[0] <= self._within_s
