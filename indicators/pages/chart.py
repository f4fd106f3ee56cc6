"""The geometry of a chart of shares over time. Pure: a template draws it beside the table from whose lines it is made.

Lines differ by dash and mark, not by colour alone: it can be read in black and white.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LEFT: Final = 44
RIGHT: Final = 12
TOP: Final = 26
BOTTOM: Final = 44
JANUARY: Final = 1
ROOM_FOR_A_YEAR: Final = 36
"""Between the middles of two years that are written side by side."""
GRID: Final = (0, 25, 50, 75, 100)
"""The lines of the scale, in percent."""
NEEDED_FOR_A_LINE: Final = 2


@dataclass(frozen=True)
class Canvas:
    """What a chart is drawn on. A screen scales it with its words: each is for screens of about its own width."""

    width: int
    height: int
    every: int
    """So many months from one that is written to the next; January always is."""


WIDE: Final = Canvas(760, 320, 1)
NARROW: Final = Canvas(340, 280, 3)
"""For a phone."""


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
    width: int
    height: int
    right: int
    bottom: int
    left: int = LEFT
    top: int = TOP

    @property
    def has_intervals(self) -> bool:
        """Whether any is drawn; the words beside the chart explain what is in it."""
        return any(mark.low is not None for line in self.lines for mark in line.marks)

    @property
    def has_hollow(self) -> bool:
        return any(mark.hollow for line in self.lines for mark in line.marks)


def chart(
    canvas: Canvas,
    months: Sequence[str],
    series: Sequence[tuple[str, Sequence[Point]]],
    breaks: Sequence[Sequence[int]],
    reference: float,
) -> Chart:
    """`months` as `2026-11`; each series has a point for each; `breaks` the numbers of the breaks before each.

    A series of which nothing is known has no line.
    """
    xs = [x_of(number, len(months), canvas) for number in range(len(months))]
    return Chart(
        lines=[
            ChartLine(code, list(_marks(xs, points, canvas)), list(_strokes(xs, points, breaks, canvas)))
            for code, points in series
            if any(point.share is not None for point in points)
        ],
        ticks=list(_ticks(xs, months, canvas)),
        breaks=[
            Break(round((before + x) / 2, 1), ", ".join(map(str, numbers)))
            for before, x, numbers in zip([LEFT, *xs], xs, breaks, strict=False)
            if numbers
        ],
        grid=[(y_of(percent / 100, canvas), percent) for percent in GRID],
        reference=y_of(reference, canvas),
        width=canvas.width,
        height=canvas.height,
        right=canvas.width - RIGHT,
        bottom=canvas.height - BOTTOM,
    )


def x_of(number: int, many: int, canvas: Canvas) -> float:
    """In the middle of its part of the width."""
    return round(LEFT + (canvas.width - LEFT - RIGHT) * (number + 0.5) / many, 1)


def y_of(share: float, canvas: Canvas) -> float:
    return round(TOP + (canvas.height - TOP - BOTTOM) * (1 - share), 1)


def _ticks(xs: Sequence[float], months: Sequence[str], canvas: Canvas) -> Iterator[AxisTick]:
    """The months that are written. A year is at its January, and at the first month where that is not too near."""
    januaries = [x for x, month in zip(xs, months, strict=True) if _month_of(month) == JANUARY]
    for number, (x, month) in enumerate(zip(xs, months, strict=True)):
        january = _month_of(month) == JANUARY
        has_room = all(other - x >= ROOM_FOR_A_YEAR for other in januaries)
        if january or (_month_of(month) - JANUARY) % canvas.every == 0 or (number == 0 and has_room):
            yield AxisTick(x, month[5:], month[:4] if january or (number == 0 and has_room) else "")


def _month_of(month: str) -> int:
    return int(month[5:])


def _marks(xs: Sequence[float], points: Sequence[Point], canvas: Canvas) -> Iterator[Mark]:
    for x, point in zip(xs, points, strict=True):
        if point.share is None:
            continue
        low = None if point.low is None else y_of(point.low, canvas)
        high = None if point.high is None else y_of(point.high, canvas)
        yield Mark(x, y_of(point.share, canvas), point.hollow, low, high)


def _strokes(
    xs: Sequence[float], points: Sequence[Point], breaks: Sequence[Sequence[int]], canvas: Canvas
) -> Iterator[str]:
    stroke: list[str] = []
    for x, point, broken in zip(xs, points, breaks, strict=True):
        if broken or point.share is None:
            yield from _stroke(stroke)
            stroke = []
        if point.share is not None:
            stroke.append(f"{x},{y_of(point.share, canvas)}")
    yield from _stroke(stroke)


def _stroke(places: list[str]) -> Iterator[str]:
    if len(places) >= NEEDED_FOR_A_LINE:
        yield " ".join(places)
