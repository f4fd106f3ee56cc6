"""How much a run measures."""

from dataclasses import dataclass

from benchmarks.relay.demand import DemandSize


@dataclass(frozen=True)
class Size:
    rounds: int
    seconds: float
    """The length of each measurement."""
    few: int
    many: int
    visitors: int
    """Visitors who connect, to measure the cost of a connection."""
    idle: tuple[int, ...]
    watch_s: float
    felt: int
    """Conversations that are open while people wait."""
    journeys: int
    demand: DemandSize


FULL = Size(5, 1.5, 20, 1500, 600, (1_000, 10_000, 15_000), 22.0, 500, 25, DemandSize(60, 10, 10, 150, 500))
SHORT = Size(1, 0.2, 4, 8, 20, (40,), 0.2, 4, 2, DemandSize(1, 2, 1, 2, 4))
