"""What is wrong, or looks wrong, with a plan before it is published. Typed problems; pages put them into
words.

Errors keep a plan from being published; warnings are shown beside their rule.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from routing_rules.eligibility import covers
from routing_rules.plans import (
    CONDITIONS,
    MOST_STEPS,
    RULE_BOUNDS,
    STEP_BOUNDS,
    Bounds,
    CodeList,
    Condition,
    Plan,
    Rule,
    Step,
)


class Severity(StrEnum):
    """May the plan be published all the same?"""

    ERROR = "error"
    WARNING = "warning"


class PlanTrouble(StrEnum):
    """What can be wrong."""

    NO_CATCH_ALL = "no_catch_all"
    NO_STEPS = "no_steps"
    EMPTY_STEP = "empty_step"
    STEPS_OUT_OF_ORDER = "steps_out_of_order"
    FIRST_STEP_WAITS = "first_step_waits"
    TOO_MANY_STEPS = "too_many_steps"
    OUT_OF_BOUNDS = "out_of_bounds"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_POOL = "unknown_pool"
    UNREACHABLE = "unreachable"
    NEVER_ON_ITS_SITES = "never_on_its_sites"
    POOL_WITHOUT_HOURS = "pool_without_hours"
    NO_COUNSELLOR = "no_counsellor"
    POOL_OF_NO_USE = "pool_of_no_use"


ERRORS = frozenset(
    {
        PlanTrouble.NO_CATCH_ALL,
        PlanTrouble.NO_STEPS,
        PlanTrouble.EMPTY_STEP,
        PlanTrouble.STEPS_OUT_OF_ORDER,
        PlanTrouble.TOO_MANY_STEPS,
        PlanTrouble.OUT_OF_BOUNDS,
        PlanTrouble.UNKNOWN_POOL,
    }
)


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One problem, with its position (the index of the rule and of the step) and what it is about.

    `values` are pools, codes, or the number that is out of the bounds of `field`; `pairs` the (theme, language)
    that nobody in the rule's pools can take.
    """

    trouble: PlanTrouble
    rule: int | None = None
    step: int | None = None
    values: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    field: str = ""

    @property
    def severity(self) -> Severity:
        """Error or warning?"""
        return Severity.ERROR if self.trouble in ERRORS else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Member:
    """A registered counsellor, ready or not."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class SiteOffer:
    """The values that requests from a site can have, by what conditions are about (`theme`, `language`…)."""

    values: Mapping[str, frozenset[str]]

    def matches(self, rule: Rule) -> bool:
        """Can a request from there meet the rule's conditions?"""
        return all(
            not rule.codes(each) or rule.codes(each) & self.values[each.of]
            for each in CONDITIONS
            if each.of in self.values
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What exists: the codes of each list, the pools, the pools that ever open, the counsellors, and what sites offer."""

    codes: Mapping[CodeList, frozenset[str]]
    pools: frozenset[str]
    pools_with_hours: frozenset[str]
    people: tuple[Member, ...]
    sites: Mapping[str, SiteOffer] = field(default_factory=dict)

    def unknown(self, rule: Rule, condition: Condition) -> frozenset[str]:
        """The codes that a rule names for a condition and that do not exist."""
        if condition.codes is None:
            return frozenset()
        return rule.codes(condition) - self.codes[condition.codes]


def plan_problems(plan: Plan, facts: Facts) -> list[PlanProblem]:
    """Everything there is to say about a plan, the whole plan first, then rule by rule."""
    problems = []
    if not plan.rules or not plan.rules[-1].takes_everything:
        problems.append(PlanProblem(PlanTrouble.NO_CATCH_ALL))
    taken = taken_by(plan.rules, facts)
    for index, rule in enumerate(plan.rules):
        problems += _numbers(index, rule)
        problems += _steps(index, rule)
        problems += _unknown(index, rule, facts)
        problems += _sites(index, rule, facts)
        if not taken[index]:
            problems.append(PlanProblem(PlanTrouble.UNREACHABLE, index))
            continue
        problems += _pools(index, rule, facts, taken[index])
    return problems


def taken_by(rules: Sequence[Rule], facts: Facts) -> list[set[tuple[str, str]]]:
    """For each rule the (theme, language) of requests that it is the first to take, whatever their other values.

    "" stands for a code that does not exist yet. It keeps the last rule reachable in a plan whose other rules
    name every code.
    """
    taken: list[set[tuple[str, str]]] = [set() for _ in rules]
    for values in product(*(_told_apart(condition, rules, facts) for condition in CONDITIONS)):
        asked = dict(zip((condition.of for condition in CONDITIONS), values, strict=True))
        for index, rule in enumerate(rules):
            if rule.takes(**asked):
                taken[index].add((asked["theme"], asked["language"]))
                break
    return taken


def _told_apart(condition: Condition, rules: Sequence[Rule], facts: Facts) -> list[str]:
    """The values to check: of a skill every code; of another condition one value for each group that rules distinguish."""
    named = [rule.codes(condition) for rule in rules]
    known = frozenset().union(*named) if condition.codes is None else facts.codes[condition.codes]
    values = sorted(known | {""})
    if condition.skill:
        return values
    kinds: dict[tuple[bool, ...], str] = {}
    for value in values:
        kinds.setdefault(tuple(value in codes for codes in named), value)
    return list(kinds.values())


def _numbers(index: int, rule: Rule) -> Iterator[PlanProblem]:
    yield from _out_of_bounds(rule, RULE_BOUNDS, index, None)
    for number, step in enumerate(rule.steps):
        yield from _out_of_bounds(step, STEP_BOUNDS, index, number)


def _out_of_bounds(
    of: Rule | Step, bounds: Mapping[str, Bounds], rule: int, step: int | None
) -> Iterator[PlanProblem]:
    for name, allowed in bounds.items():
        value = getattr(of, name)
        if not allowed.allow(value):
            yield PlanProblem(PlanTrouble.OUT_OF_BOUNDS, rule, step, (str(value),), field=name)


def _steps(index: int, rule: Rule) -> Iterator[PlanProblem]:
    if not rule.steps:
        yield PlanProblem(PlanTrouble.NO_STEPS, index)
        return
    if len(rule.steps) > MOST_STEPS:
        yield PlanProblem(PlanTrouble.TOO_MANY_STEPS, index)
    if rule.steps[0].after_s > 0:
        yield PlanProblem(PlanTrouble.FIRST_STEP_WAITS, index, 0)
    for number, step in enumerate(rule.steps):
        if step.pools is not None and not step.pools:
            yield PlanProblem(PlanTrouble.EMPTY_STEP, index, number)
        if number and step.after_s <= rule.steps[number - 1].after_s:
            yield PlanProblem(PlanTrouble.STEPS_OUT_OF_ORDER, index, number)


def _unknown(index: int, rule: Rule, facts: Facts) -> Iterator[PlanProblem]:
    unknown: set[str] = set()
    for condition in CONDITIONS:
        unknown |= facts.unknown(rule, condition)
    if unknown:
        yield PlanProblem(PlanTrouble.UNKNOWN_VALUE, index, values=tuple(sorted(unknown)))
    for number, step in enumerate(rule.steps):
        if missing := (step.pools or frozenset()) - facts.pools:
            yield PlanProblem(PlanTrouble.UNKNOWN_POOL, index, number, tuple(sorted(missing)))


def _sites(index: int, rule: Rule, facts: Facts) -> Iterator[PlanProblem]:
    """Sites of the rule from which no request meets its other conditions."""
    never = [site for site in sorted(rule.sites & facts.sites.keys()) if not facts.sites[site].matches(rule)]
    if never:
        yield PlanProblem(PlanTrouble.NEVER_ON_ITS_SITES, index, values=tuple(never))


def _pools(index: int, rule: Rule, facts: Facts, taken: set[tuple[str, str]]) -> Iterator[PlanProblem]:
    """Pools that never open, pools in which nobody can take a request of this rule, and requests that nobody can take."""
    asked = sorted(pair for pair in taken if "" not in pair)
    for number, step in enumerate(rule.steps):
        named = (step.pools or frozenset()) & facts.pools
        if idle := named - facts.pools_with_hours:
            yield PlanProblem(PlanTrouble.POOL_WITHOUT_HOURS, index, number, tuple(sorted(idle)))
        if useless := {pool for pool in named if not _served(asked, facts.people, frozenset({pool}))}:
            yield PlanProblem(PlanTrouble.POOL_OF_NO_USE, index, number, tuple(sorted(useless)))
    pools = rule.pools()
    reached = facts.pools if pools is None else pools
    served = _served(asked, facts.people, reached & facts.pools_with_hours)
    if missing := [pair for pair in asked if pair not in served]:
        yield PlanProblem(PlanTrouble.NO_COUNSELLOR, index, pairs=tuple(missing))


def _served(
    asked: Collection[tuple[str, str]], people: Collection[Member], pools: frozenset[str]
) -> set[tuple[str, str]]:
    members = [member for member in people if member.pools & pools]
    return {
        (theme, language)
        for theme, language in asked
        if any(covers(member, theme=theme, language=language) for member in members)
    }
