"""A counsellor's slots: each conversation and each ringing offer uses one.

The counters on `Duty` change only here, in the transaction that changes the rows they count. Lock order everywhere: the conversation
first, then duties by counsellor, then offers and parties.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from chat.models import Duty, Offer, OfferState, Party
from partners.prepared_query import PreparedDelete, PreparedQuery, PreparedUpdate
from routing_rules.snapshot import AvailabilityState


def lock(counsellors: Iterable[int]) -> None:
    """Lock these duties in the one order that cannot deadlock."""
    _locked.rows(sorted(set(counsellors)))


_locked = PreparedQuery(
    lambda counsellors: (
        Duty.objects.select_for_update()
        .filter(counsellor__in=counsellors)
        .order_by("counsellor_id")
        .values_list("counsellor_id", "state", "capacity", "active", "ringing")
    )
)


def ring(counsellor: int) -> bool:
    """Hold a slot for an offer. False: the counsellor has none left (a concurrent claim may have won), or is no longer available."""
    return bool(ring_all([counsellor]))


def ring_all(counsellors: Iterable[int]) -> set[int]:
    """The same for several at once. Returns those who have a slot for it."""
    # Locked until the transaction ends, so what is read here is so when it is changed.
    free = {
        who
        for who, state, capacity, active, ringing in _locked.rows(sorted(set(counsellors)))
        if state == AvailabilityState.AVAILABLE.value and active < capacity - ringing
    }
    _one_more_rings.run(sorted(free))
    return free


_one_more_rings = PreparedUpdate(
    lambda counsellors: Duty.objects.filter(counsellor__in=counsellors),
    lambda _: {"ringing": F("ringing") + 1},
)


def take(counsellor: int) -> bool:
    """Use a free slot for a conversation. False: the capacity is reached (a concurrent claim may have won)."""
    return bool(_one_more_active.run(counsellor))


_one_more_active = PreparedUpdate(
    lambda counsellor: Duty.objects.filter(counsellor=counsellor, active__lt=F("capacity")),
    lambda _: {"active": F("active") + 1, "missed": 0},
)


def give_back(counsellors: Iterable[int], *, now: datetime) -> None:
    """Free one slot of each: their conversation has ended or left them."""
    _one_less_active.run(sorted(counsellors), now)


_one_less_active = PreparedUpdate(
    lambda counsellors, _: Duty.objects.filter(counsellor__in=counsellors, active__gt=0),
    lambda _, now: {"active": F("active") - 1, "idle_since": now},
)


def stop_ringing(*, conversation: UUID, at: Collection[int]) -> list[int]:
    """Remove this conversation's ringing offers at these counsellors, and free their slots. Returns at whom they rang."""
    lock(at)
    # An offer that has just expired or was refused no longer rings, and its slot is already free.
    stopped = sorted(who for (who,) in _delete_ringing.rows(conversation, sorted(at)))
    _one_less_rings.run(stopped)
    return stopped


_delete_ringing = PreparedDelete(
    lambda conversation, counsellors: Offer.objects.filter(
        conversation=conversation, counsellor__in=counsellors, state=OfferState.RINGING
    ),
    returning=["counsellor"],
)


def end_offers(*, conversation: UUID, beside: int) -> list[int]:
    """Remove all its offers, those that were refused or missed as well, and free the slots of those that ring. Returns at whom they rang.

    `beside`: another counsellor, whose slots the caller changes.
    """
    _lock_rung.rows(conversation, beside)
    rung = _delete_offers_of(conversation)
    _one_less_rings.run(rung)
    return rung


_lock_rung = PreparedQuery(
    lambda conversation, beside: (
        Duty.objects.select_for_update()
        .filter(Q(counsellor__in=_rung_by(conversation)) | Q(counsellor=beside))
        .order_by("counsellor_id")
        .values_list("counsellor_id")
    )
)


def _rung_by(conversation: UUID) -> QuerySet[Offer, Any]:
    return Offer.objects.filter(conversation=conversation, state=OfferState.RINGING).values("counsellor")


def _delete_offers_of(conversation: UUID) -> list[int]:
    gone = _delete_offers.rows(conversation)
    return sorted(who for who, state in gone if state == OfferState.RINGING)


_delete_offers = PreparedDelete(
    lambda conversation: Offer.objects.filter(conversation=conversation),
    returning=["counsellor", "state"],
)
_one_less_rings = PreparedUpdate(
    lambda counsellors: Duty.objects.filter(counsellor__in=counsellors, ringing__gt=0),
    lambda _: {"ringing": F("ringing") - 1},
)


def release(*, conversation: UUID, now: datetime) -> list[int]:
    """End all offers and parties of a conversation, which keeps none of them. Returns the counsellors who had one."""
    _lock_concerned.rows(conversation)
    rung = _delete_offers_of(conversation)
    _one_less_rings.run(rung)
    parties = sorted(who for (who,) in _delete_parties.rows(conversation))
    give_back(parties, now=now)
    return sorted({*rung, *parties})


_lock_concerned = PreparedQuery(
    lambda conversation: (
        Duty.objects.select_for_update()
        .filter(
            Q(counsellor__in=_rung_by(conversation))
            | Q(counsellor__in=Party.objects.filter(conversation=conversation).values("counsellor"))
        )
        .order_by("counsellor_id")
        .values_list("counsellor_id")
    )
)
_delete_parties = PreparedDelete(
    lambda conversation: Party.objects.filter(conversation=conversation), returning=["counsellor"]
)
