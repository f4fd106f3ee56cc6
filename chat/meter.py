"""What this process counts of its own work: plain numbers, which operators read. No conversation, no person, no text.

Only the event loop counts, so nothing needs a lock: an addition costs well under a microsecond, which the hot path can afford.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from chat.transcript.interface import VISITOR, EntryKind

MOMENTS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WAITS_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0)


class DurationHistogram:
    """Durations of one kind of work: how many were up to each bound (in seconds), and their sum."""

    __slots__ = ("bounds", "counts", "sum_s")

    def __init__(self, bounds: tuple[float, ...] = MOMENTS_S) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum_s = 0.0

    def add(self, seconds: float) -> None:
        # Between two hosts' clocks something may seem to end before it began.
        taken = max(0.0, seconds)
        self.counts[bisect_left(self.bounds, taken)] += 1
        self.sum_s += taken


@dataclass(slots=True)
class Meter:
    messages: dict[str, int] = field(default_factory=lambda: {"visitor": 0, "counsellor": 0, "note": 0})
    repeated: int = 0
    """Messages that were sent again and were stored already."""
    relay: DurationHistogram = field(default_factory=DurationHistogram)
    """From when a process accepted a message, to when this process gave it to its sockets."""
    first_offer: DurationHistogram = field(default_factory=lambda: DurationHistogram(WAITS_S))
    joined: DurationHistogram = field(default_factory=DurationHistogram)
    dispatch: DurationHistogram = field(default_factory=DurationHistogram)
    tick: DurationHistogram = field(default_factory=DurationHistogram)
    tick_lag: DurationHistogram = field(default_factory=DurationHistogram)
    """How much later than due a tick began: the event loop, or the tick before, was slow."""
    tick_led_at: float = 0.0
    """When this process last finished a tick that it led, in seconds since 1970 UTC; 0: never."""
    resumed: dict[str, int] = field(default_factory=lambda: {"visitor": 0, "counsellor": 0})
    gaps: int = 0
    """How many of those who resumed found a new epoch."""
    replayed: int = 0
    """Entries that were sent again to those who resumed."""
    holes: int = 0
    """Entries that arrived after a hole, so that the stored list was read."""
    closed: Counter[int] = field(default_factory=Counter)
    """Connections that this side closed, by code."""
    refused: Counter[str] = field(default_factory=Counter)
    """Frames that were answered with an error, by its code."""
    redis_errors: dict[str, int] = field(default_factory=lambda: {"commands": 0, "entries": 0, "wake_ups": 0})
    database_errors: int = 0
    unopened: dict[str, int] = field(default_factory=lambda: {"visitor": 0, "counsellor": 0})
    """Messages that a browser said it could not open."""

    def count_message(self, kind: EntryKind, author: int, *, again: bool) -> None:
        if again:
            self.repeated += 1
        elif kind is EntryKind.NOTE:
            self.messages["note"] += 1
        else:
            self.messages["visitor" if author == VISITOR else "counsellor"] += 1

    def count_resume(self, who: str, *, gap: bool, entries: int) -> None:
        self.resumed[who] += 1
        self.gaps += gap
        self.replayed += entries


meter = Meter()
"""The meter of this process."""
