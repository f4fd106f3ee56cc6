"""The possible values of sums of unknown counts, when other sums of them are known to lie between bounds. Pure.

A linear program, solved by the simplex method for variables with bounds (V. Chvátal, Linear Programming, 1983, chapter 8): published
tables of an answer by theme and by language are sums of one table by both, which is no network, so that no flow finds their bounds.

The unknown counts are taken to be numbers, not whole ones: whole numbers can never be less narrow. Nothing here knows the true
counts, so that what is decided by these bounds tells nothing about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Final, NamedTuple

TINY: Final = 1e-9
NEAR: Final = 1e-6
"""So far from a whole number is as good as one."""


class ContradictionError(ValueError):
    """No counts at all are possible within these bounds."""


class Sum(NamedTuple):
    """A sum of unknown counts, by their numbers, and its bounds."""

    of: Sequence[int]
    low: float
    high: float


@dataclass
class _Step:
    """How far a variable can go, and which basic one stops it there (None: its own other bound)."""

    length: float
    row: int | None = None
    bound: float = 0.0


class SumBounds:
    """Unknown counts, none above its own ceiling, and sums of them. Variables are numbered: first the counts, then the sums."""

    def __init__(self, ceilings: Sequence[float], sums: Sequence[Sum]) -> None:
        self._counts = len(ceilings)
        self._low = [0.0] * len(ceilings) + [float(one.low) for one in sums]
        self._high = [float(high) for high in ceilings] + [float(one.high) for one in sums]
        if any(low > high for low, high in zip(self._low, self._high, strict=True)):
            raise ContradictionError
        self._value = [0.0] * len(self._low)
        # Each basic variable (at first the sums) is a sum of multiples of those that are not (at first the counts).
        self._basic = list(range(self._counts, len(self._low)))
        self._rows: list[dict[int, float]] = [dict.fromkeys(one.of, 1.0) for one in sums]
        self._free = set(range(self._counts))
        """The variables that are not basic; each stands on one of its bounds."""
        self.seen_low = [inf] * len(sums)
        self.seen_high = [-inf] * len(sums)
        """The lowest and highest values of each sum in the solutions that were passed: it can certainly have these, and all between."""
        self._settle()

    def range_of(self, number: int, *, reach: float = inf) -> tuple[int, int]:
        """The lowest and highest whole number that this sum can be.

        As soon as it is known to range over `reach`, what is known is given: the true range is no smaller.
        """
        for sign in (1, -1):
            self._optimize(self._counts + number, sign, number, reach)
        return ceil(self.seen_low[number] - NEAR), floor(self.seen_high[number] + NEAR)

    def _settle(self) -> None:
        """Find counts within all bounds: lower the sum of what is beyond a bound, until nothing is."""
        while True:
            slopes: dict[int, float] = {}
            for row, variable in enumerate(self._basic):
                if beyond := self._beyond(variable):
                    _add(slopes, self._rows[row], -beyond)
            if not slopes and not any(self._beyond(variable) for variable in self._basic):
                self._remember()
                return
            if not self._improve(slopes):
                raise ContradictionError

    def _optimize(self, variable: int, sign: int, number: int, reach: float) -> None:
        while self.seen_high[number] - self.seen_low[number] < reach - NEAR:
            slopes = (
                {variable: float(sign)}
                if variable in self._free
                else {each: sign * slope for each, slope in self._rows[self._basic.index(variable)].items()}
            )
            if not self._improve(slopes):
                return
            self._remember()

    def _improve(self, slopes: Mapping[int, float]) -> bool:
        """Move one variable the way in which these slopes rise, as far as nothing is beyond its bounds. False: none can rise."""
        candidates = [
            (abs(slope), variable, 1 if slope > 0 else -1)
            for variable, slope in slopes.items()
            if abs(slope) > TINY and self._can_move(variable, 1 if slope > 0 else -1)
        ]
        # The steepest first. A step of no length could lead around in a circle: then the one with the lowest number (R. G. Bland, 1977).
        for _slope, variable, sign in sorted(candidates, key=lambda one: (-one[0], one[1])):
            step = self._step(variable, sign)
            if step.length > TINY:
                self._go(variable, sign, step)
                return True
        if not candidates:
            return False
        _slope, variable, sign = min(candidates, key=lambda one: one[1])
        self._go(variable, sign, self._step(variable, sign))
        return True

    def _can_move(self, variable: int, sign: int) -> bool:
        value = self._value[variable]
        return value < self._high[variable] - TINY if sign > 0 else value > self._low[variable] + TINY

    def _step(self, variable: int, sign: int) -> _Step:
        best = _Step(self._high[variable] - self._low[variable])
        for row, basic in enumerate(self._basic):
            slope = sign * self._rows[row].get(variable, 0.0)
            if abs(slope) <= TINY:
                continue
            bound = self._bound_ahead(basic, slope)
            room = max(0.0, (bound - self._value[basic]) / slope)
            nearer = room < best.length - TINY
            if nearer or (
                room < best.length + TINY and best.row is not None and basic < self._basic[best.row]
            ):
                best = _Step(min(room, best.length), row, bound)
        if best.length == inf:
            raise ValueError("a count needs a ceiling")
        return best

    def _bound_ahead(self, variable: int, slope: float) -> float:
        """The next bound this way. What is beyond a bound may come back to it, and what goes farther away is stopped by none."""
        beyond = self._beyond(variable)
        if slope > 0:
            return inf if beyond > 0 else self._low[variable] if beyond < 0 else self._high[variable]
        return -inf if beyond < 0 else self._high[variable] if beyond > 0 else self._low[variable]

    def _beyond(self, variable: int) -> int:
        """1: above its bounds; -1: below."""
        value = self._value[variable]
        return (value > self._high[variable] + NEAR) - (value < self._low[variable] - NEAR)

    def _go(self, variable: int, sign: int, step: _Step) -> None:
        for row, basic in enumerate(self._basic):
            if slope := self._rows[row].get(variable):
                self._value[basic] += slope * sign * step.length
        self._value[variable] += sign * step.length
        if step.row is None:
            self._value[variable] = self._high[variable] if sign > 0 else self._low[variable]
        else:
            self._value[self._basic[step.row]] = step.bound
            self._exchange(step.row, variable)

    def _exchange(self, row: int, variable: int) -> None:
        """Make this variable basic instead of the row's."""
        leaving = self._basic[row]
        old = self._rows[row]
        pivot = old.pop(variable)
        new = {each: -slope / pivot for each, slope in old.items()}
        new[leaving] = 1.0 / pivot
        self._rows[row] = new
        self._basic[row] = variable
        self._free.remove(variable)
        self._free.add(leaving)
        for other, slopes in enumerate(self._rows):
            if other != row and (times := slopes.pop(variable, 0.0)):
                _add(slopes, new, times)

    def _remember(self) -> None:
        for number in range(len(self.seen_low)):
            value = self._value[self._counts + number]
            self.seen_low[number] = min(self.seen_low[number], value)
            self.seen_high[number] = max(self.seen_high[number], value)


def _add(slopes: dict[int, float], more: Mapping[int, float], times: float) -> None:
    for variable, slope in more.items():
        found = slopes.get(variable, 0.0) + times * slope
        if abs(found) > TINY:
            slopes[variable] = found
        else:
            slopes.pop(variable, None)
