"""Numbered plans: which one is in force, which one is the draft, and how a new one is made."""

from collections.abc import Sequence

from django.db.models import Max

from routing_rules.models import PlanState, PlanVersion, RuleRow
from routing_rules.plans import Plan
from routing_rules.warnings import PlanProblem


class PlanError(Exception):
    """Why a plan was not changed."""


class StaleDraftError(PlanError):
    """Somebody else changed this draft, or it is no longer a draft."""


class DraftExistsError(PlanError):
    """There is a draft already: one at a time."""


class NotPublishableError(PlanError):
    """These rules may not come into force; `problems` says everything that is wrong."""

    def __init__(self, *, plan: Plan, problems: Sequence[PlanProblem]) -> None:
        self.plan = plan
        self.problems = problems
        super().__init__(", ".join(problem.trouble for problem in problems))


class NotSinceError(PlanError):
    """Another plan came into force after this draft was begun."""

    def __init__(self, *, based_on: int | None, in_force: int) -> None:
        self.based_on = based_on
        self.in_force = in_force
        super().__init__(f"based on {based_on}, in force {in_force}")


def in_force() -> PlanVersion | None:
    """The published version, with its rules."""
    return PlanVersion.objects.filter(state=PlanState.PUBLISHED).prefetch_related("rules").first()


def current_draft() -> PlanVersion | None:
    """The one draft there may be, with its rules."""
    return PlanVersion.objects.filter(state=PlanState.DRAFT).prefetch_related("rules").first()


def one_at_a_time() -> None:
    """Make everybody else who drafts or publishes now wait until this transaction ends.

    PostgreSQL locks rows for it; SQLite allows only one writer at a time anyway.
    """
    live = PlanVersion.objects.exclude(state=PlanState.RETIRED).order_by("pk")
    list(live.select_for_update().values_list("pk"))


def next_number() -> int:
    return (PlanVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def copy_rules(*, source: PlanVersion, into: PlanVersion) -> None:
    """Append copies of the source's rules to an empty plan."""
    RuleRow.objects.bulk_create(
        RuleRow(plan=into, position=row.position, content=row.content) for row in source.rules.all()
    )
