"""Which figures of the personal answers may be published, so that no table reveals single people. Pure.

The 10-5 rule: a count below 10, zero included, is published as "< 10", any other rounded to 5; every margin is
rounded on its own. Then all published figures of one answer in a quarter are attacked together: if subtracting
published figures narrows a count below 10 to fewer than five values, less is published.

How much is withheld depends on the figures that would have been published, never on a true count below 10. A
reader who sees that figures are withheld still learns that one of them would have narrowed some count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from indicators.flow import UNBOUNDED, Circulation

THRESHOLD: Final = 10
STEP: Final = 5
ENOUGH: Final = 5
"""A count below the threshold must be left with at least so many possible values."""
RATE_BASE: Final = 30

PERSONAL: Final = ("status", "age_band", "gender", "rating", "helped")
OTHERS: Final = ("theme", "language")
"""The catalogue: each personal answer by theme and by language, for whole quarters, and nothing else. Both
tables of an answer share its margin and are attacked together."""

Pair = tuple[str, str]


class CellKind(StrEnum):
    ROUNDED = "rounded"
    SMALL = "small"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class PublishedCell:
    """What is published of one count. `value` is 0 unless it is rounded."""

    kind: CellKind
    value: int = 0

    @property
    def low(self) -> int:
        return max(THRESHOLD, self.value - STEP // 2) if self.kind is CellKind.ROUNDED else 0

    @property
    def high(self) -> int:
        match self.kind:
            case CellKind.ROUNDED:
                return self.value + STEP // 2
            case CellKind.SMALL:
                return THRESHOLD - 1
            case CellKind.WITHHELD:
                return UNBOUNDED


WITHHELD: Final = PublishedCell(CellKind.WITHHELD)


def shown(count: int) -> PublishedCell:
    """One count by the 10-5 rule."""
    if count < THRESHOLD:
        return PublishedCell(CellKind.SMALL)
    return PublishedCell(CellKind.ROUNDED, (count + STEP // 2) // STEP * STEP)


@dataclass(frozen=True)
class AnswerCounts:
    """The true counts of one personal answer in one quarter, among those who gave it.

    `cells[other][(answer, code)]`: how many gave that answer and asked about that theme, or in that language.
    Both tables count the same people. `asked[other][code]` is how many requests there were, answered or not: the
    operational tables show it exactly.
    """

    answers: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Mapping[Pair, int]]
    asked: Mapping[str, Mapping[str, int]]

    def of_answer(self, answer: str) -> int:
        first = OTHERS[0]
        return sum(self.cells[first].get((answer, code), 0) for code in self.codes[first])

    def of_code(self, other: str, code: str) -> int:
        return sum(self.cells[other].get((answer, code), 0) for answer in self.answers)

    @property
    def total(self) -> int:
        return sum(self.of_answer(answer) for answer in self.answers)


class Level(IntEnum):
    """How much is withheld, from nothing to everything."""

    EVERYTHING = 0
    NO_TOTAL = 1
    NO_TOTALS_BY_CODE = 2
    BY_THEME_ONLY = 3
    BY_THEME_WITHOUT_TOTALS = 4
    ANSWERS_ONLY = 5
    """Neither table, only how often each answer was given, and the total."""
    ANSWERS_WITHOUT_TOTAL = 6
    NOTHING = 7


@dataclass(frozen=True)
class Scope:
    """What a level publishes: the total, the answers, and the tables whose cells and whose totals by code are shown."""

    total: bool = False
    answers: bool = True
    cells: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


SCOPES: Final = {
    Level.EVERYTHING: Scope(total=True, cells=OTHERS, codes=OTHERS),
    Level.NO_TOTAL: Scope(cells=OTHERS, codes=OTHERS),
    Level.NO_TOTALS_BY_CODE: Scope(cells=OTHERS),
    Level.BY_THEME_ONLY: Scope(total=True, cells=("theme",), codes=("theme",)),
    Level.BY_THEME_WITHOUT_TOTALS: Scope(cells=("theme",)),
    Level.ANSWERS_ONLY: Scope(total=True),
    Level.ANSWERS_WITHOUT_TOTAL: Scope(),
    Level.NOTHING: Scope(answers=False),
}


@dataclass(frozen=True)
class Published:
    level: Level
    total: PublishedCell
    by_answer: Mapping[str, PublishedCell]
    by_code: Mapping[str, Mapping[str, PublishedCell]]
    cells: Mapping[str, Mapping[Pair, PublishedCell]]


def publish(counts: AnswerCounts) -> Published:
    """Publish as much as is safe; publishing nothing is always safe."""
    for level in Level:
        candidate = at_level(counts, level)
        if safe(candidate, counts.asked):
            return candidate
    raise AssertionError("what publishes nothing narrows nothing")


def at_level(counts: AnswerCounts, level: Level) -> Published:
    """What this level publishes, safe or not."""
    scope = SCOPES[level]

    def cell(allowed: bool, count: int) -> PublishedCell:
        return shown(count) if allowed else WITHHELD

    return Published(
        level=level,
        total=cell(scope.total, counts.total),
        by_answer={answer: cell(scope.answers, counts.of_answer(answer)) for answer in counts.answers},
        by_code={
            other: {
                code: cell(other in scope.codes, counts.of_code(other, code)) for code in counts.codes[other]
            }
            for other in OTHERS
        },
        cells={
            other: {
                (answer, code): cell(other in scope.cells, counts.cells[other].get((answer, code), 0))
                for answer in counts.answers
                for code in counts.codes[other]
            }
            for other in OTHERS
        },
    )


def safe(published: Published, asked: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether every published count below 10 is left with enough possible values.

    A theme that only four people asked about leaves fewer values by itself: what the operational tables alone reveal
    does not count against this publication.
    """
    return all(
        high - low + 1 >= ENOUGH or (low == 0 and high == known)
        for low, high, known in _narrowed(published, asked, reach=ENOUGH)
    )


def narrowed(published: Published, asked: Mapping[str, Mapping[str, int]]) -> list[tuple[int, int]]:
    """The attack: compute the lowest and highest possible value of every count published as below 10."""
    return [(low, high) for low, high, _ in _narrowed(published, asked, reach=UNBOUNDED)]


def _narrowed(
    published: Published, asked: Mapping[str, Mapping[str, int]], reach: int
) -> Iterator[tuple[int, int, int]]:
    network, small = _network(published, asked)
    network.settle()
    for number, known in small:
        low, high = network.bounds(number, reach)
        yield low, high, known


def _network(
    published: Published, asked: Mapping[str, Mapping[str, int]]
) -> tuple[Circulation, list[tuple[int, int]]]:
    """total -> theme -> (theme and answer) -> answer -> (answer and language) -> language -> total.

    Also returns the edges published as below 10, each with the highest value that is known without this publication.
    """
    network = Circulation()
    small: list[tuple[int, int]] = []

    def add(start: object, end: object, cell: PublishedCell, ceiling: int = UNBOUNDED) -> None:
        number = network.add(start, end, cell.low, min(cell.high, ceiling))
        if cell.kind is CellKind.SMALL:
            small.append((number, min(cell.high, ceiling)))

    first, second = OTHERS
    everybody = min(sum(asked[other].values()) for other in OTHERS)
    add("out", "in", published.total, everybody)
    for answer, cell in published.by_answer.items():
        add(("answer", answer), ("answered", answer), cell, everybody)
    for code, cell in published.by_code[first].items():
        add("in", (first, code), cell, asked[first].get(code, 0))
    for code, cell in published.by_code[second].items():
        add((second, code), "out", cell, asked[second].get(code, 0))
    for (answer, code), cell in published.cells[first].items():
        add((first, code), ("answer", answer), cell, asked[first].get(code, 0))
    for (answer, code), cell in published.cells[second].items():
        add(("answered", answer), (second, code), cell, asked[second].get(code, 0))
    return network, small


def rate(part: PublishedCell, whole: PublishedCell) -> float | None:
    """A share from published counts; None below the base, or where a count is not published as a number."""
    if part.kind is not CellKind.ROUNDED or whole.kind is not CellKind.ROUNDED or whole.value < RATE_BASE:
        return None
    return min(1.0, part.value / whole.value)
