"""Which figures of the personal answers may be published, so that no table reveals single people. Pure.

The 10-5 rule: a count below 10, zero included, is published as "< 10", any other rounded to 5; every margin is
rounded on its own. Then all published figures of one answer in a quarter are attacked together: if subtracting
published figures, and what the exact tables show of each theme in each language, narrows a count below 10 to fewer
than five values, less is published.

How much is withheld depends on the figures that would have been published, never on a true count below 10. A
reader who sees that figures are withheld still learns that one of them would have narrowed some count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from indicators.protection.linear_program import Sum, SumBounds
from indicators.values import Rate

UNBOUNDED: Final = 10**9
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
    Both tables count the same people. `could_answer[(theme, language)]`: how many could have answered at all. The
    operational tables show it exactly, which tells much where a theme and a language nearly coincide.
    """

    answers: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Mapping[Pair, int]]
    could_answer: Mapping[Pair, int]

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
        if safe(candidate, counts.could_answer):
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


def safe(published: Published, could_answer: Mapping[Pair, int]) -> bool:
    """Whether every published count below 10 is left with enough possible values.

    A theme that only four people asked about leaves fewer values by itself: what the operational tables alone reveal
    does not count against this publication.
    """
    bounds, small = _attacked(published, could_answer)
    for number, known in small:
        low, high = bounds.range_of(number, reach=min(ENOUGH - 1, known))
        if high - low + 1 < ENOUGH and (low > 0 or high < known):
            return False
    return True


def narrowed(published: Published, could_answer: Mapping[Pair, int]) -> list[tuple[int, int]]:
    """The attack: compute the lowest and highest possible value of every count published as below 10."""
    bounds, small = _attacked(published, could_answer)
    return [bounds.range_of(number) for number, _known in small]


def _attacked(
    published: Published, could_answer: Mapping[Pair, int]
) -> tuple[SumBounds, list[tuple[int, int]]]:
    """The unknown counts, by answer, theme and language together, and all that is known of sums of them.

    Also returns the sums published as below 10, each with the highest value that is known without this publication.
    """
    unknown = [
        (answer, *pair) for answer in published.by_answer for pair, most in could_answer.items() if most
    ]
    sums: list[Sum] = []
    small: list[tuple[int, int]] = []

    def add(cell: PublishedCell, answer: str | None = None, **at: str) -> None:
        of = [
            number
            for number, (one, theme, language) in enumerate(unknown)
            if answer in {None, one} and {"theme": theme, "language": language}.items() >= at.items()
        ]
        known = sum(
            most
            for (theme, language), most in could_answer.items()
            if {"theme": theme, "language": language}.items() >= at.items()
        )
        if cell.kind is CellKind.SMALL:
            small.append((len(sums), min(cell.high, known)))
        sums.append(Sum(of, cell.low, min(cell.high, known)))

    add(published.total)
    for answer, cell in published.by_answer.items():
        add(cell, answer)
    for other in OTHERS:
        for code, cell in published.by_code[other].items():
            add(cell, **{other: code})
    for other in OTHERS:
        for (answer, code), cell in published.cells[other].items():
            add(cell, answer, **{other: code})
    for theme, language in could_answer:
        add(WITHHELD, theme=theme, language=language)
    return SumBounds([could_answer[theme, language] for _answer, theme, language in unknown], sums), small


def rate_of(part: PublishedCell, whole: PublishedCell) -> Rate | None:
    """A share from published counts; None below the base, or where a count is not published as a number."""
    if part.kind is not CellKind.ROUNDED or whole.kind is not CellKind.ROUNDED or whole.value < RATE_BASE:
        return None
    return Rate(min(part.value, whole.value), whole.value)
