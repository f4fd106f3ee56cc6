"""What became of requests, and sums of it. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class RequestEnding(StrEnum):
    """How a request ended."""

    SERVED = "served"
    SILENT = "silent"
    """Somebody accepted, and nobody wrote."""
    ABANDONED = "abandoned"
    UNSERVED = "unserved"
    """The platform gave up."""
    CLOSED = "closed"
    """It was asked while closed, and is no request."""


@dataclass(slots=True, eq=False)
class RequestOutcome:
    """Of one request; `wait_s` until somebody accepted, or it ended."""

    theme: str
    language: str
    at: float
    ended: RequestEnding = RequestEnding.UNSERVED
    wait_s: float = 0.0
    rings: int = 0
    second_leg_lost: bool = False


@dataclass(slots=True)
class OutcomeSums:
    """Sums of some requests. `waits` counts whole seconds until somebody accepted."""

    requests: int = 0
    accepted: int = 0
    served: int = 0
    abandoned: int = 0
    unserved: int = 0
    asked_closed: int = 0
    rings: int = 0
    legs_lost: int = 0
    waits: Counter[int] = field(default_factory=Counter)

    def count(self, one: RequestOutcome) -> None:
        """Count one request."""
        if one.ended is RequestEnding.CLOSED:
            self.asked_closed += 1
            return
        self.requests += 1
        self.rings += one.rings
        self.legs_lost += one.second_leg_lost
        if one.ended in {RequestEnding.SERVED, RequestEnding.SILENT}:
            self.accepted += 1
            self.served += one.ended is RequestEnding.SERVED
            self.waits[int(one.wait_s)] += 1
        elif one.ended is RequestEnding.ABANDONED:
            self.abandoned += 1
        else:
            self.unserved += 1

    def add(self, other: "OutcomeSums") -> None:
        """Add another's sums."""
        for name in (
            "requests",
            "accepted",
            "served",
            "abandoned",
            "unserved",
            "asked_closed",
            "rings",
            "legs_lost",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.waits.update(other.waits)

    @property
    def take_up(self) -> float:
        """Served of all requests."""
        return self.served / self.requests if self.requests else 0.0

    @property
    def mean_wait_s(self) -> float:
        """Of those who were accepted."""
        return sum(wait * n for wait, n in self.waits.items()) / self.accepted if self.accepted else 0.0

    def wait_quantile_s(self, share: float) -> float:
        """So many of those who were accepted waited no longer."""
        seen = 0
        for wait in sorted(self.waits):
            seen += self.waits[wait]
            if seen >= share * self.accepted:
                return float(wait)
        return 0.0


@dataclass(slots=True)
class PeriodTally:
    """Sums of a period, by theme and by language; `lost_at` counts requests lost by hour, theme and language."""

    total: OutcomeSums = field(default_factory=OutcomeSums)
    by_theme: dict[str, OutcomeSums] = field(default_factory=dict)
    by_language: dict[str, OutcomeSums] = field(default_factory=dict)
    lost_at: Counter[tuple[int, int, str, str]] = field(default_factory=Counter)
    open_s: float = 0.0
    answered: int = 0
    ran_out: int = 0

    def count(self, outcomes: Iterable[RequestOutcome], *, weekday: int) -> None:
        """Count the requests of a day."""
        for one in outcomes:
            self.total.count(one)
            self.by_theme.setdefault(one.theme, OutcomeSums()).count(one)
            self.by_language.setdefault(one.language, OutcomeSums()).count(one)
            if one.ended in {RequestEnding.ABANDONED, RequestEnding.UNSERVED}:
                self.lost_at[weekday, int(one.at // 3600), one.theme, one.language] += 1

    def add(self, other: "PeriodTally") -> None:
        """Add another's sums."""
        self.total.add(other.total)
        for mine, theirs in ((self.by_theme, other.by_theme), (self.by_language, other.by_language)):
            for code, line in theirs.items():
                mine.setdefault(code, OutcomeSums()).add(line)
        self.lost_at.update(other.lost_at)
        self.open_s += other.open_s
        self.answered += other.answered
        self.ran_out += other.ran_out

    @property
    def rings_per_hour(self) -> float:
        """Of open time."""
        return self.total.rings * 3600 / self.open_s if self.open_s else 0.0
