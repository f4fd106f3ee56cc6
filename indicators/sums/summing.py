"""Sums the requests of a day or month, and what was counted at the door, up into cells (`indicators.sums.cells`). Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from indicators.codes import Outcome
from indicators.sums.cells import COUNTED_COLUMNS, HISTOGRAMS, TIMES, Counts, DoorSums, Grid, Sums, packed


class CountedRequest(NamedTuple):
    """What of a metric row is summed up: no personal answer, and no test."""

    slot: int
    theme: str
    language: str
    network: str
    site: str
    campaign: str
    audience: str
    pool: str
    served_by: str
    plan: int
    outcome: str
    version: int
    wait_s: int | None
    first_answer_s: int | None
    duration_min: int | None
    quiet_min: int
    transfers: int
    requeues: int
    leg_lost: bool | None
    two_way: bool | None


class DoorCount(NamedTuple):
    """One counter of a half hour."""

    slot: int
    site: str
    language: str
    campaign: str
    kind: str
    n: int


def sums(requests: Sequence[CountedRequest], dimensions: Sequence[str]) -> Sums:
    """Sum up; the same requests give the same sums, in whichever order."""
    grid, cells = _grid(requests, dimensions)
    counted: defaultdict[tuple[int, int, str, int, str], list[int]] = defaultdict(lambda: [0] * 7)
    histograms: list[Counter[tuple[int, int]]] = [Counter() for _ in HISTOGRAMS]
    for cell, one in zip(cells, requests, strict=True):
        _count(counted[cell, one.plan, one.outcome, one.version, one.served_by], one)
        for (field, outcome, _attribute), histogram in zip(HISTOGRAMS, histograms, strict=True):
            # How often nothing happened is never asked.
            if (
                one.outcome == outcome
                and (value := getattr(one, field)) is not None
                and (value or field not in TIMES)
            ):
                histogram[cell, value] += 1
    outcomes, networks = sorted({key[2] for key in counted}), sorted({key[4] for key in counted})
    entries = sorted(
        (cell, plan, outcomes.index(outcome), version, networks.index(network), *found)
        for (cell, plan, outcome, version, network), found in counted.items()
    )
    return Sums(
        grid,
        Counts(outcomes, networks, _columns(entries, COUNTED_COLUMNS)),
        [
            (cell, value, times)
            for histogram in histograms
            for cell, value, times in [_columns(sorted((*key, n) for key, n in histogram.items()), 3)]
        ],
    )


def door_sums(doors: Sequence[DoorCount], dimensions: Sequence[str]) -> DoorSums:
    """The same of what was counted at the door."""
    grid, cells = _grid(doors, dimensions)
    counted: Counter[tuple[int, str]] = Counter()
    for cell, one in zip(cells, doors, strict=True):
        counted[cell, one.kind] += one.n
    kinds = sorted({kind for _cell, kind in counted})
    return DoorSums(
        grid, kinds, _columns(sorted((cell, kinds.index(kind), n) for (cell, kind), n in counted.items()), 3)
    )


def _count(found: list[int], one: CountedRequest) -> None:
    """n, of_network, elsewhere, two_way, lost, known, quiet, as in Counts."""
    found[0] += 1
    if one.outcome != Outcome.SERVED:
        return
    if one.network:
        found[1] += 1
        found[2] += bool(one.served_by) and one.served_by != one.network
    if one.two_way is not None:
        found[3] += one.two_way
        found[4] += bool(one.leg_lost)
        found[5] += 1
    if one.duration_min is not None:
        found[6] += one.quiet_min


def _grid(
    rows: Sequence[CountedRequest] | Sequence[DoorCount], dimensions: Sequence[str]
) -> tuple[Grid, list[int]]:
    """The cells in the order of their codes, and the cell of each row."""
    values = [[str(value) for value in map(attrgetter(name), rows)] for name in dimensions]
    codes = [sorted(set(column)) for column in values]
    place = [{code: number for number, code in enumerate(column)} for column in codes]
    placed = [[of[value] for value in column] for of, column in zip(place, values, strict=True)]
    combinations = list(zip(*placed, strict=True))
    found = sorted(set(combinations))
    number = {combination: cell for cell, combination in enumerate(found)}
    return Grid(codes, _columns(found, len(dimensions))), [number[one] for one in combinations]


def _columns(entries: Iterable[Sequence[int]], width: int) -> list[bytes]:
    """Lines as columns; as many, also of no line."""
    columns = [packed(column) for column in zip(*entries, strict=True)]
    return columns or [packed(())] * width
