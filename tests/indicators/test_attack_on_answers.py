"""What is published of personal answers, attacked with the exact tables beside: a theme and a language that nearly coincide.

The attack (`narrowed`) finds what a reader could. Beside it stands a proof that needs no trust in it: from the true table, which a test
knows, others are made one press at a time that would be published the very same way; a count that takes five values in these is hidden.
"""

from collections import Counter
from random import Random
from typing import NamedTuple

import pytest

from indicators.protection.disclosure import (
    ENOUGH,
    AnswerCounts,
    CellKind,
    Level,
    Published,
    PublishedCell,
    at_level,
    narrowed,
    publish,
)

ANSWERS = ("a", "b", "c", "d")
THEMES = ("emploi", "formation", "orientation", "creation")
LANGUAGES = ("fr", "nl", "en", "uk")

Where = tuple[str | None, str | None, str | None]
"""Answer, theme, language; None for all of them."""


class World(NamedTuple):
    """A quarter: what each who could have answered asked about, in which language, and answered (None: nothing)."""

    people: list[tuple[str, str, str | None]]

    @property
    def counts(self) -> AnswerCounts:
        cells: dict[str, Counter[tuple[str, str]]] = {"theme": Counter(), "language": Counter()}
        could_answer: Counter[tuple[str, str]] = Counter()
        for theme, language, answer in self.people:
            could_answer[theme, language] += 1
            if answer is not None:
                cells["theme"][answer, theme] += 1
                cells["language"][answer, language] += 1
        return AnswerCounts(ANSWERS, {"theme": THEMES, "language": LANGUAGES}, cells, could_answer)


def nearly_coinciding(seed: int, *, apart: float = 0.05, answering: float = 0.9) -> World:
    """Each theme is asked about in a language of its own, but for very few."""
    draw = Random(seed)
    people: list[tuple[str, str, str | None]] = []
    for theme, language, n in zip(THEMES, LANGUAGES, (90, 60, 44, 40), strict=True):
        for _ in range(n):
            spoken = draw.choice(LANGUAGES) if draw.random() < apart else language
            answer = draw.choices(ANSWERS, (30, 25, 25, 20))[0] if draw.random() < answering else None
            people.append((theme, spoken, answer))
    return World(people)


def independent(seed: int) -> World:
    """Themes and languages that have nothing to do with each other, and fewer answers."""
    draw = Random(seed)
    return World(
        [
            (
                draw.choices(THEMES, (40, 30, 20, 10))[0],
                draw.choices(LANGUAGES, (70, 20, 7, 3))[0],
                draw.choices(ANSWERS, (60, 25, 10, 5))[0] if draw.random() < 0.5 else None,
            )
            for _ in range(400)
        ]
    )


def opened(published: Published, counts: AnswerCounts) -> int:
    """How many counts below ten are left with fewer than five values, of those that the exact tables do not bound so low by themselves."""
    alone = known_alone(published, counts)
    return sum(
        high - low + 1 < ENOUGH and (low, high) != (0, most)
        for (low, high), most in zip(narrowed(published, counts.could_answer), alone, strict=True)
    )


def small(published: Published) -> list[Where]:
    """The counts published as below ten in the order of the attack, each as answer, theme, language (None: all)."""
    found: list[tuple[*Where, PublishedCell]] = [(None, None, None, published.total)]
    found += [(answer, None, None, cell) for answer, cell in published.by_answer.items()]
    found += [(None, code, None, cell) for code, cell in published.by_code["theme"].items()]
    found += [(None, None, code, cell) for code, cell in published.by_code["language"].items()]
    found += [(answer, code, None, cell) for (answer, code), cell in published.cells["theme"].items()]
    found += [(answer, None, code, cell) for (answer, code), cell in published.cells["language"].items()]
    return [
        (answer, theme, language) for answer, theme, language, cell in found if cell.kind is CellKind.SMALL
    ]


def known_alone(published: Published, counts: AnswerCounts) -> list[int]:
    """The highest value of each of these without the publication."""
    return [
        min(
            9,
            sum(
                n
                for pair, n in counts.could_answer.items()
                if theme in {None, pair[0]} and language in {None, pair[1]}
            ),
        )
        for _answer, theme, language in small(published)
    ]


class Tables:
    """Tables of a quarter that would all be published the same way, made from the true one by letting people answer something else."""

    def __init__(self, world: World, published: Published) -> None:
        self.people = list(world.people)
        self.now: Counter[Where] = Counter()
        for who, (_theme, _language, answer) in enumerate(self.people):
            self.now.update(self._touched(who, answer))
        self.shown: dict[Where, PublishedCell] = {(None, None, None): published.total}
        self.shown |= {(answer, None, None): cell for answer, cell in published.by_answer.items()}
        self.shown |= {(None, code, None): cell for code, cell in published.by_code["theme"].items()}
        self.shown |= {(None, None, code): cell for code, cell in published.by_code["language"].items()}
        for (answer, code), cell in published.cells["theme"].items():
            self.shown[answer, code, None] = cell
        for (answer, code), cell in published.cells["language"].items():
            self.shown[answer, None, code] = cell

    def _touched(self, who: int, answer: str | None) -> list[Where]:
        theme, language, _answer = self.people[who]
        if answer is None:
            return []
        whose = [
            (one, where)
            for one in (None, answer)
            for where in ((None, None), (theme, None), (None, language))
        ]
        return [(one, *where) for one, where in whose]

    def change(self, changes: list[tuple[int, str | None]]) -> bool:
        """Whether these answers instead would be published the same way; if not, nothing is changed."""
        before = [(who, self.people[who][2]) for who, _answer in changes]
        more: Counter[Where] = Counter()
        for who, answer in changes:
            more.update(self._touched(who, answer))
        for who, answer in before:
            more.subtract(self._touched(who, answer))
        if not all(
            self.shown[key].low <= self.now[key] + n <= self.shown[key].high for key, n in more.items()
        ):
            return False
        self.now.update(more)
        for who, answer in changes:
            self.people[who] = (*self.people[who][:2], answer)
        return True


def values_of(where: Where, world: World, published: Published) -> set[int]:
    """The values that are found for a count below ten, first by fewer of it and then by more."""
    answer, theme, language = where
    draw, seen = Random(0), set[int]()
    for sign in (-1, 1):
        tables = Tables(world, published)
        inside = [
            who
            for who, (one, other, _answer) in enumerate(world.people)
            if theme in {None, one} and language in {None, other}
        ]
        seen.add(tables.now[where])
        for _ in range(6_000):
            if len(seen) >= ENOUGH:
                return seen
            here = [
                who
                for who in inside
                if (tables.people[who][2] is not None if answer is None else tables.people[who][2] == answer)
                == (sign < 0)
            ]
            if not here:
                break
            others = [one for one in (*ANSWERS, None) if one != answer]
            first = draw.choice(here)
            old = tables.people[first][2]
            new = (draw.choice(others) if answer else None) if sign < 0 else answer or draw.choice(ANSWERS)
            changes = [(first, new)]
            # Somebody else the other way round keeps how often each answer was given; more may keep the other sums.
            for back in draw.choice(
                ((), ((new, old),), ((new, old),), ((new, old), (new, new)), ((None, new),))
            ):
                before, after = back
                if who := [
                    one for one, (*_, given) in enumerate(tables.people) if given == before and one != first
                ]:
                    changes.append((draw.choice(who), after))
            if draw.random() < 0.3:
                changes += [(draw.randrange(len(tables.people)), draw.choice((*ANSWERS, None)))]
            changes = list(dict(changes).items())
            tables.change(changes)
            seen.add(tables.now[where])
    return seen


def test_each_table_alone_may_be_safe_and_both_with_the_exact_ones_not() -> None:
    """What would be published by who asked about each theme and who asked in each language, without looking at both together."""
    narrowed_counts, all_counts = 0, 0
    for seed in range(8):
        counts = nearly_coinciding(seed).counts
        alone = AnswerCounts(
            counts.answers, counts.codes, counts.cells, dict.fromkeys(_pairs(), counts.total)
        )
        published = at_level(counts, publish(alone).level)
        narrowed_counts += opened(published, counts)
        all_counts += len(small(published))
    assert narrowed_counts > 0, "the attack has to be one, or the next test shows nothing"
    assert all_counts > narrowed_counts


@pytest.mark.parametrize("seed", range(8))
def test_no_count_is_opened_where_a_theme_and_a_language_nearly_coincide(seed: int) -> None:
    counts = nearly_coinciding(seed).counts
    assert opened(publish(counts), counts) == 0


def test_every_hidden_count_takes_five_values_in_tables_published_the_same_way() -> None:
    published_levels = Counter[Level]()
    for world in (nearly_coinciding(1), nearly_coinciding(2, apart=0.1, answering=0.5), independent(3)):
        counts = world.counts
        published = publish(counts)
        published_levels[published.level] += 1
        for where, most in zip(small(published), known_alone(published, counts), strict=True):
            found = values_of(where, world, published)
            assert len(found) >= min(ENOUGH, most + 1), (published.level, where, found)
    assert any(level < Level.ANSWERS_ONLY for level in published_levels)


def _pairs() -> list[tuple[str, str]]:
    return [(theme, language) for theme in THEMES for language in LANGUAGES]
