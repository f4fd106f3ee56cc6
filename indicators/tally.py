"""The input of the definitions, summed up by the database: how many requests had which outcome, and histograms of
their values. Pure.

A histogram maps a value to how often it occurred. Values are rounded before they are stored, so a year's waits are
a few hundred numbers, and medians and percentiles computed from them are exact.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import reduce
from typing import Self

from indicators.codes import COUNTED, Outcome

Histogram = Counter[int]


class WorkTold(Enum):
    """Whether it may be shown how people worked (first answers, durations, transfers), or whether that would be one person's work."""

    YES = auto()
    NOT_OF_THIS_LINE = auto()
    NO = auto()
    """Nor of any sum of such lines: the whole question is about few people."""


@dataclass
class Tally:
    """The requests of one line of a table, as `figures` counts them. Tests are excluded."""

    outcomes: Counter[str] = field(default_factory=Counter)
    waits_served: Histogram = field(default_factory=Counter)
    waits_abandoned: Histogram = field(default_factory=Counter)
    first_answers: Histogram = field(default_factory=Counter)
    durations: Histogram = field(default_factory=Counter)
    quiet_minutes: int = 0
    transfers: Histogram = field(default_factory=Counter)
    """Of those that were transferred at all; the next the same."""
    requeues: Histogram = field(default_factory=Counter)
    served_of_networks: int = 0
    """Served from sites that have a network, whoever served them."""
    served_elsewhere: int = 0
    """Of these, served by another network. A team without a network is of no other."""
    served_by: Counter[str] = field(default_factory=Counter)
    """How many each network served, from whichever site."""
    two_way: int = 0
    legs_lost: int = 0
    legs_known: int = 0
    """Served whose rows say whether they were two-way and lost a leg: those since version 2 of the rows."""
    plans: set[int] = field(default_factory=set)
    """The routing plans in force when these requests were made: more than one is a break in the series."""
    versions: set[int] = field(default_factory=set)
    """The versions of the rules by which the rows were made: more than one is a break in the series, too."""
    counters: Counter[str] | None = field(default_factory=Counter)
    """Openings and questions while closed; None where they do not exist for this line (a theme, a network).
    """
    minutes_open: float = 0
    minutes_unready: float = 0
    work: WorkTold = WorkTold.YES

    @property
    def requests(self) -> int:
        return sum(self.outcomes[outcome] for outcome in COUNTED)

    @property
    def served(self) -> int:
        return self.outcomes[Outcome.SERVED]

    def __add__(self, other: Self) -> "Tally":
        known = self.counters is not None and other.counters is not None
        return Tally(
            outcomes=self.outcomes + other.outcomes,
            waits_served=self.waits_served + other.waits_served,
            waits_abandoned=self.waits_abandoned + other.waits_abandoned,
            first_answers=self.first_answers + other.first_answers,
            durations=self.durations + other.durations,
            quiet_minutes=self.quiet_minutes + other.quiet_minutes,
            transfers=self.transfers + other.transfers,
            requeues=self.requeues + other.requeues,
            served_of_networks=self.served_of_networks + other.served_of_networks,
            served_elsewhere=self.served_elsewhere + other.served_elsewhere,
            served_by=self.served_by + other.served_by,
            two_way=self.two_way + other.two_way,
            legs_lost=self.legs_lost + other.legs_lost,
            legs_known=self.legs_known + other.legs_known,
            plans=self.plans | other.plans,
            versions=self.versions | other.versions,
            counters=(self.counters or Counter()) + (other.counters or Counter()) if known else None,
            minutes_open=self.minutes_open + other.minutes_open,
            minutes_unready=self.minutes_unready + other.minutes_unready,
            work=WorkTold.NO if WorkTold.NO in {self.work, other.work} else WorkTold.YES,
        )


def total(tallies: Iterable[Tally]) -> Tally:
    return reduce(lambda left, right: left + right, tallies, Tally())
