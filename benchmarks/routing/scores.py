"""The figures of a policy on a trace."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.routing.trace import HalfDay
from benchmarks.routing.world import Chance, Leg, Policy, play

NOBODY_ON_DUTY = "nobody on duty"
NO_SKILL = "no skill"
BUSY = "busy"
NO_ANSWER = "no answer"
CAUSES = (NOBODY_ON_DUTY, NO_SKILL, BUSY, NO_ANSWER)


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of the first legs; losses after a transfer are counted apart. Shares are between 0 and 1, waits in
    seconds."""

    policy: str
    requests: int
    take_up: float
    rings_per_accepted: float
    mean_wait_s: float
    p90_wait_s: float
    elsewhere: float
    take_up_by_language: dict[str, float]
    lost: dict[str, float]
    second_legs: int
    second_take_up: float


def score(half_days: Iterable[HalfDay], policy: Policy) -> Score:
    """Play a trace and count."""
    legs: list[Leg] = []
    rings = 0
    for world in play(half_days, policy):
        legs += world.legs
        rings += world.rings_first_leg
    first = [leg for leg in legs if not leg.second]
    second = [leg for leg in legs if leg.second]
    accepted = [leg for leg in first if leg.by is not None]
    waits = sorted((leg.accepted or 0) - leg.since for leg in accepted)
    causes = Counter(_cause(leg) for leg in first if leg.by is None)
    asked = Counter(leg.request.language for leg in first)
    taken = Counter(leg.request.language for leg in accepted)
    return Score(
        policy=policy.name,
        requests=len(first),
        take_up=_share(len(accepted), len(first)),
        rings_per_accepted=_share(rings, len(accepted)),
        mean_wait_s=_share(sum(waits), len(waits)) / 1000,
        p90_wait_s=waits[int(0.9 * (len(waits) - 1))] / 1000 if waits else 0.0,
        elsewhere=_share(
            sum(leg.by is not None and leg.by.person.pool != leg.request.site for leg in accepted),
            len(accepted),
        ),
        take_up_by_language={language: taken[language] / asked[language] for language in sorted(asked)},
        lost={cause: _share(causes[cause], len(first)) for cause in CAUSES},
        second_legs=len(second),
        second_take_up=_share(sum(leg.by is not None for leg in second), len(second)),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _cause(leg: Leg) -> str:
    """Why a request was lost: the best chance that it had while it waited."""
    if Chance.DUTY not in leg.chances:
        return NOBODY_ON_DUTY
    if Chance.SKILL not in leg.chances:
        return NO_SKILL
    return NO_ANSWER if Chance.SLOT in leg.chances else BUSY
