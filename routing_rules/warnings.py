"""What is wrong, or looks wrong, with a plan before it is published. Typed problems; pages put them into
words.

Errors keep a plan from being published; warnings are shown beside their rule.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from routing_rules.plans import Plan, Rule

LONGEST_RING_S = 300
LARGEST_RING = 50


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
    BAD_RING = "bad_ring"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_POOL = "unknown_pool"
    UNREACHABLE = "unreachable"
    POOL_WITHOUT_HOURS = "pool_without_hours"
    NO_COUNSELLOR = "no_counsellor"
    POOL_OF_NO_USE = "pool_of_no_use"


ERRORS = frozenset(
    {
        PlanTrouble.NO_CATCH_ALL,
        PlanTrouble.NO_STEPS,
        PlanTrouble.EMPTY_STEP,
        PlanTrouble.STEPS_OUT_OF_ORDER,
        PlanTrouble.BAD_RING,
        PlanTrouble.UNKNOWN_POOL,
    }
)


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One thing, with its place: the rule's and the step's index, and what it is about.

    `values` are pools or codes; `pairs` the (theme, language) that nobody in the rule's pools can take.
    """

    trouble: PlanTrouble
    rule: int | None = None
    step: int | None = None
    values: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def severity(self) -> Severity:
        """Error or warning?"""
        return Severity.ERROR if self.trouble in ERRORS else Severity.WARNING


@dataclass(frozen=True, slots=True)
class Member:
    """A counsellor on the books, ready or not."""

    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What exists: the codes that requests may carry, the pools, those of them that ever open, and the
    people."""

    themes: frozenset[str]
    languages: frozenset[str]
    sites: frozenset[str]
    audiences: frozenset[str]
    pools: frozenset[str]
    pools_with_hours: frozenset[str]
    people: tuple[Member, ...]


def plan_problems(plan: Plan, facts: Facts) -> list[PlanProblem]:
    """Everything there is to say about a plan, the whole plan first, then rule by rule."""
    problems = []
    if not plan.rules or not plan.rules[-1].takes_everything:
        problems.append(PlanProblem(PlanTrouble.NO_CATCH_ALL))
    taken = taken_by(plan.rules, facts)
    for index, rule in enumerate(plan.rules):
        problems += _form(index, rule)
        problems += _unknown(index, rule, facts)
        if not taken[index]:
            problems.append(PlanProblem(PlanTrouble.UNREACHABLE, index))
            continue
        problems += _pools(index, rule, facts, taken[index])
    return problems


def may_be_published(problems: Collection[PlanProblem]) -> bool:
    """Is none of them an error?"""
    return all(problem.severity is not Severity.ERROR for problem in problems)


def taken_by(rules: Sequence[Rule], facts: Facts) -> list[set[tuple[str, str]]]:
    """For each rule the (theme, language) of requests that it is the first to take, on some site and for
    some audience.

    "" stands for a code that does not exist yet: only it keeps the last rule of a plan that names
    everything reachable.
    """
    sites = _kinds(facts.sites, [rule.sites for rule in rules])
    audiences = _kinds(facts.audiences, [rule.audiences for rule in rules])
    taken: list[set[tuple[str, str]]] = [set() for _ in rules]
    for theme, language in product(sorted(facts.themes | {""}), sorted(facts.languages | {""})):
        for site, audience in product(sites, audiences):
            for index, rule in enumerate(rules):
                if rule.takes(theme=theme, language=language, site=site, audience=audience):
                    taken[index].add((theme, language))
                    break
    return taken


def _kinds(values: frozenset[str], conditions: Sequence[frozenset[str]]) -> list[str]:
    """One value of each kind that the rules tell apart."""
    kinds: dict[tuple[bool, ...], str] = {}
    for value in sorted(values | {""}):
        kinds.setdefault(tuple(value in condition for condition in conditions), value)
    return list(kinds.values())


def _form(index: int, rule: Rule) -> Iterator[PlanProblem]:
    if not (1 <= rule.ring_size <= LARGEST_RING and 1 <= rule.ring_time_s <= LONGEST_RING_S):
        yield PlanProblem(PlanTrouble.BAD_RING, index)
    if not rule.steps:
        yield PlanProblem(PlanTrouble.NO_STEPS, index)
        return
    if rule.steps[0].after_s > 0:
        yield PlanProblem(PlanTrouble.FIRST_STEP_WAITS, index, 0)
    for number, step in enumerate(rule.steps):
        if step.pools is not None and not step.pools:
            yield PlanProblem(PlanTrouble.EMPTY_STEP, index, number)
        if number and step.after_s <= rule.steps[number - 1].after_s:
            yield PlanProblem(PlanTrouble.STEPS_OUT_OF_ORDER, index, number)


def _unknown(index: int, rule: Rule, facts: Facts) -> Iterator[PlanProblem]:
    named = rule.themes | rule.languages | rule.sites | rule.audiences
    known = facts.themes | facts.languages | facts.sites | facts.audiences
    if unknown := named - known:
        yield PlanProblem(PlanTrouble.UNKNOWN_VALUE, index, values=tuple(sorted(unknown)))
    for number, step in enumerate(rule.steps):
        if unknown := (step.pools or frozenset()) - facts.pools:
            yield PlanProblem(PlanTrouble.UNKNOWN_POOL, index, number, tuple(sorted(unknown)))


def _pools(index: int, rule: Rule, facts: Facts, taken: set[tuple[str, str]]) -> Iterator[PlanProblem]:
    """Pools that never open, pools that nobody of could help with, and what nobody at all can take."""
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
        if any(theme in member.themes and language in member.languages for member in members)
    }
