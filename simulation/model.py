"""How visitors and counsellors behave, as estimated from observations. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from simulation.attention import Attention, attention_of
from simulation.observations import Observations, TalkLength
from simulation.survival import SurvivalCurve, kaplan_meier

REACTION_S = 10.0
REACTION_SIGMA = 0.8
"""Of the logarithm of reaction times."""
PRIOR_RINGS = 30
"""So many rings with the share of all are counted in with a group's own, so that few rings say little."""
PRIOR_TALKS = 20
LEAST_RESPONSE = 0.05


@dataclass(frozen=True, slots=True)
class TalkLengths:
    """Conversations of one theme, to be drawn from."""

    talks: tuple[TalkLength, ...]
    weights: tuple[float, ...]
    """Cumulative."""

    def draw(self, chance: Random) -> TalkLength:
        return chance.choices(self.talks, cum_weights=self.weights)[0]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Everything that is drawn but arrivals and duty.

    `responds` is the chance that somebody of a group who looks at the screen answers a ring.
    """

    patience: SurvivalCurve
    talks: Mapping[str, TalkLengths]
    all_talks: TalkLengths
    attention: Attention
    reaction_s: float
    responds: Mapping[str, float]
    response: float
    """Of a group of which nothing is known."""
    silent_share: float


def behaviour(observed: Observations, *, reaction_s: float = REACTION_S, response: float = 1.0) -> Behaviour:
    """Estimate from a period; `reaction_s` (the median) and `response` are found by calibration."""
    everything = observed.all_talks() or {TalkLength(15): 1}
    return Behaviour(
        patience=kaplan_meier(left=observed.waits.left, censored=observed.waits.censored),
        talks={theme: _lengths(talks, everything) for theme, talks in observed.talks.items()},
        all_talks=_lengths(everything, {}),
        attention=attention_of(observed.signs),
        reaction_s=reaction_s,
        responds={group: response * _relative(observed, group) for group in observed.groups},
        response=response,
        silent_share=observed.silent_share,
    )


def _relative(observed: Observations, group: str) -> float:
    """How well a group answers beside all, as far as its own rings can tell."""
    overall, own = observed.all_rings.share, observed.rings.get(group)
    if own is None or overall <= 0:
        return 1.0
    share = (own.answered + PRIOR_RINGS * overall) / (own.answered + own.missed + PRIOR_RINGS)
    return max(LEAST_RESPONSE, share / overall)


def _lengths(talks: Mapping[TalkLength, int], everything: Mapping[TalkLength, int]) -> TalkLengths:
    """A theme's own conversations, with a few of all themes where it has few."""
    total = sum(everything.values())
    weights = {each: float(count) for each, count in talks.items()}
    for each, count in everything.items():
        weights[each] = weights.get(each, 0.0) + PRIOR_TALKS * count / total
    ordered = sorted(weights, key=lambda each: (each.minutes, each.transferred_to))
    return TalkLengths(tuple(ordered), tuple(accumulate(weights[each] for each in ordered)))
