"""Bring plans into force: now, at a time, or an earlier one again. Only this module does."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from partners import audit
from partners.models import Staff
from routing_rules.drafts import claim_revision
from routing_rules.facts import load_facts
from routing_rules.loading import as_plan
from routing_rules.models import PlanState, PlanVersion
from routing_rules.plan_versions import (
    DraftExistsError,
    NotPublishableError,
    NotSinceError,
    StaleDraftError,
    copy_rules,
    in_force,
    next_number,
    one_at_a_time,
)
from routing_rules.warnings import Severity, plan_problems
from wakeups.publish import routing_changed


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
    """Turn a plan that is scheduled, or was held back, into a draft again.

    Raises:
        DraftExistsError: another draft is open; there can be one only.
        StaleDraftError: it is in force already, or was taken back by somebody else.
    """
    one_at_a_time()
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
    """Bring the plans that were scheduled up to `now` into force, oldest first; return their numbers.

    A plan is held back if it was based on another plan than the one in force by then, or if it names what no longer
    exists: nobody has seen what it would change.

    For the periodic jobs. Two processes may call it at once: the conditional UPDATE lets one of them win.
    """
    due = PlanVersion.objects.filter(state=PlanState.SCHEDULED, publish_at__lte=now)
    if not due.exists():
        return []
    one_at_a_time()
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
    one_at_a_time()
    current = in_force()
    if current is None or current.number != seen_in_force:
        raise StaleDraftError
    plan = PlanVersion.objects.create(
        number=next_number(), state=PlanState.RETIRED, based_on=to.number, note=to.note
    )
    copy_rules(source=to, into=plan)
    check(plan=plan, now=now)
    _bring_into_force(plan=plan, actor=actor, now=now, note=to.note)
    audit.record(
        actor=actor, action="plan.rolled_back", subject=f"plan {plan.number}", detail={"to": to.number}
    )
    return plan


@transaction.atomic
def undo(
    *, actor: Staff, brought: int, to: PlanVersion, act: UUID, action: str, now: datetime
) -> PlanVersion:
    """Undo `act`, by which plan `brought` came into force, as `roll_back` does; `action` is its code in the log.

    Raises:
        audit.AlreadyUndoneError: nothing was changed; besides what `roll_back` raises.
    """
    audit.record_undone(act, actor=actor, action=action, subject=f"plan {brought}")
    return roll_back(actor=actor, to=to, seen_in_force=brought, now=now)


def check(*, plan: PlanVersion, now: datetime) -> None:
    """Raise `NotPublishableError` if the plan has errors; warnings do not prevent publishing."""
    rules = as_plan(PlanVersion.objects.get(pk=plan.pk))
    errors = [one for one in plan_problems(rules, load_facts(now)) if one.severity is Severity.ERROR]
    if errors:
        raise NotPublishableError(plan=rules, problems=errors)


def _ready_to_publish(*, draft: PlanVersion, revision: int, now: datetime) -> None:
    one_at_a_time()
    claim_revision(draft=draft, revision=revision)
    current = in_force()
    if current is not None and draft.based_on != current.number:
        raise NotSinceError(based_on=draft.based_on, in_force=current.number)
    check(plan=draft, now=now)


def _bring_into_force(*, plan: PlanVersion, actor: Staff | None, now: datetime, note: str) -> None:
    # Retire the old plan first: the database allows one plan in force, even when two people publish at once.
    PlanVersion.objects.filter(state=PlanState.PUBLISHED).update(state=PlanState.RETIRED)
    PlanVersion.objects.filter(pk=plan.pk).update(
        state=PlanState.PUBLISHED, published_at=now, published_by=actor, note=note, publish_at=None
    )
    plan.refresh_from_db()
    routing_changed()
