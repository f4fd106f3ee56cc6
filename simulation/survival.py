"""How long visitors would wait: the Kaplan-Meier estimate from waits. Pure.

Those who were served are censored: they would have waited longer.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from random import Random

STEP_S = 5
"""Waits are rounded up to it."""
TAIL_SHARE = 0.5
"""The rate of leaving in the last half of those who left continues beyond the longest wait that was seen."""
LEAST_AT_RISK = 20
"""While fewer still waited, single visitors would decide: the rate of leaving takes over."""
PATIENT_S = 600.0
"""Where nobody ever left: how long visitors are taken to wait on average."""


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """`shares[i]` of all still wait after `times[i]` seconds; beyond the last, the rest leaves at `tail_rate` per second."""

    times: tuple[float, ...]
    shares: tuple[float, ...]
    tail_rate: float

    def share_after(self, seconds: float) -> float:
        """How many still wait then, at the steps that were seen."""
        position = bisect_left(self.times, seconds + 1e-9)
        return 1.0 if position == 0 else self.shares[position - 1]

    @property
    def mean_s(self) -> float:
        """The mean patience."""
        total, before, share = 0.0, 0.0, 1.0
        for time, after in zip(self.times, self.shares, strict=True):
            total += share * (time - STEP_S / 2 - before)
            before, share = time - STEP_S / 2, after
        return total + share / self.tail_rate

    def draw(self, chance: Random) -> float:
        """A patience in seconds."""
        level, within = chance.random(), chance.random()
        for time, share in zip(self.times, self.shares, strict=True):
            if share <= level:
                return max(0.1, time - STEP_S * within)
        last_time, last_share = (self.times[-1], self.shares[-1]) if self.times else (0.0, 1.0)
        return last_time - log(max(level, 1e-12) / last_share) / self.tail_rate


def kaplan_meier(*, left: Mapping[int, int], censored: Mapping[int, int]) -> SurvivalCurve:
    """From how many left, and how many were served first, after so many seconds."""
    at_risk = sum(left.values()) + sum(censored.values())
    share, times, shares = 1.0, [], []
    for time in sorted({*left, *censored}):
        if at_risk < LEAST_AT_RISK:
            break
        leave = left.get(time, 0)
        if leave:
            # Those served within the same step were at risk for half of it on average.
            share *= 1 - leave / (at_risk - min(censored.get(time, 0) / 2, at_risk - leave))
            times.append(float(time))
            shares.append(share)
        at_risk -= leave + censored.get(time, 0)
    return SurvivalCurve(tuple(times), tuple(shares), _tail_rate(left, censored))


def _tail_rate(left: Mapping[int, int], censored: Mapping[int, int]) -> float:
    leavers = sum(left.values())
    if not leavers:
        return 1 / PATIENT_S
    begin, seen = 0, 0
    for time in sorted(left):
        if seen >= leavers * (1 - TAIL_SHARE):
            break
        begin, seen = time, seen + left[time]
    late = sum(n for time, n in left.items() if time > begin) or leavers
    begin = begin if late < leavers else 0
    waited = sum(
        (time - begin - STEP_S / 2) * n
        for counts in (left, censored)
        for time, n in counts.items()
        if time > begin
    )
    return late / max(waited, 1.0)
