"""Routing plans as data: ordered rules, each with steps that widen the search.

Pure: no Django, no clock. The published plan's rules are read in order; the first whose conditions all hold
takes the request.

The parts of a rule are declared here only: its conditions (`condition`), its numbers with their bounds
(`number`) and its steps. Storage, the exchange file, the comparison of plans, the warnings and the forms
all use these declarations. A new condition also needs its words and its form field.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from typing import Any, Self

NAME_LENGTH = 100
MOST_STEPS = 8
ALL_POOLS = "all"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The whole numbers that a field may hold, both ends included, and its default."""

    least: int
    most: int
    usual: int

    def allow(self, value: int) -> bool:
        """Is the number within the bounds?"""
        return self.least <= value <= self.most


class CodeList(Enum):
    """Where the codes that a condition may name come from; `facts.codes_of` reads each."""

    THEMES = auto()
    LANGUAGES = auto()
    SITES = auto()
    AUDIENCES = auto()


@dataclass(frozen=True, slots=True)
class Condition:
    """A request's value `of` must be one of the codes in the rule's field `name`; no code means any.

    `codes` None: no list says which codes exist. `skill`: counsellors have some of these codes and not others.
    """

    name: str
    of: str
    codes: CodeList | None
    skill: bool


def condition(*, of: str, codes: CodeList | None, skill: bool = False) -> frozenset[str]:
    """Declare a field of `Rule` as a condition; see `Condition`."""
    none: frozenset[str] = frozenset()
    return field(default=none, metadata={"of": of, "codes": codes, "skill": skill})


def number(least: int, most: int, *, usual: int) -> int:
    """Declare a field as a whole number within bounds."""
    return field(default=usual, metadata={"bounds": Bounds(least, most, usual)})


@dataclass(frozen=True, slots=True)
class Step:
    """The pools to try once a request is `after_s` seconds old; `pools` None means every pool."""

    after_s: int = number(0, 1_800, usual=0)
    pools: frozenset[str] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it is stored and exported."""
        numbers = {name: getattr(self, name) for name in STEP_BOUNDS}
        return {**numbers, "pools": ALL_POOLS if self.pools is None else sorted(self.pools)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        pools = content["pools"]
        return cls(**{**content, "pools": None if pools == ALL_POOLS else frozenset(pools)})


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions, and the steps for a request that meets them.

    A higher `priority` goes first. `ring_size` counsellors ring at once, each for `ring_time_s` seconds.
    """

    name: str
    themes: frozenset[str] = condition(of="theme", codes=CodeList.THEMES, skill=True)
    languages: frozenset[str] = condition(of="language", codes=CodeList.LANGUAGES, skill=True)
    sites: frozenset[str] = condition(of="site", codes=CodeList.SITES)
    audiences: frozenset[str] = condition(of="audience", codes=CodeList.AUDIENCES)
    priority: int = number(-9, 9, usual=0)
    ring_size: int = number(1, 50, usual=3)
    ring_time_s: int = number(10, 300, usual=40)
    steps: tuple[Step, ...] = (Step(),)

    def codes(self, condition: Condition) -> frozenset[str]:
        """The codes that this rule names for a condition."""
        codes: frozenset[str] = getattr(self, condition.name)
        return codes

    def takes(self, **asked: str) -> bool:
        """Do all the conditions hold for a request with these values (see `asked_of`)?"""
        for each in CONDITIONS:
            codes = getattr(self, each.name)
            if codes and asked[each.of] not in codes:
                return False
        return True

    @property
    def takes_everything(self) -> bool:
        """Has this rule no condition at all? A plan's last rule must be like that."""
        return not any(self.codes(each) for each in CONDITIONS)

    def pools(self) -> frozenset[str] | None:
        """Every pool that some step names; None when a step means all of them."""
        named: set[str] = set()
        for step in self.steps:
            if step.pools is None:
                return None
            named |= step.pools
        return frozenset(named)

    def to_dict(self) -> dict[str, Any]:
        """As it is stored and exported: JSON's types only, a condition without codes left out."""
        return {
            "name": self.name,
            **{each.name: sorted(self.codes(each)) for each in CONDITIONS if self.codes(each)},
            **{name: getattr(self, name) for name in RULE_BOUNDS},
            "steps": [step.to_dict() for step in self.steps],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote; bounds and codes are not checked.

        Raises:
            TypeError: a field that rules do not have. Ignoring an unknown condition would send the rule more requests.
        """
        conditions = {each.name: frozenset(content.get(each.name, ())) for each in CONDITIONS}
        steps = tuple(Step.from_dict(step) for step in content["steps"])
        return cls(**{**content, **conditions, "steps": steps})


def conditions_of(declared: type[Rule]) -> tuple[Condition, ...]:
    """The conditions that a rule declares, in the order in which they are shown."""
    return tuple(Condition(each.name, **each.metadata) for each in fields(declared) if "of" in each.metadata)


def _bounds(declared: type[Rule | Step]) -> dict[str, Bounds]:
    return {each.name: each.metadata["bounds"] for each in fields(declared) if "bounds" in each.metadata}


CONDITIONS = conditions_of(Rule)
RULE_BOUNDS: Mapping[str, Bounds] = _bounds(Rule)
STEP_BOUNDS: Mapping[str, Bounds] = _bounds(Step)


def asked_of(request: object) -> dict[str, str]:
    """The values of a request that conditions check."""
    return {each.of: getattr(request, each.of) for each in CONDITIONS}


@dataclass(frozen=True, slots=True)
class Plan:
    """One numbered version of the rules."""

    number: int
    rules: tuple[Rule, ...]

    def position_for(self, **asked: str) -> int | None:
        """The index of the first rule that takes such a request (its values: see `asked_of`); None when the
        plan has no catch-all and none does.

        Raises:
            TypeError: other values than those that conditions check.
        """
        if asked.keys() != {each.of for each in CONDITIONS}:
            raise TypeError(f"a request is asked by {', '.join(each.of for each in CONDITIONS)}")
        for position, rule in enumerate(self.rules):
            if rule.takes(**asked):
                return position
        return None

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)


def default_plan(number: int = 1) -> Plan:
    """One rule that takes everything: all pools at once, with the default ring size and ring time."""
    return Plan(number=number, rules=(Rule(name="default"),))
