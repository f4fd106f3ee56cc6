"""How far a computation is, and how much of its time is used up. Pure: who computes says how both are found out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeAlias

Progress: TypeAlias = Callable[[float], None]
"""Told the part that is done; it may raise to stop the work."""
TimeUsed: TypeAlias = Callable[[], float]
"""The part of the time that is used up: 1 and more where it is time to end, below zero where an earlier part left some."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a part of the work tells, and what it may take."""

    progress: Progress = lambda _done: None
    used: TimeUsed = lambda: 0.0

    def part(self, begin: float, end: float) -> Self:
        """For the work from `begin` to `end`, as parts of the whole; what an earlier part left of its time is this one's."""
        return type(self)(
            lambda done: self.progress(begin + (end - begin) * min(1.0, done)),
            lambda: (self.used() - begin) / (end - begin),
        )

    @property
    def is_late(self) -> bool:
        """Is its time used up?"""
        return self.used() >= 1


AT_LEISURE = Pace()
