"""A counsellor answers an offer, takes a conversation from the queue, or lets an offer expire."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateTimeField, Exists, F, OuterRef, QuerySet, Value, When

from chat import database
from chat.models import Conversation, Duty, Offer, OfferState, Party
from chat.services import counsellor_view, dispatch, eligibility, grants, live_snapshot, parties, slots
from chat.services.duty_sampling import rings
from chat.states import OfferGoneReason, PartyRole, State
from chat.transcript.interface import PartyList
from partners.prepared_query import PreparedInsert, PreparedQuery, PreparedUpdate
from routing_rules.presence import is_away_after
from routing_rules.snapshot import AvailabilityState
from wakeups import publish

INVITATION_S = 60


class OfferGoneError(Exception):
    """The offer can no longer be accepted; the argument is the reason code."""


@dataclass(frozen=True, slots=True)
class Expired:
    counsellors: list[int]
    now_away: list[int]
    invitations: list[str]
    """The conversations in which an invitation was not answered."""
    missed: list[int]
    """At whom an offer from the queue ran out."""


async def accept(*, conversation: str, counsellor: int, now: datetime, key: str = "") -> bool:
    """The first to accept gets it. `key`: the public key of their browser. False: this counsellor has it already.

    Raises `OfferGoneError` with the reason.
    """
    return await _joined(
        conversation,
        counsellor,
        await database.run(_accept, conversation, counsellor, now, key, ringing_only=True),
    )


async def take(*, conversation: str, counsellor: int, now: datetime, key: str = "") -> bool:
    """Take it from the queue without an offer. Otherwise the same as `accept`."""
    return await _joined(
        conversation,
        counsellor,
        await database.run(_accept, conversation, counsellor, now, key, ringing_only=False),
    )


@dataclass(frozen=True, slots=True)
class Accepted:
    others: Collection[int]
    """The other counsellors at whom it rang."""
    parties: PartyList | None = None
    """Who takes part now; None: that must be read."""
    rang: bool = False
    """It was an offer from the queue."""


async def _joined(conversation: str, counsellor: int, accepted: Accepted | None) -> bool:
    if accepted is None:
        return False
    if accepted.rang:
        rings.answered[counsellor] += 1
    await parties.show_now_or_soon(conversation, accepted.parties)
    await publish.changed(conversation, counsellors=[counsellor, *accepted.others], queue=True)
    dispatch.request_dispatch()
    return True


_waiting_row = PreparedQuery(
    lambda row: Conversation.objects.filter(pk=row, state=State.WAITING).values_list(
        "party_version", "served_by_id", "first_answer_at", *live_snapshot.WAITING_COLUMNS
    )
)


def _still_waiting(row: UUID, party_version: int, *_: object) -> QuerySet[Conversation]:
    return Conversation.objects.filter(pk=row, state=State.WAITING, party_version=party_version)


def _waiting_and_offered(
    row: UUID, party_version: int, _pool: int, now: datetime, counsellor: int
) -> QuerySet[Conversation]:
    offered = Offer.objects.filter(
        conversation=OuterRef("pk"),
        counsellor=counsellor,
        state=OfferState.RINGING,
        invited=False,
        expires_at__gt=now,
    )
    return _still_waiting(row, party_version).filter(Exists(offered))


def _won(_row: UUID, _party_version: int, pool: int, now: datetime, *_: object) -> dict[str, Any]:
    return {
        "state": State.ACTIVE,
        # Whoever accepted and left without a word did not serve: the wait went on.
        "accepted_at": Case(
            When(first_answer_at=None, then=Value(now, output_field=DateTimeField())),
            default=F("accepted_at"),
        ),
        "party_version": F("party_version") + 1,
        "parties_so_far": F("parties_so_far") + 1,
        "served_by": pool,
        "to_pool": None,
        "to_counsellor": None,
    }


_win, _win_offered = PreparedUpdate(_still_waiting, _won), PreparedUpdate(_waiting_and_offered, _won)
_is_invited = PreparedQuery(
    lambda conversation, counsellor: Offer.objects.filter(
        conversation=conversation, counsellor=counsellor, state=OfferState.RINGING, invited=True
    ).values_list("pk")
)
_insert_party = PreparedInsert(Party)


@transaction.atomic
def _accept(
    conversation: str, counsellor: int, now: datetime, key: str, *, ringing_only: bool
) -> Accepted | None:
    """None: this counsellor has it already."""
    row = UUID(conversation)
    waiting = _waiting_row.rows(row)
    if not waiting or not _wins(row, waiting[0], counsellor, now, ringing_only=ringing_only):
        if ringing_only and _is_invited.rows(row, counsellor):
            return _accept_invitation(conversation, counsellor, now, key)
        if Party.objects.filter(conversation_id=conversation, counsellor=counsellor).exists():
            return None
        raise OfferGoneError(counsellor_view.why_offer_gone_now(counsellor, conversation, now=now))
    rung = slots.end_offers(conversation=row, beside=counsellor)
    if not slots.take(counsellor):
        raise OfferGoneError(OfferGoneReason.NO_SLOT)
    party_version, *_, so_far = waiting[0]
    _insert_party.run(
        Party(
            conversation_id=row,
            counsellor_id=counsellor,
            role=PartyRole.OWNER,
            number=so_far + 1,
            joined_at=now,
            public_keys=key,
        )
    )
    # Nobody takes part in a conversation that waits.
    alone = PartyList(party_version + 1, {counsellor: so_far + 1})
    return Accepted([one for one in rung if one != counsellor], alone, rang=ringing_only)


def _wins(row: UUID, waiting: tuple[Any, ...], counsellor: int, now: datetime, *, ringing_only: bool) -> bool:
    party_version, pool, answered_at, *columns = waiting
    request = eligibility.request_of(columns, now)
    if not ringing_only and not eligibility.could_serve(request, counsellor, now):
        raise OfferGoneError("not_found")
    if pool is None or answered_at is None:
        pool = eligibility.serving_pool(request, counsellor, now)
    # When several accept at once, the first one changes the state and the version; the updates of the others match no row.
    win = _win_offered if ringing_only else _win
    return bool(win.run(row, party_version, pool, now, counsellor))


def _accept_invitation(conversation: str, counsellor: int, now: datetime, key: str) -> Accepted:
    # The owner may withdraw it, or close, at the same moment: only a ringing offer of an active conversation is accepted.
    taken = Conversation.objects.filter(pk=conversation, state=State.ACTIVE).update(
        party_version=F("party_version") + 1, parties_so_far=F("parties_so_far") + 1
    )
    if not taken:
        raise OfferGoneError(OfferGoneReason.VISITOR_LEFT)
    row = Conversation.objects.get(pk=conversation)
    invited = Offer.objects.filter(counsellor=counsellor, expires_at__gt=now).filter(conversation=row)
    if not invited.exists():
        raise OfferGoneError(OfferGoneReason.EXPIRED)
    stopped = slots.stop_ringing(conversation=row.pk, at=[counsellor])
    if counsellor not in stopped or not slots.take(counsellor):
        raise OfferGoneError(OfferGoneReason.NO_SLOT)
    Party.objects.create(
        conversation=row,
        counsellor_id=counsellor,
        role=PartyRole.GUEST,
        number=row.parties_so_far,
        joined_at=now,
        # Somebody else's is nobody's: nothing is granted to it under this number.
        public_keys="" if grants.is_known(conversation, key) else key,
    )
    return Accepted(sorted({*stopped, *row.parties.values_list("counsellor_id", flat=True)}))


async def refuse(*, conversation: str, counsellor: int, now: datetime) -> bool:
    """The counsellor refuses the offer. It rings elsewhere at once."""
    refused = await database.run(_end, conversation, counsellor, now, OfferState.REFUSED)
    if refused:
        rings.answered[counsellor] += 1
        # The owner who invited this colleague sees it at once.
        await publish.changed(conversation, counsellors=[counsellor])
        dispatch.request_dispatch()
    return refused


@transaction.atomic
def _end(
    conversation: str, counsellor: int, now: datetime, state: OfferState, *, invited: bool = False
) -> bool:
    slots.lock([counsellor])
    ringing = Offer.objects.filter(
        conversation_id=conversation, counsellor=counsellor, state=OfferState.RINGING
    )
    if state is OfferState.MISSED:
        ended = ringing.filter(expires_at__lte=now).update(state=state, missed=F("missed") + 1)
    else:
        ended = ringing.update(state=state, refused_at=now)
    if not ended:
        return False
    duty = Duty.objects.filter(counsellor=counsellor)
    duty.filter(ringing__gt=0).update(ringing=F("ringing") - 1)
    if state is OfferState.MISSED:
        # A colleague's invitation says nothing of who is there: only offers from the queue count.
        if not invited:
            duty.update(missed=F("missed") + 1)
    else:
        # A refusal is an answer: this counsellor is present.
        duty.update(missed=0)
    return True


async def expire(*, now: datetime) -> Expired:
    """End the offers that nobody answered in time; two in a row make a counsellor away."""
    expired = await database.run(_expire, now)
    rings.missed.update(expired.missed)
    for conversation in expired.invitations:
        await publish.changed(conversation)
    someone_left = bool(expired.now_away)
    await publish.changed(counsellors=expired.counsellors, colleagues=someone_left, queue=someone_left)
    return expired


def _expire(now: datetime) -> Expired:
    late = list(
        Offer.objects.filter(state=OfferState.RINGING, expires_at__lte=now)
        .order_by("conversation_id", "counsellor_id")
        .values_list("conversation_id", "counsellor_id", "invited")
    )
    rung, away, invitations, missed = [], [], [], []
    for conversation, counsellor, invited in late:
        if not _end(str(conversation), counsellor, now, OfferState.MISSED, invited=invited):
            continue
        rung.append(counsellor)
        if invited:
            invitations.append(str(conversation))
            continue
        missed.append(counsellor)
        if _make_away(counsellor):
            away.append(counsellor)
    return Expired(rung, away, invitations, missed)


def _make_away(counsellor: int) -> bool:
    available = Duty.objects.filter(counsellor=counsellor, state=AvailabilityState.AVAILABLE.value)
    missed = available.values_list("missed", flat=True).first()
    if missed is None or not is_away_after(missed):
        return False
    # An answer meanwhile has set `missed` to 0: then nobody becomes away.
    return bool(available.filter(missed=missed).update(state=AvailabilityState.AWAY.value))


async def invite(*, conversation: str, owner: int, colleague: int, now: datetime) -> bool:
    """Invite a colleague. False: it is not the owner's conversation, or the colleague has no free slot."""
    done = await database.run(_invite, conversation, owner, colleague, now)
    if done:
        await publish.changed(conversation, counsellors=[colleague])
    return done


@transaction.atomic
def _invite(conversation: str, owner: int, colleague: int, now: datetime) -> bool:
    row = _owned(conversation, owner)
    if row is None or row.parties.filter(counsellor=colleague).exists():
        return False
    if Offer.objects.filter(conversation=row, counsellor=colleague, state=OfferState.RINGING).exists():
        return True
    if not slots.ring(colleague):
        return False
    Offer.objects.update_or_create(
        conversation=row,
        counsellor_id=colleague,
        defaults={
            "state": OfferState.RINGING,
            "invited": True,
            "expires_at": now + timedelta(seconds=INVITATION_S),
        },
    )
    return True


async def withdraw(*, conversation: str, owner: int, colleague: int, now: datetime) -> bool:
    """Withdraw an invitation, or remove a guest."""
    done = await database.run(_withdraw, conversation, owner, colleague, now)
    if done:
        await parties.show_now_or_soon(conversation)
        await publish.changed(conversation, counsellors=[colleague])
        # The colleague has a free slot again.
        dispatch.request_dispatch()
    return done


@transaction.atomic
def _withdraw(conversation: str, owner: int, colleague: int, now: datetime) -> bool:
    row = _owned(conversation, owner)
    if row is None:
        return False
    invited = Offer.objects.filter(conversation=row, counsellor=colleague, state=OfferState.RINGING)
    if invited.exists():
        slots.stop_ringing(conversation=row.pk, at=[colleague])
        return True
    return parties.remove_guest(conversation=row, counsellor=colleague, now=now)


def _owned(conversation: str, owner: int) -> Conversation | None:
    """The owner's active conversation, locked until the transaction ends."""
    owns = Party.objects.filter(conversation=OuterRef("pk"), counsellor=owner, role=PartyRole.OWNER)
    running = Conversation.objects.select_for_update().filter(pk=conversation, state=State.ACTIVE)
    return running.filter(Exists(owns)).first()
