"""The rules of a draft: add, change, move, delete. Every change claims the draft's next revision first."""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import F, Max

from partners import audit
from partners.models import Staff
from routing_rules.models import PlanVersion, Pool, RuleRow, StepRow
from routing_rules.plans import Rule, Step
from routing_rules.publishing import touch


@dataclass(frozen=True, slots=True)
class RuleWanted:
    """A rule as it is to be written, and the lists in the order in which they were given."""

    name: str
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    priority: int = 0
    ring_size: int = 3
    ring_time_s: int = 40
    steps: tuple[Step, ...] = (Step(),)

    def as_rule(self) -> Rule:
        """The same for the engine."""
        return Rule(
            name=self.name,
            themes=frozenset(self.themes),
            languages=frozenset(self.languages),
            sites=frozenset(self.sites),
            audiences=frozenset(self.audiences),
            priority=self.priority,
            ring_size=self.ring_size,
            ring_time_s=self.ring_time_s,
            steps=self.steps,
        )


@transaction.atomic
def add_rule(*, actor: Staff, draft: PlanVersion, revision: int, rule: RuleWanted) -> RuleRow:
    """Put a rule before the last one if that takes everything (after it, it could never match), else last.

    Raises:
        StaleDraftError: nothing was changed.
    """
    touch(draft=draft, revision=revision)
    last = draft.rules.order_by("-position").first()
    position = 1 if last is None else last.position + 1
    if last is not None and not (last.themes or last.languages or last.sites or last.audiences):
        position = last.position
        RuleRow.objects.filter(pk=last.pk).update(position=F("position") + 1)
    row = RuleRow.objects.create(plan=draft, position=position, name=rule.name)
    _write(row=row, rule=rule)
    audit.record(actor=actor, action="rule.added", subject=f"plan {draft.number}", detail={"rule": rule.name})
    return row


@transaction.atomic
def change_rule(*, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow, rule: RuleWanted) -> None:
    """Write the rule anew in its place."""
    touch(draft=draft, revision=revision)
    _write(row=row, rule=rule)
    audit.record(
        actor=actor, action="rule.changed", subject=f"plan {draft.number}", detail={"rule": rule.name}
    )


@transaction.atomic
def delete_rule(*, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow) -> None:
    """Take a rule out; those after it move up."""
    touch(draft=draft, revision=revision)
    name, position = row.name, row.position
    row.delete()
    # One by one, in order: the database checks "one rule a place" row by row.
    for later in draft.rules.filter(position__gt=position).order_by("position"):
        RuleRow.objects.filter(pk=later.pk).update(position=later.position - 1)
    audit.record(actor=actor, action="rule.deleted", subject=f"plan {draft.number}", detail={"rule": name})


@transaction.atomic
def move_rule(
    *, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow, direction: Literal["up", "down"]
) -> None:
    """Exchange a rule with its neighbour; at the end of the list nothing moves."""
    touch(draft=draft, revision=revision)
    wanted = row.position + (-1 if direction == "up" else 1)
    neighbour = draft.rules.filter(position=wanted).first()
    if neighbour is None:
        return
    beyond = (draft.rules.aggregate(last=Max("position"))["last"] or 0) + 1
    for pk, position in ((neighbour.pk, beyond), (row.pk, wanted), (neighbour.pk, row.position)):
        RuleRow.objects.filter(pk=pk).update(position=position)
    audit.record(
        actor=actor,
        action="rule.moved",
        subject=f"plan {draft.number}",
        detail={"rule": row.name, "to": wanted},
    )


def write_rules(*, plan: PlanVersion, rules: list[RuleWanted]) -> None:
    """Replace all the rules of a plan; the caller holds the transaction and has claimed the revision."""
    plan.rules.all().delete()
    for position, rule in enumerate(rules, start=1):
        _write(row=RuleRow.objects.create(plan=plan, position=position, name=rule.name), rule=rule)


def _write(*, row: RuleRow, rule: RuleWanted) -> None:
    row.name = rule.name
    row.themes, row.languages = list(rule.themes), list(rule.languages)
    row.sites, row.audiences = list(rule.sites), list(rule.audiences)
    row.priority, row.ring_size, row.ring_time_s = rule.priority, rule.ring_size, rule.ring_time_s
    row.save()
    row.steps.all().delete()
    for step in rule.steps:
        written = StepRow.objects.create(rule=row, after_s=step.after_s, all_pools=step.pools is None)
        if step.pools is not None:
            written.pools.set(Pool.objects.filter(slug__in=step.pools))
