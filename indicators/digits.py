"""How many decimals each kind of figure has, and how it is rounded: pages, letters and workbooks all read it here. Pure.

A figure is rounded as a spreadsheet does it: the number is what its first 15 digits say, and a half goes away from zero. So 51 of 80 is
63.8 % everywhere, though 51/80 * 100 is 63.74999… in binary.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

SPREADSHEET_DIGITS: Final = 15


class FigureKind(StrEnum):
    COUNT = "count"
    SHARE = "share"
    """Shown in percent."""
    TIME = "time"
    """A mean or a median, in seconds or minutes."""
    PERCENTILE = "percentile"
    """A time that somebody had (nearest rank): it is whole, as times are kept."""
    MINUTES = "minutes"
    """Open or silent, summed up."""
    HOURS = "hours"
    MEAN = "mean"
    """Of people, or of requests a day."""
    EACH = "each"
    """Transfers or returns, per conversation."""


DECIMALS: Final[Mapping[FigureKind, int]] = {
    FigureKind.COUNT: 0,
    FigureKind.SHARE: 1,
    FigureKind.TIME: 1,
    FigureKind.PERCENTILE: 0,
    FigureKind.MINUTES: 0,
    FigureKind.HOURS: 1,
    FigureKind.MEAN: 1,
    FigureKind.EACH: 2,
}
PER_CONVERSATION: Final = ("transfers", "requeues")
OF_MINUTES: Final = ("unmet_open_time", "quiet")
"""The indicators whose part and whole are minutes."""


def kind_of_value(code: str) -> FigureKind:
    """Of the value of an indicator that is a share or a mean."""
    if code == "requests":
        return FigureKind.COUNT
    return FigureKind.EACH if code in PER_CONVERSATION else FigureKind.SHARE


def kind_of_parts(code: str) -> FigureKind:
    """Of what the value was divided from."""
    return FigureKind.MINUTES if code in OF_MINUTES else FigureKind.COUNT


def as_number(value: float | Decimal) -> Decimal:
    """The number that a spreadsheet takes it for."""
    return value if isinstance(value, Decimal) else Decimal(f"{value:.{SPREADSHEET_DIGITS}g}")


def rounded(value: float | Decimal, digits: int) -> Decimal:
    """A half goes away from zero; nothing is never `-0`."""
    return as_number(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def in_percent(share: float) -> Decimal:
    return as_number(share) * 100


def number_format_of(kind: FigureKind) -> str:
    """The same as the format of a cell; the spreadsheet writes its separators as its reader's country does."""
    digits = DECIMALS[kind]
    return f"#,##0{'.' + '0' * digits if digits else ''}{'%' if kind is FigureKind.SHARE else ''}"
