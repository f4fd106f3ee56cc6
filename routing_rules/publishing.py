"""Numbered plans: drafting, publishing now or at a time, rolling back. Only this module writes them.

Whoever changes a draft says which revision they saw; the revision goes up by one conditional UPDATE, so of
two coordinators who edit the same draft the second is told, and nothing is overwritten in silence.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from partners import audit
from partners.models import Staff
from routing_rules.facts import load_facts
from routing_rules.loading import RULES, as_plan
from routing_rules.models import PlanState, PlanVersion, RuleRow, StepRow
from routing_rules.plans import Plan
from routing_rules.warnings import PlanProblem, Severity, plan_problems
from wakeups.publish import routing_changed


class PlanError(Exception):
    """Why a plan was left as it is."""


class StaleDraftError(PlanError):
    """Somebody else changed this draft, or it is a draft no longer."""


class DraftExistsError(PlanError):
    """There is a draft already: one at a time."""


class NotPublishableError(PlanError):
    """The rules as they stand may not come into force; `problems` says all that is wrong."""

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
    return PlanVersion.objects.filter(state=PlanState.PUBLISHED).prefetch_related(*RULES).first()


def current_draft() -> PlanVersion | None:
    """The one draft there may be, with its rules."""
    return PlanVersion.objects.filter(state=PlanState.DRAFT).prefetch_related(*RULES).first()


@transaction.atomic
def begin_draft(*, actor: Staff, source: PlanVersion | None = None) -> PlanVersion:
    """A draft that starts as a copy of `source`, else of the plan in force.

    Raises:
        DraftExistsError: somebody's draft is still open.
    """
    _one_at_a_time()
    if PlanVersion.objects.filter(state=PlanState.DRAFT).exists():
        raise DraftExistsError
    current = in_force()
    draft = PlanVersion.objects.create(
        number=_next_number(), state=PlanState.DRAFT, based_on=current.number if current else None
    )
    origin = source or current
    if origin is not None:
        copy_rules(source=origin, into=draft)
    audit.record(
        actor=actor,
        action="plan.drafted",
        subject=f"plan {draft.number}",
        detail={"from": origin.number if origin else None},
    )
    return draft


@transaction.atomic
def discard_draft(*, actor: Staff, draft: PlanVersion, revision: int) -> None:
    """Throw the draft away."""
    touch(draft=draft, revision=revision)
    number = draft.number
    draft.delete()
    audit.record(actor=actor, action="plan.discarded", subject=f"plan {number}")


def touch(*, draft: PlanVersion, revision: int) -> None:
    """Claim the next revision of this draft; to be called first, inside a transaction.

    Raises:
        StaleDraftError: whoever else changed it since `revision` has won.
    """
    claimed = PlanVersion.objects.filter(pk=draft.pk, state=PlanState.DRAFT, revision=revision).update(
        revision=F("revision") + 1
    )
    if not claimed:
        raise StaleDraftError
    draft.revision = revision + 1


@transaction.atomic
def take_as_base(*, actor: Staff, draft: PlanVersion, revision: int, number: int) -> None:
    """Say that the differences from plan `number`, in force now, were seen and are meant.

    Raises:
        StaleDraftError: the draft changed, or another plan again is in force.
    """
    current = in_force()
    if current is None or current.number != number:
        raise StaleDraftError
    touch(draft=draft, revision=revision)
    PlanVersion.objects.filter(pk=draft.pk).update(based_on=number)
    audit.record(actor=actor, action="plan.rebased", subject=f"plan {draft.number}", detail={"on": number})


@transaction.atomic
def publish(*, actor: Staff, draft: PlanVersion, revision: int, now: datetime, note: str = "") -> PlanVersion:
    """Bring the draft into force at once.

    Raises:
        StaleDraftError, NotSinceError, NotPublishableError: nothing was changed.
    """
    _ready_to_publish(draft=draft, revision=revision, now=now)
    _bring_into_force(plan=draft, actor=actor, now=now, note=note)
    audit.record(actor=actor, action="plan.published", subject=f"plan {draft.number}")
    return draft


@transaction.atomic
def schedule(
    *, actor: Staff, draft: PlanVersion, revision: int, publish_at: datetime, now: datetime, note: str = ""
) -> PlanVersion:
    """Have the draft come into force at a time; until then it does not change."""
    _ready_to_publish(draft=draft, revision=revision, now=now)
    PlanVersion.objects.filter(pk=draft.pk).update(
        state=PlanState.SCHEDULED, publish_at=publish_at, published_by=actor, note=note
    )
    audit.record(
        actor=actor,
        action="plan.scheduled",
        subject=f"plan {draft.number}",
        detail={"at": publish_at.isoformat()},
    )
    draft.refresh_from_db()
    return draft


@transaction.atomic
def unschedule(*, actor: Staff, plan: PlanVersion) -> None:
    """Take a plan back that is scheduled, or was held back: it is a draft again.

    Raises:
        DraftExistsError: another draft is open; there can be one only.
        StaleDraftError: it is in force already, or was taken back by somebody else.
    """
    _one_at_a_time()
    if PlanVersion.objects.filter(state=PlanState.DRAFT).exists():
        raise DraftExistsError
    taken = PlanVersion.objects.filter(pk=plan.pk, state__in=[PlanState.SCHEDULED, PlanState.HELD]).update(
        state=PlanState.DRAFT, publish_at=None, published_by=None, revision=F("revision") + 1
    )
    if not taken:
        raise StaleDraftError
    audit.record(actor=actor, action="plan.unscheduled", subject=f"plan {plan.number}")


@transaction.atomic
def publish_due(*, now: datetime) -> list[int]:
    """Bring into force what was scheduled up to `now`, oldest first; the numbers of those plans.

    What was written for another plan than the one in force by then, or names what no longer exists, is held back:
    nobody has seen what it would change.

    For the periodic jobs. Two processes may call it at once: the conditional UPDATE lets one of them win.
    """
    due = PlanVersion.objects.filter(state=PlanState.SCHEDULED, publish_at__lte=now)
    if not due.exists():
        return []
    _one_at_a_time()
    published = []
    for plan in due.order_by("publish_at"):
        if why := _why_not(plan=plan, now=now):
            _hold(plan=plan, why=why)
            continue
        if not PlanVersion.objects.filter(pk=plan.pk, state=PlanState.SCHEDULED).update(
            state=PlanState.RETIRED
        ):
            continue
        _bring_into_force(plan=plan, actor=plan.published_by, now=now, note=plan.note)
        audit.record(
            actor=plan.published_by,
            action="plan.published",
            subject=f"plan {plan.number}",
            detail={"due": True},
        )
        published.append(plan.number)
    return published


def _why_not(*, plan: PlanVersion, now: datetime) -> dict[str, int | str] | None:
    """What keeps a plan that is due from coming into force, in codes for the audit log."""
    current = in_force()
    if current is not None and plan.based_on != current.number:
        return {"in_force": current.number}
    try:
        check(plan=plan, now=now)
    except NotPublishableError as error:
        return {"problems": str(error)}
    return None


def _hold(*, plan: PlanVersion, why: dict[str, int | str]) -> None:
    if PlanVersion.objects.filter(pk=plan.pk, state=PlanState.SCHEDULED).update(state=PlanState.HELD):
        audit.record(actor=plan.published_by, action="plan.held", subject=f"plan {plan.number}", detail=why)


@transaction.atomic
def roll_back(*, actor: Staff, to: PlanVersion, seen_in_force: int, now: datetime) -> PlanVersion:
    """Bring an earlier plan's rules into force again, as a plan with a number of its own.

    Raises:
        StaleDraftError: another plan than `seen_in_force` is in force by now.
        NotPublishableError: its rules name what no longer exists.
    """
    _one_at_a_time()
    current = in_force()
    if current is None or current.number != seen_in_force:
        raise StaleDraftError
    plan = PlanVersion.objects.create(
        number=_next_number(), state=PlanState.RETIRED, based_on=to.number, note=to.note
    )
    copy_rules(source=to, into=plan)
    check(plan=plan, now=now)
    _bring_into_force(plan=plan, actor=actor, now=now, note=to.note)
    audit.record(
        actor=actor, action="plan.rolled_back", subject=f"plan {plan.number}", detail={"to": to.number}
    )
    return plan


def check(*, plan: PlanVersion, now: datetime) -> None:
    """Raise `NotPublishableError` if the plan has errors; what is only a warning keeps nothing back."""
    rules = as_plan(PlanVersion.objects.prefetch_related(*RULES).get(pk=plan.pk))
    errors = [one for one in plan_problems(rules, load_facts(now)) if one.severity is Severity.ERROR]
    if errors:
        raise NotPublishableError(plan=rules, problems=errors)


def copy_rules(*, source: PlanVersion, into: PlanVersion) -> None:
    """Append copies of the source's rules to an empty plan."""
    for rule in source.rules.order_by("position").prefetch_related("steps__pools"):
        steps = list(rule.steps.all())
        copied = RuleRow.objects.create(
            plan=into,
            position=rule.position,
            name=rule.name,
            themes=rule.themes,
            languages=rule.languages,
            sites=rule.sites,
            audiences=rule.audiences,
            priority=rule.priority,
            ring_size=rule.ring_size,
            ring_time_s=rule.ring_time_s,
        )
        for step in steps:
            row = StepRow.objects.create(rule=copied, after_s=step.after_s, all_pools=step.all_pools)
            row.pools.set(step.pools.all())


def _one_at_a_time() -> None:
    """Let whoever else drafts or publishes at this moment wait until this transaction is over.

    Where the database locks rows (PostgreSQL); SQLite lets one write at a time anyhow.
    """
    live = PlanVersion.objects.exclude(state=PlanState.RETIRED).order_by("pk")
    list(live.select_for_update().values_list("pk"))


def _next_number() -> int:
    return (PlanVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _ready_to_publish(*, draft: PlanVersion, revision: int, now: datetime) -> None:
    _one_at_a_time()
    touch(draft=draft, revision=revision)
    current = in_force()
    if current is not None and draft.based_on != current.number:
        raise NotSinceError(based_on=draft.based_on, in_force=current.number)
    check(plan=draft, now=now)


def _bring_into_force(*, plan: PlanVersion, actor: Staff | None, now: datetime, note: str) -> None:
    # The old one goes first: the database lets one plan be in force, whoever else publishes at this moment.
    PlanVersion.objects.filter(state=PlanState.PUBLISHED).update(state=PlanState.RETIRED)
    PlanVersion.objects.filter(pk=plan.pk).update(
        state=PlanState.PUBLISHED, published_at=now, published_by=actor, note=note, publish_at=None
    )
    plan.refresh_from_db()
    routing_changed()
