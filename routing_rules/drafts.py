"""The one draft that there may be: begin it, discard it, base it on another plan.

Every change of a draft names the revision that its author saw. A conditional UPDATE raises the revision, so when
two coordinators edit the same draft, the second one gets an error and nothing is overwritten in silence.
"""

from django.db import transaction
from django.db.models import F

from partners import audit
from partners.models import Staff
from routing_rules.models import PlanState, PlanVersion
from routing_rules.plan_versions import (
    DraftExistsError,
    StaleDraftError,
    copy_rules,
    in_force,
    next_number,
    one_at_a_time,
)


@transaction.atomic
def begin_draft(*, actor: Staff, source: PlanVersion | None = None) -> PlanVersion:
    """A draft that starts as a copy of `source`, else of the plan in force.

    Raises:
        DraftExistsError: somebody's draft is still open.
    """
    one_at_a_time()
    if PlanVersion.objects.filter(state=PlanState.DRAFT).exists():
        raise DraftExistsError
    current = in_force()
    draft = PlanVersion.objects.create(
        number=next_number(), state=PlanState.DRAFT, based_on=current.number if current else None
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
    """Discard the draft."""
    claim_revision(draft=draft, revision=revision)
    number = draft.number
    draft.delete()
    audit.record(actor=actor, action="plan.discarded", subject=f"plan {number}")


def claim_revision(*, draft: PlanVersion, revision: int) -> None:
    """Claim the next revision of this draft; to be called first, inside a transaction.

    Raises:
        StaleDraftError: somebody else has changed it since `revision`.
    """
    claimed = PlanVersion.objects.filter(pk=draft.pk, state=PlanState.DRAFT, revision=revision).update(
        revision=F("revision") + 1
    )
    if not claimed:
        raise StaleDraftError
    draft.revision = revision + 1


@transaction.atomic
def take_as_base(*, actor: Staff, draft: PlanVersion, revision: int, number: int) -> None:
    """Confirm the differences from plan `number`, which is in force now, and base the draft on that plan.

    Raises:
        StaleDraftError: the draft changed, or yet another plan is in force by now.
    """
    current = in_force()
    if current is None or current.number != number:
        raise StaleDraftError
    claim_revision(draft=draft, revision=revision)
    PlanVersion.objects.filter(pk=draft.pk).update(based_on=number)
    audit.record(actor=actor, action="plan.rebased", subject=f"plan {draft.number}", detail={"on": number})
