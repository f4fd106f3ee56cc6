"""Expected values with intervals, from many replications; differences from pairs. Pure.

An interval holds what nineteen of twenty drawn periods gave: it says how much such a period varies, and of a difference how sure it is.
Of few replications the outermost are not the outermost of all: there the interval is made from how far they lie apart, the wider
the fewer they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist, stdev

from simulation.outcomes import OutcomeSums, PeriodTally

COVERS = 0.95
ENOUGH_REPLICATIONS = 40
"""With so many the interval is read from the replications themselves."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean, and the interval that holds `COVERS` of the replications."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float], *, least: float = -inf, most: float = inf) -> Estimate:
    """Of one figure over all replications; it cannot be less than `least` nor more than `most`."""
    ordered = sorted(values)
    many, outside = len(ordered), (1 - COVERS) / 2
    mean = sum(ordered) / many
    if many >= ENOUGH_REPLICATIONS or many == 1:
        return Estimate(mean, _quantile(ordered, outside), _quantile(ordered, 1 - outside))
    wide = _student(many - 1) * stdev(ordered) * sqrt(1 + 1 / many)
    return Estimate(mean, max(least, mean - wide), min(most, mean + wide))


_STUDENT_OF_FEW = (12.706, 4.303, 3.182, 2.776)


def _student(freedom: int) -> float:
    """How many standard deviations hold `COVERS`, where these are estimated from `freedom` + 1 values (Student's t)."""
    if freedom <= len(_STUDENT_OF_FEW):
        return _STUDENT_OF_FEW[freedom - 1]
    z = NormalDist().inv_cdf((1 + COVERS) / 2)
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Paired:
    """A figure as it is, as it would be, and by how much it would change."""

    now: Estimate
    then: Estimate
    change: Estimate


def paired(now: Sequence[float], then: Sequence[float], *, most: float = inf) -> Paired:
    """Both of the same seeds, in the same order: counts, times or shares, none below zero."""
    changes = [after - before for before, after in zip(now, then, strict=True)]
    return Paired(
        estimate(now, least=0.0, most=most), estimate(then, least=0.0, most=most), estimate(changes)
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of all requests, or of those of one theme or language. Counts are for a week."""

    requests: Paired
    served: Paired
    take_up: Paired
    wait_mean_s: Paired
    wait_90_s: Paired
    abandoned: Paired
    unserved: Paired
    rings: Paired


@dataclass(frozen=True, slots=True)
class Comparison:
    """One setting beside another."""

    replications: int
    total: Figures
    by_theme: dict[str, Figures]
    by_language: dict[str, Figures]
    rings_per_hour: Paired
    asked_closed: Paired
    legs_lost: Paired


def comparison(now: Sequence[PeriodTally], then: Sequence[PeriodTally], *, weeks: float) -> Comparison:
    """From pairs of replications of so many weeks each."""

    def of(figure: Callable[[PeriodTally], float]) -> Paired:
        return paired([figure(each) for each in now], [figure(each) for each in then])

    return Comparison(
        replications=len(now),
        total=_figures([each.total for each in now], [each.total for each in then], weeks),
        by_theme=_by_code([each.by_theme for each in now], [each.by_theme for each in then], weeks),
        by_language=_by_code([each.by_language for each in now], [each.by_language for each in then], weeks),
        rings_per_hour=of(lambda each: each.rings_per_hour),
        asked_closed=of(lambda each: each.total.asked_closed / weeks),
        legs_lost=of(lambda each: each.total.legs_lost / weeks),
    )


def _by_code(
    now: Sequence[Mapping[str, OutcomeSums]], then: Sequence[Mapping[str, OutcomeSums]], weeks: float
) -> dict[str, Figures]:
    none = OutcomeSums()
    return {
        code: _figures([each.get(code, none) for each in now], [each.get(code, none) for each in then], weeks)
        for code in sorted({code for each in (*now, *then) for code in each})
    }


def _figures(now: Sequence[OutcomeSums], then: Sequence[OutcomeSums], weeks: float) -> Figures:
    def of(figure: Callable[[OutcomeSums], float], most: float = inf) -> Paired:
        return paired([figure(each) for each in now], [figure(each) for each in then], most=most)

    return Figures(
        requests=of(lambda line: line.requests / weeks),
        served=of(lambda line: line.served / weeks),
        take_up=of(lambda line: line.take_up, 1.0),
        wait_mean_s=of(lambda line: line.mean_wait_s),
        wait_90_s=of(lambda line: line.wait_quantile_s(0.9)),
        abandoned=of(lambda line: line.abandoned / weeks),
        unserved=of(lambda line: line.unserved / weeks),
        rings=of(lambda line: line.rings / weeks),
    )
