"""The queue: the order in which waiting conversations are served. Everything that shows or uses it calls this module. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from routing_rules.plans import Plan, Rule, asked_of
from routing_rules.snapshot import WaitingRequest


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A conversation's position in the queue, from 1, and the rule that takes it (`rule_index` is its index in the
    plan)."""

    number: int
    waiting: WaitingRequest
    rule_index: int | None
    rule: Rule | None

    @property
    def priority(self) -> int:
        """The rule's priority; a higher one goes first."""
        return 0 if self.rule is None else self.rule.priority


def rule_index(plan: Plan, request: WaitingRequest) -> int | None:
    """The index of the rule that takes this request; None where none does."""
    return plan.position_for(**asked_of(request))


def queue_order(plan: Plan, waiting: Iterable[WaitingRequest]) -> list[QueueEntry]:
    """Highest priority first, then oldest first by first arrival; the id gives equal ones a fixed order."""
    rules: dict[tuple[str, ...], int | None] = {}
    ranked: list[tuple[int, float, str, WaitingRequest, int | None]] = []
    for each in waiting:
        kind = tuple(asked_of(each).values())
        if kind not in rules:
            rules[kind] = rule_index(plan, each)
        index = rules[kind]
        priority = 0 if index is None else plan.rules[index].priority
        ranked.append((-priority, each.asked_at, str(each.id), each, index))
    ranked.sort(key=lambda entry: entry[:3])
    return [
        QueueEntry(number, each, index, None if index is None else plan.rules[index])
        for number, (_, _, _, each, index) in enumerate(ranked, start=1)
    ]
