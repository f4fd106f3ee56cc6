"""The kinds of value an indicator can have, and the arithmetic behind them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from indicators.digits import rounded

INTERVAL_BELOW: Final = 400
"""A rate on fewer requests than this is shown with its interval."""
Z_95: Final = 1.959964


@dataclass(frozen=True)
class Count:
    n: int


@dataclass(frozen=True)
class Rate:
    """A part of a whole. Without a whole there is no rate: `share` is None, never 0 %."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval; None where nothing was counted, or where the base is large enough."""
        if not 0 < self.whole < INTERVAL_BELOW:
            return None
        return wilson(self.part, self.whole)


@dataclass(frozen=True)
class Ratio:
    """A mean per request, or a share of minutes; it has no interval."""

    part: float
    whole: float

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True)
class Spread:
    """How values are spread; `unit` is `s` or `min`. All None where nothing was measured."""

    n: int
    mean: float | None
    median: float | None
    p90: int | None
    unit: str


@dataclass(frozen=True)
class RoundedShare:
    """A rate for those who may not know its parts: to whole percents, and only of so many that its parts cannot be told.

    To a tenth of a percent, two rates and a service level for each number of seconds had the parts of one number of requests only.
    """

    share: float | None


@dataclass(frozen=True)
class RoundedSpread:
    """How values are spread, without of how many they are, and without the mean, which a single long one would show."""

    median: float | None
    p90: int | None
    unit: str


LEAST_WHOLE: Final = 60


def without_parts(rate: Rate) -> RoundedShare:
    return RoundedShare(float(rounded(rate.part / rate.whole, 2)) if rate.whole >= LEAST_WHOLE else None)


Value = Count | Rate | Ratio | Spread | RoundedShare | RoundedSpread


def wilson(part: int, whole: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a share (E. B. Wilson, JASA 22, 1927), here without continuity
    correction.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError("a part lies between nothing and the whole")
    share = part / whole
    centre = share + z * z / (2 * whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    # At 0 and 1 the exact bound is 0 or 1 itself; a rounding error must not move it.
    low = 0.0 if part == 0 else (centre - reach) / scale
    high = 1.0 if part == whole else (centre + reach) / scale
    return low, high


def difference(first: Rate, second: Rate) -> tuple[float, float, float] | None:
    """The first share less the second, and its 95 % interval, if they are independent.

    R. G. Newcombe, Statistics in Medicine 17, 1998, method 10: from the Wilson intervals of both.
    """
    if first.share is None or second.share is None:
        return None
    low, high = wilson(first.part, first.whole)
    other_low, other_high = wilson(second.part, second.whole)
    apart = first.share - second.share
    below = sqrt((first.share - low) ** 2 + (other_high - second.share) ** 2)
    above = sqrt((high - first.share) ** 2 + (second.share - other_low) ** 2)
    return apart, apart - below, apart + above


def spread(histogram: Mapping[int, int], unit: str) -> Spread:
    n = sum(histogram.values())
    if n == 0:
        return Spread(0, None, None, None, unit)
    mean = sum(value * times for value, times in histogram.items()) / n
    middle = nth(histogram, (n + 1) // 2), nth(histogram, n // 2 + 1)
    return Spread(n, mean, sum(middle) / 2, nth(histogram, -(-n * 9 // 10)), unit)


def nth(histogram: Mapping[int, int], rank: int) -> int:
    """The value at this rank, from 1, in ascending order. The 90th percentile is the nearest rank:
    ceil(0.9 n).
    """
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return value
    raise ValueError("fewer values than that rank")
