"""What no router can reach, and the causes of the remaining gap: the same trace in worlds with ever fewer hindrances.

The bound of a router that knows everything is approached from above by ringing everybody in a world without
reaction times and without limits of capacity: there, only attention, skills and patience are left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from benchmarks.routing.references import Reference, everybody
from benchmarks.routing.scores import score
from benchmarks.routing.trace import HalfDay
from benchmarks.routing.world import NEVER

Kinder: TypeAlias = Callable[[HalfDay], HalfDay]


@dataclass(frozen=True, slots=True)
class Part:
    """What T would be at most if this hindrance, and those before it, were gone."""

    without: str
    take_up: float


def _unhindered(half_day: HalfDay) -> HalfDay:
    return half_day


def no_limit_of_capacity(half_day: HalfDay) -> HalfDay:
    """Everybody has a free slot."""
    people = tuple(replace(each, capacity=1_000) for each in half_day.people)
    return replace(half_day, people=people)


def no_reaction_times(half_day: HalfDay) -> HalfDay:
    """A person who looks at the screen answers at once."""
    requests = tuple(replace(each, latency=dict.fromkeys(each.latency, (0,))) for each in half_day.requests)
    return replace(half_day, requests=requests)


def nobody_looks_away(half_day: HalfDay) -> HalfDay:
    """Everybody who is signed in looks at the screen."""
    people = tuple(replace(each, attentive=((0, NEVER),)) for each in half_day.people)
    return replace(half_day, people=people)


STEPS: tuple[tuple[str, Kinder], ...] = (
    ("a ring of three instead of everybody", _unhindered),
    ("capacity", no_limit_of_capacity),
    ("reaction times", no_reaction_times),
    ("people signed in but not there", nobody_looks_away),
)
BOUND = "reaction times"


def parts(half_days: Sequence[HalfDay]) -> list[Part]:
    """T of ringing everybody, as one hindrance after another is removed. At the end only skills and duty
    remain."""
    found = []
    for name, kinder in STEPS:
        half_days = [kinder(each) for each in half_days]
        loud = Reference("everybody", everybody, 0, NEVER)
        found.append(Part(name, score(half_days, loud).take_up))
    return found
