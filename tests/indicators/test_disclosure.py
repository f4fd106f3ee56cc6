"""What is published of personal answers is attacked here, the way a reader of all the tables could."""

from collections import Counter
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.protection.disclosure import (
    OTHERS,
    AnswerCounts,
    CellKind,
    Level,
    Published,
    PublishedCell,
    at_level,
    narrowed,
    publish,
    rate_of,
    shown,
)
from indicators.protection.linear_program import ContradictionError, Sum, SumBounds
from indicators.values import Rate
from tests.indicators.conftest import calm

Person = tuple[str, str, str]
"""The answer, theme and language of somebody who answered."""


def counts_of(people: list[Person], asked_more: int = 1000) -> AnswerCounts:
    answers = ("a", "b", "c")
    codes = {"theme": ("emploi", "formation"), "language": ("fr", "nl")}
    cells: dict[str, Counter[tuple[str, str]]] = {other: Counter() for other in OTHERS}
    could_answer = Counter(dict.fromkeys(product(codes["theme"], codes["language"]), asked_more))
    for answer, theme, language in people:
        cells["theme"][answer, theme] += 1
        cells["language"][answer, language] += 1
        could_answer[theme, language] += 1
    return AnswerCounts(answers=answers, codes=codes, cells=cells, could_answer=could_answer)


people = st.lists(
    st.tuples(
        st.sampled_from("aaaaaaaabbbc"),
        st.sampled_from(["emploi", "emploi", "emploi", "formation"]),
        st.sampled_from(["fr"] * 9 + ["nl"]),
    ),
    max_size=90,
)


def small_counts(published: Published) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if published.total.kind is CellKind.SMALL:
        found.append(("total", None))
    found += [("answer", a) for a, cell in published.by_answer.items() if cell.kind is CellKind.SMALL]
    for other in OTHERS:
        found += [(other, c) for c, cell in published.by_code[other].items() if cell.kind is CellKind.SMALL]
        found += [
            (other, pair) for pair, cell in published.cells[other].items() if cell.kind is CellKind.SMALL
        ]
    return found


@pytest.mark.parametrize(
    ("count", "cell"),
    [
        (0, PublishedCell(CellKind.SMALL)),
        (1, PublishedCell(CellKind.SMALL)),
        (9, PublishedCell(CellKind.SMALL)),
        (10, PublishedCell(CellKind.ROUNDED, 10)),
        (12, PublishedCell(CellKind.ROUNDED, 10)),
        (13, PublishedCell(CellKind.ROUNDED, 15)),
        (17, PublishedCell(CellKind.ROUNDED, 15)),
        (1234, PublishedCell(CellKind.ROUNDED, 1235)),
    ],
)
def test_the_10_5_rule(count: int, cell: PublishedCell) -> None:
    assert shown(count) == cell


@calm
@given(st.integers(0, 5000))
def test_a_count_lies_within_what_its_publication_says(count: int) -> None:
    cell = shown(count)
    assert cell.low <= count <= cell.high
    assert cell.high - cell.low + 1 in {3, 5, 10}


def test_the_plain_rule_alone_gives_a_single_person_away() -> None:
    """Ten said a and one said b: "10, < 10, in total 10" leaves b at most two. So not all of it is published."""
    counts = counts_of([("a", "emploi", "fr")] * 10 + [("b", "emploi", "fr")])
    bare = at_level(counts, Level.EVERYTHING)
    assert min(high - low for low, high in narrowed(bare, counts.could_answer)) == 2
    assert publish(counts).level > Level.EVERYTHING


@settings(calm, max_examples=150)
@given(people)
def test_no_count_below_ten_can_be_narrowed_to_fewer_than_five_values(answered: list[Person]) -> None:
    counts = counts_of(answered)
    published = publish(counts)
    bounds = narrowed(published, counts.could_answer)
    assert len(bounds) == len(small_counts(published))
    for low, high in bounds:
        assert high - low + 1 >= 5


@settings(calm, max_examples=100)
@given(people)
def test_no_count_can_be_narrowed_even_when_everybody_has_answered(answered: list[Person]) -> None:
    counts = counts_of(answered, asked_more=0)
    published = publish(counts)
    for (where, code), (low, high) in zip(
        _in_order(published), narrowed(published, counts.could_answer), strict=True
    ):
        known = 9
        if where in OTHERS:
            wanted = code if isinstance(code, str) else code[1]
            known = min(9, sum(n for pair, n in counts.could_answer.items() if wanted in pair))
        assert high - low + 1 >= 5 or (low, high) == (0, min(known, len(answered)))


def _in_order(published: Published) -> list[tuple[str, str | tuple[str, str]]]:
    """The small counts in the order in which the attack goes through them."""
    order: list[tuple[str, str | tuple[str, str]]] = []
    if published.total.kind is CellKind.SMALL:
        order.append(("total", ""))
    order += [("answer", a) for a, cell in published.by_answer.items() if cell.kind is CellKind.SMALL]
    for other in OTHERS:
        order += [(other, c) for c, cell in published.by_code[other].items() if cell.kind is CellKind.SMALL]
    for other in OTHERS:
        order += [
            (other, pair) for pair, cell in published.cells[other].items() if cell.kind is CellKind.SMALL
        ]
    return order


def test_a_year_of_invented_quarters_is_attacked_and_mostly_published() -> None:
    levels = Counter[Level]()
    for seed in range(60):
        draw = Random(seed)
        answered = [
            (
                draw.choices("abc", [70, 25, 5])[0],
                draw.choices(["emploi", "formation"], [60, 40])[0],
                draw.choices(["fr", "nl"], [90, 10])[0],
            )
            for _ in range(draw.randint(30, 400))
        ]
        counts = counts_of(answered)
        published = publish(counts)
        levels[published.level] += 1
        assert all(high - low + 1 >= 5 for low, high in narrowed(published, counts.could_answer))
    assert sum(levels[level] for level in Level if level <= Level.BY_THEME_WITHOUT_TOTALS) > 30
    assert levels[Level.NOTHING] == 0


@settings(calm, max_examples=60)
@given(people)
def test_the_same_question_always_gets_the_same_answer(answered: list[Person]) -> None:
    assert publish(counts_of(answered)) == publish(counts_of(list(reversed(answered))))


bound = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: (min(pair), max(pair)))


@settings(calm, max_examples=150)
@given(st.tuples(bound, bound, bound, bound), st.tuples(bound, bound), st.tuples(bound, bound))
def test_the_attack_finds_exactly_what_trying_everything_finds(
    cells: tuple[tuple[int, int], ...],
    rows: tuple[tuple[int, int], ...],
    columns: tuple[tuple[int, int], ...],
) -> None:
    """Two by two cells with bounds, and bounds of their margins doubled: all 625 tables are tried."""
    rows = tuple((low, 2 * high) for low, high in rows)
    columns = tuple((low, 2 * high) for low, high in columns)
    possible = [
        table
        for table in product(range(5), repeat=4)
        if all(low <= n <= high for n, (low, high) in zip(table, cells, strict=True))
        and all(low <= table[2 * r] + table[2 * r + 1] <= high for r, (low, high) in enumerate(rows))
        and all(low <= table[c] + table[c + 2] <= high for c, (low, high) in enumerate(columns))
    ]
    sums = [Sum((number,), *bounds) for number, bounds in enumerate(cells)]
    sums += [Sum((2 * r, 2 * r + 1), *bounds) for r, bounds in enumerate(rows)]
    sums += [Sum((c, c + 2), *bounds) for c, bounds in enumerate(columns)]
    if not possible:
        with pytest.raises(ContradictionError):
            SumBounds([4] * 4, sums)
        return
    found = SumBounds([4] * 4, sums)
    for number in range(4):
        tried = [table[number] for table in possible]
        assert found.range_of(number) == (min(tried), max(tried))


some_of_eight = st.lists(st.integers(0, 7), min_size=1, max_size=5, unique=True)


@settings(calm, max_examples=150)
@given(
    st.lists(st.integers(0, 2), min_size=8, max_size=8),
    st.lists(some_of_eight, min_size=1, max_size=6),
    st.integers(0, 2),
)
def test_no_table_is_possible_beyond_what_the_attack_finds(
    truth: list[int], of: list[list[int]], loose: int
) -> None:
    """Eight counts and any sums of them: every table within the bounds, of 6,561 that are tried, lies in the ranges that are found."""
    known = [sum(truth[number] for number in one) for one in of]
    sums = [Sum(one, max(0, n - loose), n + loose) for one, n in zip(of, known, strict=True)]
    found = SumBounds([2] * 8, [*sums, *(Sum((number,), 0, 2) for number in range(8))])
    ranges = [found.range_of(len(sums) + number) for number in range(8)]
    possible = [
        table
        for table in product(range(3), repeat=8)
        if all(one.low <= sum(table[number] for number in one.of) <= one.high for one in sums)
    ]
    assert tuple(truth) in possible
    for number, (low, high) in enumerate(ranges):
        assert low <= min(table[number] for table in possible)
        assert high >= max(table[number] for table in possible)


def test_a_rate_needs_published_counts_and_a_base_of_thirty() -> None:
    def rounded(n: int) -> PublishedCell:
        return PublishedCell(CellKind.ROUNDED, n)

    assert rate_of(rounded(15), rounded(30)) == Rate(15, 30)
    assert rate_of(rounded(15), rounded(25)) is None
    assert rate_of(PublishedCell(CellKind.SMALL), rounded(300)) is None
    assert rate_of(rounded(15), PublishedCell(CellKind.WITHHELD)) is None
    assert rate_of(rounded(35), rounded(30)) == Rate(30, 30), "each is rounded on its own"
