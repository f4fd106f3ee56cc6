"""Two groups of requests side by side: how far their take-up is apart, and what that difference is made of. Pure.

Three ways to take it to pieces, each of which adds up to the difference: by what was asked (other things, or the same ones taken up less
often?), by how the requests ended, and by how long those taken up had waited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indicators.codes import COUNTED, Outcome
from indicators.tally import Tally
from indicators.values import Rate, difference

WAITS: Final = (30, 60, 120, 300)
"""The bounds of the waits, in seconds; the last piece is above."""

ABOVE: Final = "above"
UNKNOWN: Final = "unknown"

Cell = tuple[str, str]
"""A theme and a language."""


@dataclass(frozen=True)
class Piece:
    """A part of the difference: the two shares of all requests, and how much they change T, in shares."""

    key: str
    first: Rate
    second: Rate
    change: float


@dataclass(frozen=True)
class Kind:
    """A theme or a language: its requests on both sides, and how much of the difference comes from it.

    `mix`: because more or fewer asked for it; `within`: because it was taken up more or less.
    """

    key: str
    first: Rate
    second: Rate
    mix: float
    within: float


@dataclass(frozen=True)
class TakeUpComparison:
    first: Rate
    second: Rate
    apart: float
    low: float
    high: float
    mix: float
    within: float
    themes: list[Kind]
    languages: list[Kind]
    outcomes: list[Piece]
    waits: list[Piece]

    @property
    def may_be_chance(self) -> bool:
        return self.low <= 0 <= self.high


def compare(
    first: Tally, second: Tally, cells: Mapping[Cell, Tally], other_cells: Mapping[Cell, Tally]
) -> TakeUpComparison | None:
    """The first less the second; None where either has no requests. The cells are the same requests by theme and language."""
    rates = Rate(first.served, first.requests), Rate(second.served, second.requests)
    found = difference(*rates)
    if found is None:
        return None
    effects = _effects(cells, other_cells)
    return TakeUpComparison(
        *rates,
        *found,
        mix=sum(mix for mix, _ in effects.values()),
        within=sum(within for _, within in effects.values()),
        themes=_kinds(0, effects, cells, other_cells),
        languages=_kinds(1, effects, cells, other_cells),
        outcomes=_outcomes(first, second),
        waits=_waits(first, second),
    )


def _effects(
    cells: Mapping[Cell, Tally], other_cells: Mapping[Cell, Tally]
) -> dict[Cell, tuple[float, float]]:
    """Of each cell what its size and what its rate do to the difference (E. M. Kitagawa, JASA 50, 1955).

    The size counts by how far the cell's rate is from that of all: otherwise every theme that grew would seem to raise T. A cell that only
    one side has has that rate on the other, too: its whole effect is its size's.
    """
    whole, other_whole = _requests(cells), _requests(other_cells)
    level = (_served(cells) / whole + _served(other_cells) / other_whole) / 2
    effects = {}
    for cell in cells.keys() | other_cells.keys():
        tally, other = cells.get(cell, Tally()), other_cells.get(cell, Tally())
        if not tally.requests + other.requests:
            continue
        weight, other_weight = tally.requests / whole, other.requests / other_whole
        rate = (tally if tally.requests else other).served / (tally.requests or other.requests)
        other_rate = other.served / other.requests if other.requests else rate
        mix = (weight - other_weight) * ((rate + other_rate) / 2 - level)
        effects[cell] = mix, (rate - other_rate) * (weight + other_weight) / 2
    return effects


def _kinds(
    which: int,
    effects: Mapping[Cell, tuple[float, float]],
    cells: Mapping[Cell, Tally],
    other_cells: Mapping[Cell, Tally],
) -> list[Kind]:
    """The cells together by theme (0) or by language (1), what did most first."""
    kinds = []
    for key in {cell[which] for cell in effects}:
        of_it = [cell for cell in effects if cell[which] == key]
        kinds.append(
            Kind(
                key,
                _rate(cells, of_it),
                _rate(other_cells, of_it),
                sum(effects[cell][0] for cell in of_it),
                sum(effects[cell][1] for cell in of_it),
            )
        )
    return sorted(kinds, key=lambda kind: (-abs(kind.mix + kind.within), kind.key))


def _outcomes(first: Tally, second: Tally) -> list[Piece]:
    """What is not taken up ended otherwise: T changes by as much as these do, the other way."""
    pieces = []
    for outcome in COUNTED:
        share = Rate(first.outcomes[outcome], first.requests)
        other = Rate(second.outcomes[outcome], second.requests)
        if outcome is not Outcome.SERVED:
            pieces.append(Piece(outcome.value, share, other, -_apart(share, other)))
    return pieces


def _waits(first: Tally, second: Tally) -> list[Piece]:
    """Those taken up, by how long they had waited, of all requests."""
    pieces, above = [], -1
    for bound in (*WAITS, None):
        share, other = (_waited(tally, above, bound) for tally in (first, second))
        pieces.append(Piece(ABOVE if bound is None else str(bound), share, other, _apart(share, other)))
        above = above if bound is None else bound
    return pieces + _of_unknown_wait(first, second)


def _of_unknown_wait(first: Tally, second: Tally) -> list[Piece]:
    share, other = (
        Rate(tally.served - sum(tally.waits_served.values()), tally.requests) for tally in (first, second)
    )
    return [Piece(UNKNOWN, share, other, _apart(share, other))] if share.part or other.part else []


def _waited(tally: Tally, above: int, bound: int | None) -> Rate:
    n = sum(
        times
        for wait, times in tally.waits_served.items()
        if wait > above and (bound is None or wait <= bound)
    )
    return Rate(n, tally.requests)


def _apart(first: Rate, second: Rate) -> float:
    return (first.share or 0.0) - (second.share or 0.0)


def _rate(cells: Mapping[Cell, Tally], some: list[Cell]) -> Rate:
    tallies = [cells[cell] for cell in some if cell in cells]
    return Rate(sum(tally.served for tally in tallies), sum(tally.requests for tally in tallies))


def _requests(cells: Mapping[Cell, Tally]) -> int:
    return sum(tally.requests for tally in cells.values())


def _served(cells: Mapping[Cell, Tally]) -> int:
    return sum(tally.served for tally in cells.values())
