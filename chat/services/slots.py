"""A counsellor's slots: each conversation and each ringing offer uses one.

The counters on `Duty` change only here, in the transaction that changes the rows they count. Lock order everywhere: the conversation
first, then duties by counsellor.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F

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


def stop_ringing(*, conversation: UUID, at: Collection[int] | None = None) -> list[int]:
    """Remove this conversation's ringing offers (at these counsellors only) and free their slots. Returns at whom they rang."""
    stopped = _free_ringing(conversation, at)
    if stopped:
        Offer.objects.filter(conversation=conversation, counsellor__in=stopped).delete()
    return stopped


def end_offers(*, conversation: UUID) -> list[int]:
    """The same, and remove those that were refused or missed as well."""
    stopped = _free_ringing(conversation)
    _delete_offers.run(conversation)
    return stopped


_delete_offers = PreparedDelete(lambda conversation: Offer.objects.filter(conversation=conversation))


def _free_ringing(conversation: UUID, among: Collection[int] | None = None) -> list[int]:
    """Free the slots of the ringing offers of this conversation (of these counsellors only), which the caller removes."""
    rung = sorted(who for (who,) in _ringing.rows(conversation) if among is None or who in among)
    if not rung:
        return []
    lock(rung)
    # An offer that has just expired or was refused no longer rings, and its slot is already free.
    stopped = [who for (who,) in _still_ringing.rows(conversation, rung)]
    _one_less_rings.run(stopped)
    return stopped


_ringing = PreparedQuery(
    lambda conversation: Offer.objects.filter(
        conversation=conversation, state=OfferState.RINGING
    ).values_list("counsellor_id")
)
_still_ringing = PreparedQuery(
    lambda conversation, counsellors: (
        Offer.objects.select_for_update()
        .filter(conversation=conversation, counsellor__in=counsellors, state=OfferState.RINGING)
        .order_by("counsellor_id")
        .values_list("counsellor_id")
    )
)
_one_less_rings = PreparedUpdate(
    lambda counsellors: Duty.objects.filter(counsellor__in=counsellors, ringing__gt=0),
    lambda _: {"ringing": F("ringing") - 1},
)


def release(*, conversation: UUID, now: datetime) -> list[int]:
    """End all offers and parties of a conversation, which keeps none of them. Returns the counsellors who had one."""
    rung = end_offers(conversation=conversation)
    parties = sorted(who for (who,) in _taking_part.rows(conversation))
    lock(parties)
    _delete_parties.run(conversation)
    give_back(parties, now=now)
    return sorted({*rung, *parties})


_taking_part = PreparedQuery(
    lambda conversation: Party.objects.filter(conversation=conversation).values_list("counsellor_id")
)
_delete_parties = PreparedDelete(lambda conversation: Party.objects.filter(conversation=conversation))
