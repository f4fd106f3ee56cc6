"""What two releases say differently: every figure of every table, the protected ones too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from indicators.files.export import Cell
from indicators.models import FiguresRelease

PROTECTED: Final = "protected"
"""In the place of a breakdown: what visitors told of themselves."""
VERSION: Final = re.compile(r"_v\d+")
"""In the name of a column. Two releases may have been made with different versions of a definition; their pages say with which."""

Line = tuple[str, str] | None
"""By what, and which code; None is all together."""


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that differs; None where a release has no such line, or did not count it."""

    line: Line
    column: str
    """As the first release names it, if it has it; of protected tables the question and the answer."""
    first: Cell
    other: Cell

    @property
    def apart(self) -> float | None:
        numbers = [one for one in (self.first, self.other) if isinstance(one, int | float)]
        return numbers[0] - numbers[1] if len(numbers) > 1 else None


def changed(first: FiguresRelease, other: FiguresRelease, by: str) -> list[ChangedFigure]:
    """In the order of the first release's table."""
    one, two = (_figures(release, by) for release in (first, other))
    return [
        ChangedFigure(place[0], (one.get(place) or two[place])[0], before, after)
        for place in dict.fromkeys([*one, *two])
        if (before := one.get(place, ("", None))[1]) != (after := two.get(place, ("", None))[1])
    ]


def numbers_changed(first: FiguresRelease, other: FiguresRelease) -> dict[str, int]:
    """For each table that either has, how many of its figures differ."""
    return {by: len(changed(first, other, by)) for by in tables_of(first, other)}


def tables_of(*releases: FiguresRelease) -> list[str]:
    """Each that one of them has; the protected ones, which only quarters have, if all do."""
    found = dict.fromkeys(by for release in releases for by in release.content["tables"])
    return [*found, *([PROTECTED] if all(release.content["protected"] for release in releases) else [])]


def _figures(release: FiguresRelease, by: str) -> dict[tuple[Line, str], tuple[str, Cell]]:
    """By line and column whatever its version: the column's own name, and the figure."""
    found = _protected(release) if by == PROTECTED else _of_table(release, by)
    return {(line, VERSION.sub("", column)): (column, cell) for line, column, cell in found}


def _of_table(release: FiguresRelease, by: str) -> Iterator[tuple[Line, str, Cell]]:
    lines: list[dict[str, Any]] = release.content["tables"].get(by, [])
    for number, line in enumerate(lines, start=1):
        # The last is of all together, whatever its key.
        place = None if number == len(lines) else (by, str(line["key"]))
        yield from ((place, column, cell) for column, cell in line.items() if column != "key")


def _protected(release: FiguresRelease) -> Iterator[tuple[Line, str, Cell]]:
    for record in release.content["protected"]:
        place = (record["by"], record["code"]) if record["by"] else None
        yield place, f"{record['about']}={record['answer']}", record["count"]
