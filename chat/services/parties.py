"""Who takes part in a conversation, and how that changes: a transfer, a lost counsellor, a guest who leaves or takes over.

The database is the truth; the transcript's party list follows it by a version number.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef

from chat import database, runtime
from chat.faults import Unreachable
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import dispatch, eligibility, slots
from chat.states import PartyRole, ReleasedReason, State
from chat.transcript.interface import PartyList
from partners.fault_kinds import kind_of
from partners.models import Staff
from partners.prepared_query import PreparedQuery
from routing_rules.models import Counsellor, Pool, Theme
from routing_rules.snapshot import AvailabilityState
from wakeups import publish

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TransferTarget:
    """Where a conversation is transferred to: exactly one of the three."""

    pool: str | None = None
    theme: str | None = None
    counsellor: int | None = None


class NoSuchTarget(Exception):
    """There is no such pool, theme or counsellor to transfer to."""


async def show(conversation: str, *, expects: int | None = None) -> bool:
    """Copy the party list from the database to the transcript. False: the store or the database does not know the conversation.

    With `expects`, copy it only if that counsellor is on it; else False.
    """
    known = await database.run(load, conversation)
    if known is None or (expects is not None and expects not in known.numbers):
        return False
    return await runtime.transcripts().set_parties(conversation, known)


async def show_now_or_soon(conversation: str, known: PartyList | None = None) -> None:
    """The same, after a change. If the store does not answer, the tick does it, so that the change is published without a delay.

    `known`: the list that this change has made, which then is not read.
    """
    try:
        if known is None:
            await show(conversation)
        else:
            await runtime.transcripts().set_parties(conversation, known)
    except (DatabaseError, Unreachable) as fault:
        log.warning("the store does not know yet who takes part", fault=kind_of(fault))


def load(conversation: str) -> PartyList | None:
    rows = _parties.rows(UUID(conversation))
    if not rows:
        return None
    return PartyList(rows[0][0], {who: number for _, who, number in rows if who is not None})


_parties = PreparedQuery(
    lambda conversation: Conversation.objects.filter(pk=conversation).values_list(
        "party_version", "parties__counsellor_id", "parties__number"
    )
)


async def transfer(*, conversation: str, owner: int, to: TransferTarget, now: datetime) -> bool:
    """Send it back to the queue for somebody else; it keeps its arrival time. False: it is not this counsellor's.

    Raises `NoSuchTarget`.
    """
    moved = await database.run(_transfer, conversation, owner, to, now)
    if moved is None:
        return False
    await _moved(conversation, moved, because=ReleasedReason.TRANSFERRED)
    return True


async def requeue(*, conversation: str, lost: int, now: datetime) -> bool:
    """A counsellor was lost for longer than the grace: after an owner, a guest takes over, else the conversation waits again."""
    moved = await database.run(_lose, conversation, lost, now)
    if moved is None:
        return False
    await _moved(conversation, moved, because=ReleasedReason.LOST)
    return True


async def _moved(conversation: str, counsellors: list[int], *, because: str) -> None:
    await show_now_or_soon(conversation)
    await publish.changed(conversation, because=because, counsellors=counsellors, queue=True)
    dispatch.request_dispatch()


async def is_target(to: TransferTarget) -> bool:
    """Whether there is such a pool, theme or counsellor to transfer to."""
    return await database.run(_is_target, to)


def _is_target(to: TransferTarget) -> bool:
    if to.pool is not None:
        return Pool.objects.filter(slug=to.pool, active=True).exists()
    if to.theme is not None:
        return Theme.objects.filter(code=to.theme, active=True).exists()
    return Counsellor.objects.filter(pk=to.counsellor or 0, staff__is_active=True).exists()


@transaction.atomic
def _transfer(conversation: str, owner: int, to: TransferTarget, now: datetime) -> list[int] | None:
    pool = Pool.objects.filter(slug=to.pool, active=True).first() if to.pool is not None else None
    if not _is_target(to):
        raise NoSuchTarget
    owned = Party.objects.filter(conversation=OuterRef("pk"), counsellor=owner, role=PartyRole.OWNER)
    # The conversation may be closed or requeued at the same moment: only one of them finds it active.
    changes = {"theme": to.theme} if to.theme else {}
    moved = (
        Conversation.objects.filter(pk=conversation, state=State.ACTIVE)
        .filter(Exists(owned))
        .update(
            state=State.WAITING,
            queued_at=now,
            transfers=F("transfers") + 1,
            round=F("round") + 1,
            party_version=F("party_version") + 1,
            to_pool=pool,
            to_counsellor_id=to.counsellor,
            **changes,
        )
    )
    if not moved:
        return None
    row = Conversation.objects.get(pk=conversation)
    gone = slots.release(conversation=row.pk, now=now)
    # The counsellor who transfers it is rung for it only when nobody else is left.
    Offer.objects.create(
        conversation=row, counsellor_id=owner, state=OfferState.REFUSED, expires_at=now, refused_at=now
    )
    return gone


@transaction.atomic
def _lose(conversation: str, lost: int, now: datetime) -> list[int] | None:
    row = Conversation.objects.select_for_update().filter(pk=conversation, state=State.ACTIVE).first()
    party = row.parties.filter(counsellor=lost).first() if row else None
    if row is None or party is None:
        return None
    everybody = sorted(row.parties.values_list("counsellor_id", flat=True))
    guest = row.parties.filter(role=PartyRole.GUEST).exclude(counsellor=lost).order_by("number").first()
    if party.role == PartyRole.GUEST or guest is not None:
        slots.lock([lost])
        party.delete()
        slots.give_back([lost], now=now)
        if party.role == PartyRole.OWNER and guest is not None:
            guest.role = PartyRole.OWNER
            guest.save(update_fields=["role"])
            if row.first_answer_at is None:
                eligibility.note_serving_pool(row.pk, guest.counsellor_id, now)
        Conversation.objects.filter(pk=row.pk).update(party_version=F("party_version") + 1)
        return everybody
    Conversation.objects.filter(pk=row.pk).update(
        state=State.WAITING,
        queued_at=now,
        requeues=F("requeues") + 1,
        round=F("round") + 1,
        party_version=F("party_version") + 1,
    )
    slots.release(conversation=row.pk, now=now)
    Duty.objects.filter(counsellor=lost, active=0).update(state=AvailabilityState.AWAY.value)
    return everybody


def remove_guest(*, conversation: Conversation, counsellor: int, now: datetime) -> bool:
    """Remove a guest, within the caller's transaction, which has locked the conversation."""
    slots.lock([counsellor])
    gone, _ = Party.objects.filter(
        conversation=conversation, counsellor=counsellor, role=PartyRole.GUEST
    ).delete()
    if not gone:
        return False
    slots.give_back([counsellor], now=now)
    Conversation.objects.filter(pk=conversation.pk).update(party_version=F("party_version") + 1)
    return True


def owned_by(person: Staff) -> int:
    """How many conversations this person has now, without those in which they help a colleague."""
    return Party.objects.filter(
        counsellor__staff=person, role=PartyRole.OWNER, conversation__state=State.ACTIVE
    ).count()
