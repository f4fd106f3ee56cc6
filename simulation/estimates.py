"""Expected values with intervals, from many replications; differences from pairs. Pure.

An interval holds what nineteen of twenty drawn periods gave: it says how much such a period varies, and of a difference how sure it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulation.outcomes import OutcomeSums, PeriodTally

COVERS = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean, and the interval that holds `COVERS` of the replications."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """Of one figure over all replications."""
    ordered = sorted(values)
    outside = (1 - COVERS) / 2
    return Estimate(sum(ordered) / len(ordered), _quantile(ordered, outside), _quantile(ordered, 1 - outside))


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


def paired(now: Sequence[float], then: Sequence[float]) -> Paired:
    """Both of the same seeds, in the same order."""
    changes = [after - before for before, after in zip(now, then, strict=True)]
    return Paired(estimate(now), estimate(then), estimate(changes))


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
    def of(figure: Callable[[OutcomeSums], float]) -> Paired:
        return paired([figure(each) for each in now], [figure(each) for each in then])

    return Figures(
        requests=of(lambda line: line.requests / weeks),
        served=of(lambda line: line.served / weeks),
        take_up=of(lambda line: line.take_up),
        wait_mean_s=of(lambda line: line.mean_wait_s),
        wait_90_s=of(lambda line: line.wait_quantile_s(0.9)),
        abandoned=of(lambda line: line.abandoned / weeks),
        unserved=of(lambda line: line.unserved / weeks),
        rings=of(lambda line: line.rings / weeks),
    )
