"""The geometry of a chart of shares over time. Pure: a template draws it beside the table from whose lines it is made.

Lines differ by dash and mark, not by colour alone: it can be read in black and white.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 760
HEIGHT: Final = 320
LEFT: Final = 44
RIGHT: Final = 12
TOP: Final = 26
BOTTOM: Final = 44
GRID: Final = (0, 25, 50, 75, 100)
"""The lines of the scale, in percent."""
NEEDED_FOR_A_LINE: Final = 2


@dataclass(frozen=True)
class Point:
    """A share and its interval, if it has one, between 0 and 1. `hollow`: not all of its days are counted."""

    share: float | None
    low: float | None = None
    high: float | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    hollow: bool
    low: float | None = None
    """The ends of its interval, as places on the page."""
    high: float | None = None


@dataclass(frozen=True)
class ChartLine:
    """One indicator: its marks, and its strokes, which stop where the series breaks or a value is missing."""

    code: str
    marks: list[Mark]
    strokes: list[str]


@dataclass(frozen=True)
class AxisTick:
    x: float
    words: str
    year: str = ""


@dataclass(frozen=True)
class Break:
    x: float
    numbers: str


@dataclass(frozen=True)
class Chart:
    lines: list[ChartLine]
    ticks: list[AxisTick]
    breaks: list[Break]
    grid: list[tuple[float, int]]
    reference: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM

    @property
    def has_intervals(self) -> bool:
        """Whether any is drawn; the words beside the chart explain what is in it."""
        return any(mark.low is not None for line in self.lines for mark in line.marks)

    @property
    def has_hollow(self) -> bool:
        return any(mark.hollow for line in self.lines for mark in line.marks)


def chart(
    months: Sequence[str],
    series: Sequence[tuple[str, Sequence[Point]]],
    breaks: Sequence[Sequence[int]],
    reference: float,
) -> Chart:
    """`months` as `2026-11`; each series has a point for each; `breaks` the numbers of the breaks before each."""
    xs = [x_of(number, len(months)) for number in range(len(months))]
    return Chart(
        lines=[
            ChartLine(code, list(_marks(xs, points)), list(_strokes(xs, points, breaks)))
            for code, points in series
        ],
        ticks=[
            AxisTick(x, month[5:], month[:4] if number == 0 or month.endswith("-01") else "")
            for number, (x, month) in enumerate(zip(xs, months, strict=True))
        ],
        breaks=[
            Break(round((before + x) / 2, 1), ", ".join(map(str, numbers)))
            for before, x, numbers in zip([LEFT, *xs], xs, breaks, strict=False)
            if numbers
        ],
        grid=[(y_of(percent / 100), percent) for percent in GRID],
        reference=y_of(reference),
    )


def x_of(number: int, many: int) -> float:
    """In the middle of its part of the width."""
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (number + 0.5) / many, 1)


def y_of(share: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)


def _marks(xs: Sequence[float], points: Sequence[Point]) -> Iterator[Mark]:
    for x, point in zip(xs, points, strict=True):
        if point.share is None:
            continue
        low = None if point.low is None else y_of(point.low)
        high = None if point.high is None else y_of(point.high)
        yield Mark(x, y_of(point.share), point.hollow, low, high)


def _strokes(xs: Sequence[float], points: Sequence[Point], breaks: Sequence[Sequence[int]]) -> Iterator[str]:
    stroke: list[str] = []
    for x, point, broken in zip(xs, points, breaks, strict=True):
        if broken or point.share is None:
            yield from _stroke(stroke)
            stroke = []
        if point.share is not None:
            stroke.append(f"{x},{y_of(point.share)}")
    yield from _stroke(stroke)


def _stroke(places: list[str]) -> Iterator[str]:
    if len(places) >= NEEDED_FOR_A_LINE:
        yield " ".join(places)
