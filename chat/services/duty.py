"""A counsellor's readiness: what they say of themselves, and what their silence says."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from chat import database, runtime, volatile
from chat.models import Conversation, Duty, Offer, OfferState
from chat.services import dispatch, slots
from partners.models import Staff
from routing_rules import people
from routing_rules.models import Counsellor, Pool
from routing_rules.snapshot import MOST_AT_ONCE, AvailabilityState
from wakeups import publish


async def open_console(*, counsellor: int, now: datetime) -> None:
    """A console was opened. It makes nobody available: they say so themselves."""
    came = await database.run(_open_console, counsellor, now)
    try:
        await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)
    finally:
        if came:
            await publish.colleagues_changed()
        dispatch.request_dispatch()


def _open_console(counsellor: int, now: datetime) -> bool:
    """True for whoever was not on duty until now."""
    person = Counsellor.objects.get(pk=counsellor)
    _, new = Duty.objects.get_or_create(
        counsellor=person, defaults={"capacity": person.capacity, "on_duty": True, "idle_since": now}
    )
    back = Duty.objects.filter(counsellor=person, on_duty=False).update(on_duty=True, idle_since=now)
    return new or bool(back)


async def set_availability(
    *, counsellor: int, state: AvailabilityState, capacity: int, now: datetime
) -> None:
    """Available, finishing or away, and how many at once (at most `MOST_AT_ONCE`)."""
    stopped = await database.run(_set_availability, counsellor, state, min(capacity, MOST_AT_ONCE), now)
    try:
        await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)
    finally:
        # It holds, whatever became of what is kept beside it. Who is ready also decides how long a wait will be.
        await publish.counsellor_changed(counsellor, *stopped)
        await publish.colleagues_changed()
        await publish.queue_changed()
        dispatch.request_dispatch()


@transaction.atomic
def _set_availability(counsellor: int, state: AvailabilityState, capacity: int, now: datetime) -> list[int]:
    changed: dict[str, object] = {"state": state.value, "capacity": capacity, "missed": 0, "on_duty": True}
    Duty.objects.filter(counsellor=counsellor).exclude(state=state.value).update(idle_since=now)
    Duty.objects.filter(counsellor=counsellor).update(**changed)
    if state is AvailabilityState.AVAILABLE:
        return []
    stopped: set[int] = set()
    ringing = Offer.objects.filter(counsellor=counsellor, state=OfferState.RINGING)
    for row in Conversation.objects.filter(pk__in=ringing.values("conversation")).order_by("pk"):
        stopped.update(slots.stop_ringing(conversation=row, where=Q(counsellor=counsellor)))
    return sorted(stopped)


@transaction.atomic
def set_skills(
    *, actor: Staff, counsellor: Counsellor, wanted: people.SkillsWanted, among: Collection[Pool]
) -> None:
    """A coordinator changed what this person can take: also how many at once, from now on and not from tomorrow."""
    people.set_skills(actor=actor, counsellor=counsellor, wanted=wanted, among=among)
    Duty.objects.filter(counsellor=counsellor).update(capacity=wanted.capacity)


async def mark_active(*, counsellor: int, now: datetime) -> None:
    """Somebody uses this console now."""
    await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)


def end_duty(counsellor: int) -> bool:
    """Lost for longer than the grace: away until they come back. True for whoever was on duty until now."""
    return bool(
        Duty.objects.filter(counsellor=counsellor, on_duty=True, active=0).update(
            on_duty=False, state=AvailabilityState.AWAY.value, missed=0
        )
    )
