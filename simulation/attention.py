"""Who looks at the screen: spells of attention and of absence, estimated from signs of life. Pure.

Somebody is seen to be absent only after `PROBABLY_ABSENT_AFTER_S` without a sign. Where absences have no memory, their length beyond
that is again the length of an absence, and shorter ones, which nobody sees, can be counted in.
"""

from dataclasses import dataclass
from math import exp
from random import Random

from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from simulation.observations import SignSums

ACTIVE_EVERY_S = 30.0
"""A console tells so often that it is used."""
USUAL_ATTENTION_S = 1500.0
USUAL_ABSENCE_S = 600.0
PRIOR_ABSENCES = 5
"""So many absences of the usual length are counted in, so that a few unusual ones change the estimate little."""
SHORTEST_S = 30.0


@dataclass(frozen=True, slots=True)
class Attention:
    """The mean lengths of spells at the screen and away from it."""

    attentive_s: float
    away_s: float

    @property
    def share(self) -> float:
        """The part of the time at the screen."""
        return self.attentive_s / (self.attentive_s + self.away_s)

    def spells(self, chance: Random, start: float, end: float) -> tuple[tuple[float, float], ...]:
        """When somebody on duty from `start` to `end` looks at the screen; being signed in says nothing of it."""
        found, begin = [], start
        if chance.random() >= self.share:
            begin += chance.expovariate(1 / self.away_s)
        while begin < end:
            until = begin + chance.expovariate(1 / self.attentive_s)
            found.append((begin, min(until, end)))
            begin = until + chance.expovariate(1 / self.away_s)
        return tuple(found)


def attention_of(signs: SignSums) -> Attention:
    """The spells that give such sums."""
    absent_s = max(0.0, signs.minutes - signs.present_minutes) * 60
    seen = signs.absences + PRIOR_ABSENCES
    away_s = max(SHORTEST_S, (absent_s + PRIOR_ABSENCES * USUAL_ABSENCE_S) / seen)
    # An absence is as long as what is seen of it; of all absences only those are seen that outlast the limit.
    absences = seen * exp(min(PROBABLY_ABSENT_AFTER_S / away_s, 5.0))
    total_s = signs.minutes * 60 + PRIOR_ABSENCES * (USUAL_ATTENTION_S + USUAL_ABSENCE_S)
    return Attention(max(SHORTEST_S, (total_s - absences * away_s) / absences), away_s)
