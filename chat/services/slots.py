"""A counsellor's slots: each conversation and each ringing offer uses one.

The counters on `Duty` change only here, in the transaction that changes the rows they count. Lock order everywhere: the conversation
first, then duties by counsellor.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q

from chat.models import Conversation, Duty, Offer, OfferState, Party
from routing_rules.snapshot import AvailabilityState


def lock(counsellors: Iterable[int]) -> None:
    """Lock these duties in the one order that cannot deadlock."""
    list(
        Duty.objects.select_for_update()
        .filter(counsellor__in=set(counsellors))
        .order_by("counsellor_id")
        .values_list("pk", flat=True)
    )


def ring(counsellor: int) -> bool:
    """Hold a slot for an offer. False: the counsellor has none left (a concurrent claim may have won), or is no longer available."""
    return bool(
        Duty.objects.filter(
            counsellor=counsellor,
            state=AvailabilityState.AVAILABLE.value,
            active__lt=F("capacity") - F("ringing"),
        ).update(ringing=F("ringing") + 1)
    )


def take(counsellor: int) -> bool:
    """Use a free slot for a conversation. False: the capacity is reached (a concurrent claim may have won)."""
    return bool(
        Duty.objects.filter(counsellor=counsellor, active__lt=F("capacity")).update(
            active=F("active") + 1, missed=0
        )
    )


def give_back(counsellors: Iterable[int], *, now: datetime) -> None:
    """Free one slot of each: their conversation has ended or left them."""
    Duty.objects.filter(counsellor__in=list(counsellors), active__gt=0).update(
        active=F("active") - 1, idle_since=now
    )


def stop_ringing(*, conversation: Conversation, where: Q | None = None) -> list[int]:
    """Remove this conversation's ringing offers and free their slots. Returns the counsellors at whom they rang."""
    offers = Offer.objects.filter(conversation=conversation, state=OfferState.RINGING)
    if where is not None:
        offers = offers.filter(where)
    rung = sorted(offers.values_list("counsellor_id", flat=True))
    lock(rung)
    # An offer that has just expired or was refused no longer rings, and its slot is already free.
    stopped = [
        one
        for one in rung
        if Offer.objects.filter(conversation=conversation, counsellor=one, state=OfferState.RINGING).delete()[
            0
        ]
    ]
    Duty.objects.filter(counsellor__in=stopped, ringing__gt=0).update(ringing=F("ringing") - 1)
    return stopped


def release(*, conversation: Conversation, now: datetime) -> list[int]:
    """End all offers and parties of a conversation. Returns the counsellors who had one."""
    rung = stop_ringing(conversation=conversation)
    parties = sorted(conversation.parties.values_list("counsellor_id", flat=True))
    lock(parties)
    Party.objects.filter(conversation=conversation).delete()
    give_back(parties, now=now)
    return sorted({*rung, *parties})
