"""The requests of a day or month, summed up by some of what is known of each: a cell for each combination that occurred. Pure.

They are summed up in several grains (`GRAINS`): a question reads the smallest one that has all that it needs. Cells and their sums are
columns of numbers, a byte or two each, which are read as they are stored: two years take a fraction of a second. Histograms keep every
value: medians and percentiles are exact. `indicators.sums.summing` makes them.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

import msgspec

from indicators.codes import Outcome
from indicators.tally import Tally

GRAINS: Final[Mapping[str, tuple[str, ...]]] = {
    "days": ("plan",),
    "slots": ("slot", "plan"),
    "campaigns": ("campaign", "plan"),
    "asked": ("theme", "language", "plan"),
    "place": ("network", "site", "campaign", "audience", "plan"),
    "served": ("pool", "served_by", "plan"),
    "teams": ("pool", "served_by", "theme", "language", "plan"),
    "slots by language": ("slot", "language", "plan"),
    "slots by site": ("slot", "site", "plan"),
    "hours": ("slot", "theme", "language", "plan"),
    "places": ("theme", "language", "network", "site", "campaign", "audience", "plan"),
    "all": (
        "slot",
        "theme",
        "language",
        "network",
        "site",
        "campaign",
        "audience",
        "pool",
        "served_by",
        "plan",
    ),
}
"""By what each sums up, from the fewest cells to the most. The last one has everything."""
DOORS: Final[Mapping[str, tuple[str, ...]]] = {
    "doors by day": ("language",),
    "doors by time": ("slot",),
    "doors by language": ("slot", "language"),
    "doors by site": ("slot", "site"),
    "doors by place": ("site", "language", "campaign"),
    "doors": ("slot", "site", "language", "campaign"),
}
"""The same for what is counted at the door (`codes.CounterKind`)."""
HISTOGRAMS: Final = (
    ("wait_s", Outcome.SERVED, "waits_served"),
    ("wait_s", Outcome.ABANDONED, "waits_abandoned"),
    ("first_answer_s", Outcome.SERVED, "first_answers"),
    ("duration_min", Outcome.SERVED, "durations"),
    ("transfers", Outcome.SERVED, "transfers"),
    ("requeues", Outcome.SERVED, "requeues"),
)
"""The value, of which outcome, and its place in a tally."""
TIMES: Final = ("transfers", "requeues")
"""Of these, no is not kept."""
COUNTED_COLUMNS: Final = 12
SIZES: Final = {"B": 1 << 8, "H": 1 << 16, "I": 1 << 32}
"""Kinds of numbers, as `array` and `memoryview` call them, and what is too large for each."""

LAYOUT: Final = 1
"""Raised when what is stored means something else than before, though grains and histograms are the same."""

Key = TypeVar("Key")
NOTHING: Final = Tally()
"""Stands in the place of a line that is left out; nothing is added to it."""


class Grid(msgspec.Struct, array_like=True, frozen=True):
    """Which cells there are: the codes of each dimension, and for each cell the place of its code among them."""

    codes: list[list[str]]
    columns: list[bytes]
    """As `packed` makes them; all others here, too."""

    def lines(self, dimensions: Sequence[str], choice: "CellChoice", day_key: str | None) -> list[str | None]:
        """For each cell the key of its line; None where a filter leaves it out. With `day_key`, all are of that line."""
        keys: list[str | None]
        if day_key is None:
            codes, column = self._of(dimensions, choice.by)
            keys = [codes[place] for place in column]
        else:
            keys = [day_key] * len(unpacked(self.columns[0]))
        for dimension, wanted in choice.only.items():
            codes, column = self._of(dimensions, dimension)
            kept = [code in wanted for code in codes]
            keys = [key if kept[place] else None for key, place in zip(keys, column, strict=True)]
        return keys

    def _of(self, dimensions: Sequence[str], name: str) -> tuple[list[str], Sequence[int]]:
        number = dimensions.index(name)
        return self.codes[number], unpacked(self.columns[number])


class CellChoice(NamedTuple):
    """What a table asks of the cells: its lines, and for some dimensions the codes that count."""

    by: str
    only: Mapping[str, frozenset[str]]

    def needs(self, of_days: bool) -> set[str]:
        """The dimensions that a grain must have for it. A table of days needs none for its lines."""
        return set(self.only) | (set() if of_days else {self.by})


class Sums(msgspec.Struct, array_like=True, frozen=True):
    """The requests of a day in one grain. `counts` and each histogram are columns that belong together."""

    grid: Grid
    counts: "Counts"
    histograms: list[tuple[bytes, bytes, bytes]]
    """In the order of HISTOGRAMS: cell, value, how often."""

    def add_to(self, lines: defaultdict[Key, Tally], keys: Sequence[Key | None]) -> None:
        """Add each cell to the line with its key."""
        tallies = [NOTHING if key is None else lines[key] for key in keys]
        wanted = [key is not None for key in keys]
        outcomes, networks = self.counts.outcomes, self.counts.networks
        for cell, plan, ended, version, network, n, of_network, elsewhere, two_way, lost, known, quiet in _of(
            wanted, self.counts.columns
        ):
            tally = tallies[cell]
            tally.outcomes[outcomes[ended]] += n
            tally.plans.add(plan)
            tally.versions.add(version)
            if outcomes[ended] == Outcome.SERVED:
                tally.served_by[networks[network]] += n
                tally.served_of_networks += of_network
                tally.served_elsewhere += elsewhere
                tally.two_way += two_way
                tally.legs_lost += lost
                tally.legs_known += known
                tally.quiet_minutes += quiet
        for (_field, _outcome, attribute), columns in zip(HISTOGRAMS, self.histograms, strict=True):
            histograms = [getattr(tally, attribute) for tally in tallies]
            for cell, value, times in _of(wanted, columns):
                histograms[cell][value] += times

    def outcomes(self) -> Iterator[tuple[int, str, int]]:
        """Cell, outcome and how many; a cell has several lines."""
        cells, _plans, ended, _versions, _networks, many = map(unpacked, self.counts.columns[:6])
        for cell, outcome, n in zip(cells, ended, many, strict=True):
            yield cell, self.counts.outcomes[outcome], n


class Counts(msgspec.Struct, array_like=True, frozen=True):
    """How many requests of a cell had an outcome, and the sums over these."""

    outcomes: list[str]
    networks: list[str]
    columns: list[bytes]
    """Cell, plan, outcome, version, network that served, n, of_network, elsewhere, two_way, lost, known, quiet."""


class DoorSums(msgspec.Struct, array_like=True, frozen=True):
    """What was counted at the door on a day, in one grain: columns that belong together."""

    grid: Grid
    kinds: list[str]
    columns: list[bytes]
    """Cell, kind, how often."""

    def add_to(self, lines: defaultdict[str, Tally], keys: Sequence[str | None]) -> None:
        wanted = [key is not None for key in keys]
        for cell, kind, n in _of(wanted, self.columns):
            key = keys[cell]
            if key is not None and (counters := lines[key].counters) is not None:
                counters[self.kinds[kind]] += n


def packed(column: Sequence[int]) -> bytes:
    """Numbers of as few bytes as the largest of them needs, after a letter that says how many."""
    most = max(column, default=0)
    kind = next(kind for kind, bound in SIZES.items() if most < bound)
    return kind.encode() + array(kind, column).tobytes()


def unpacked(column: bytes) -> Sequence[int]:
    """The numbers where they are: nothing is copied."""
    return memoryview(column)[1:].cast(chr(column[0]))  # type: ignore[call-overload, no-any-return]


def _of(wanted: Sequence[bool], columns: Sequence[bytes]) -> Iterator[tuple[int, ...]]:
    """The lines of these columns whose cell is wanted; the first column is the cell. In C, because most may be unwanted."""
    numbers = [unpacked(column) for column in columns]
    return compress(zip(*numbers, strict=True), map(wanted.__getitem__, numbers[0]))


def layout() -> str:
    """Four signs, others as soon as what is stored would be read in another way."""
    return f"{crc32(repr((LAYOUT, dict(GRAINS), dict(DOORS), HISTOGRAMS)).encode()) & 0xFFFF:04x}"


def grain_for(grains: Mapping[str, tuple[str, ...]], needed: set[str]) -> str:
    """The smallest grain that has all of these; KeyError where none has."""
    for name, dimensions in grains.items():
        if needed <= set(dimensions):
            return name
    raise KeyError(f"no grain has {sorted(needed)}")
