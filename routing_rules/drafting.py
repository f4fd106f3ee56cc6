"""The rules of a draft: add, change, move, delete. Every change claims the draft's next revision first."""

from collections.abc import Sequence
from typing import Literal

from django.db import transaction
from django.db.models import F, Max

from partners import audit
from partners.models import Staff
from routing_rules.drafts import claim_revision
from routing_rules.models import PlanVersion, RuleRow
from routing_rules.plans import Rule


@transaction.atomic
def add_rule(*, actor: Staff, draft: PlanVersion, revision: int, rule: Rule) -> RuleRow:
    """Insert a rule before the last one if that one takes everything (a rule after it could never match), else append it.

    Raises:
        StaleDraftError: nothing was changed.
    """
    claim_revision(draft=draft, revision=revision)
    last = draft.rules.order_by("-position").first()
    position = 1 if last is None else last.position + 1
    if last is not None and last.rule.takes_everything:
        position = last.position
        RuleRow.objects.filter(pk=last.pk).update(position=F("position") + 1)
    row = RuleRow.objects.create(plan=draft, position=position, content=rule.to_dict())
    audit.record(
        actor=actor,
        action="rule.added",
        subject=f"plan {draft.number}",
        detail={"rule": rule.name, "rule_says": rule.to_dict()},
    )
    return row


@transaction.atomic
def change_rule(*, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow, rule: Rule) -> None:
    """Replace the rule at its index."""
    claim_revision(draft=draft, revision=revision)
    was = {"rule": row.name, "rule_says": row.rule.to_dict()}
    row.content = rule.to_dict()
    row.save(update_fields=["content"])
    audit.record(
        actor=actor,
        action="rule.changed",
        subject=f"plan {draft.number}",
        detail={"rule": rule.name, "rule_says": rule.to_dict(), "was": was},
    )


@transaction.atomic
def delete_rule(*, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow) -> None:
    """Delete a rule; those after it move up."""
    claim_revision(draft=draft, revision=revision)
    told, position = {"rule": row.name, "rule_says": row.rule.to_dict()}, row.position
    row.delete()
    # One by one, in order: the database checks row by row that no two rules have the same index.
    for later in draft.rules.filter(position__gt=position).order_by("position"):
        RuleRow.objects.filter(pk=later.pk).update(position=later.position - 1)
    audit.record(actor=actor, action="rule.deleted", subject=f"plan {draft.number}", detail=told)


@transaction.atomic
def move_rule(
    *, actor: Staff, draft: PlanVersion, revision: int, row: RuleRow, direction: Literal["up", "down"]
) -> None:
    """Exchange a rule with its neighbour; at the end of the list nothing moves."""
    claim_revision(draft=draft, revision=revision)
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
        detail={"rule": row.name, "position": wanted, "was": {"position": row.position}},
    )


def write_rules(*, plan: PlanVersion, rules: Sequence[Rule]) -> None:
    """Replace all the rules of a plan; the caller holds the transaction and has claimed the revision."""
    plan.rules.all().delete()
    RuleRow.objects.bulk_create(
        RuleRow(plan=plan, position=position, content=rule.to_dict())
        for position, rule in enumerate(rules, start=1)
    )
