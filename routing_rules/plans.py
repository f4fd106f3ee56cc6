"""Routing plans as data: ordered rules, each with steps that widen the search.

Pure: no Django, no clock. The published plan's rules are read in order; the first whose conditions all hold
takes the request.
"""

from collections.abc import Iterator
from dataclasses import dataclass

RING_SIZE = 3
RING_TIME_S = 40


@dataclass(frozen=True, slots=True)
class Step:
    """The pools to try once a request is `after_s` seconds old; `pools` None means every pool."""

    after_s: int = 0
    pools: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions (an empty set holds for everything) and the steps that a request they hold for goes through.

    A higher `priority` goes first. `ring_size` counsellors ring at once, each for `ring_time_s` seconds.
    """

    name: str
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    priority: int = 0
    ring_size: int = RING_SIZE
    ring_time_s: int = RING_TIME_S
    steps: tuple[Step, ...] = (Step(),)

    def takes(self, *, theme: str, language: str, site: str, audience: str) -> bool:
        """Do all the conditions hold?"""
        return (
            (not self.themes or theme in self.themes)
            and (not self.languages or language in self.languages)
            and (not self.sites or site in self.sites)
            and (not self.audiences or audience in self.audiences)
        )

    @property
    def takes_everything(self) -> bool:
        """Has this rule no condition at all? A plan's last rule must be like that."""
        return not (self.themes or self.languages or self.sites or self.audiences)

    def pools(self) -> frozenset[str] | None:
        """Every pool that some step names; None when a step means all of them."""
        named: set[str] = set()
        for step in self.steps:
            if step.pools is None:
                return None
            named |= step.pools
        return frozenset(named)


@dataclass(frozen=True, slots=True)
class Plan:
    """One numbered version of the rules."""

    number: int
    rules: tuple[Rule, ...]

    def position_for(self, *, theme: str, language: str, site: str, audience: str) -> int | None:
        """The index of the first rule that takes such a request; None when the plan has no catch-all and
        none does."""
        for position, rule in enumerate(self.rules):
            if rule.takes(theme=theme, language=language, site=site, audience=audience):
                return position
        return None

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


def default_plan(number: int = 1) -> Plan:
    """One rule for everything: all pools at once, three rung at a time for 40 seconds."""
    return Plan(number=number, rules=(Rule(name="default"),))
