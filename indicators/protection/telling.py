"""How much of the figures of one line is told. Pure.

How many asked, and how they ended, is told exactly. A wait or a duration is as good as a name: one that is found by days in one table and
by languages and sites in another is the same request. So times are exact in whole months only; in what is finer they are those of many
requests, rounded. An outcome that is rare in a month is such a name, too. How people worked on a day on which one or two were ready would
be their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from indicators.codes import COUNTED, TOGETHER, Outcome
from indicators.definitions import Figures, ServiceTarget, compute
from indicators.protection.disclosure import THRESHOLD
from indicators.tally import Tally
from indicators.values import Rate, Ratio, RoundedShare, RoundedSpread, Spread, Value

ENOUGH_FOR_TIMES: Final = 100
"""Of so many requests at least their times are told in what is finer than months."""
ROUNDED_TO: Final = 5
"""Requests: of a hundred, a whole percent would be one of them."""

OF_WORK: Final = frozenset(
    {
        "two_way",
        "first_answer",
        "duration",
        "quiet",
        "transfers",
        "transferred",
        "requeues",
        "requeued",
        "legs_lost",
    }
)
"""How people worked."""
OF_TIMES: Final = OF_WORK | {"service_level", "wait_served", "wait_abandoned"}
"""What of a single request is rarely the same as of another."""
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "take_up": frozenset({Outcome.SERVED}),
    "take_up_star": frozenset({Outcome.SERVED, Outcome.ABANDONED_SHORT}),
    "take_up_all_demand": frozenset({Outcome.SERVED}),
    "answer_rate": frozenset({Outcome.SERVED}),
    "service_level": frozenset({Outcome.SERVED}),
    "abandonment": frozenset({Outcome.ABANDONED, Outcome.ABANDONED_SHORT}),
}
"""Which outcomes could be computed from each rate."""


@dataclass(frozen=True, kw_only=True)
class LineTelling:
    """What of a line is told, by what it is a line of."""

    finer: bool = False
    """Of parts of months."""
    filtered: bool = False
    """By something besides its time."""
    of_one_thing: bool = False
    """Itself a theme, a language or a place, rather than a time."""
    together: frozenset[str] = frozenset()
    """The outcomes that are told together."""
    of_few: bool = False
    """On one of its days fewer than three people were ready."""

    def figures(self, tally: Tally, target: ServiceTarget) -> Figures:
        found = compute(tally, target)
        if not self.finer:
            few = self.filtered and tally.requests < THRESHOLD
            return found | dict.fromkeys(OF_TIMES) if few else found
        told = self._tells_times_of(tally)
        found |= {code: _rounded(found[code]) if told else None for code in OF_TIMES}
        # A mean of minutes: a single long silence would show.
        found["quiet"] = None
        if self.of_few:
            found |= dict.fromkeys([*OF_WORK, "unmet_open_time"])
        # It would tell from a site of which network a single request came.
        found["out_of_network"] = None
        return found | {code: None for code, needed in NEEDED.items() if needed & self.together}

    def outcomes(self, tally: Tally) -> dict[str, int]:
        """By outcome; those that are told together have one key."""
        if not self.finer or not self.together:
            return {outcome.value: tally.outcomes[outcome] for outcome in COUNTED}
        alone = {
            outcome.value: tally.outcomes[outcome] for outcome in COUNTED if outcome not in self.together
        }
        return alone | {TOGETHER: sum(tally.outcomes[outcome] for outcome in self.together)}

    def hides_times_of(self, tally: Tally) -> bool:
        """Whether it tells less of times than there is to tell."""
        few = self.filtered and tally.requests < THRESHOLD
        return self.finer or few

    def _tells_times_of(self, tally: Tally) -> bool:
        return not self.filtered and not self.of_one_thing and tally.requests >= ENOUGH_FOR_TIMES


EXACTLY: Final = LineTelling()


def _rounded(value: Value | None) -> Value | None:
    match value:
        case Rate(part, whole) | Ratio(part, whole):
            rounded = ROUNDED_TO * int(part / ROUNDED_TO + 0.5)
            return RoundedShare(round(min(1.0, rounded / whole), 2) if whole else None)
        case Spread(_, _, median, p90, unit):
            return RoundedSpread(median, p90, unit)
    return value
