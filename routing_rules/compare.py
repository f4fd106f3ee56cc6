"""What changes from one plan to another, as data. Pages put it into words."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from routing_rules.plans import Plan, Rule


class PlanChangeKind(StrEnum):
    """What happened to a rule."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change. `before` and `after` are the rule's index in the old and the new plan (None where it is not there).

    For CHANGED, `field` names what differs ("themes", "steps", "ring_size"…): its values are in `old` and
    `new`.
    """

    kind: PlanChangeKind
    before: int | None
    after: int | None
    old: Rule | None
    new: Rule | None
    field: str = ""


def compare(before: Plan, after: Plan) -> tuple[PlanChange, ...]:
    """The changes: removed rules first, then the others in the order of the new plan."""
    pairs = _pairs(before.rules, after.rules)
    kept = set(pairs.values())
    changes = [
        PlanChange(PlanChangeKind.REMOVED, index, None, rule, None)
        for index, rule in enumerate(before.rules)
        if index not in kept
    ]
    still = _unmoved([pairs[index] for index in sorted(pairs)])
    for index, rule in enumerate(after.rules):
        if index not in pairs:
            changes.append(PlanChange(PlanChangeKind.ADDED, None, index, None, rule))
            continue
        old_index = pairs[index]
        changes += _changes(old_index, before.rules[old_index], index, rule, moved=old_index not in still)
    return tuple(changes)


def _pairs(before: Sequence[Rule], after: Sequence[Rule]) -> dict[int, int]:
    """Match the rules of both plans, new index to old: equal rules first, then rules of the same name, then rules
    that differ in their name only."""
    pairs: dict[int, int] = {}
    for same in (_equal, _same_name, _same_but_name):
        left = [index for index in range(len(before)) if index not in pairs.values()]
        for index, rule in enumerate(after):
            if index not in pairs:
                found = next((old for old in left if same(before[old], rule)), None)
                if found is not None:
                    pairs[index] = found
                    left.remove(found)
    return pairs


def _equal(one: Rule, other: Rule) -> bool:
    return one == other


def _same_name(one: Rule, other: Rule) -> bool:
    return one.name != "" and one.name == other.name


def _same_but_name(one: Rule, other: Rule) -> bool:
    return replace(one, name="") == replace(other, name="")


def _unmoved(old_indices: Sequence[int]) -> set[int]:
    """The largest set of rules that kept their order: a longest increasing subsequence of their old indices."""
    ends: list[int] = []
    chains: list[tuple[int, ...]] = []
    for index in old_indices:
        place = bisect_left(ends, index)
        chain = (*(chains[place - 1] if place else ()), index)
        if place == len(ends):
            ends.append(index)
            chains.append(chain)
        else:
            ends[place], chains[place] = index, chain
    return set(chains[-1]) if chains else set()


def _changes(old_index: int, old: Rule, new_index: int, new: Rule, *, moved: bool) -> Iterator[PlanChange]:
    if moved:
        yield PlanChange(PlanChangeKind.MOVED, old_index, new_index, old, new)
    if old.name != new.name:
        yield PlanChange(PlanChangeKind.RENAMED, old_index, new_index, old, new, "name")
    for field in fields(Rule):
        if field.name != "name" and getattr(old, field.name) != getattr(new, field.name):
            yield PlanChange(PlanChangeKind.CHANGED, old_index, new_index, old, new, field.name)
