"""A counsellor's readiness: what they say of themselves, and what their silence says."""

from datetime import datetime

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Q

from chat import database, publish, runtime, volatile
from chat.hub import EVERY_COUNSELLOR
from chat.models import Conversation, Duty, Offer, OfferState
from chat.services import slots
from chat.services.dispatch import request_dispatch
from routing_rules.models import Counsellor
from routing_rules.models.counsellors import MOST_AT_ONCE
from routing_rules.snapshot import AvailabilityState


async def open_console(*, counsellor: int, now: datetime) -> None:
    """A console was opened. It makes nobody available: they say so themselves."""
    await database.run(_open_console, counsellor, now)
    await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)


def _open_console(counsellor: int, now: datetime) -> None:
    person = Counsellor.objects.get(pk=counsellor)
    Duty.objects.get_or_create(
        counsellor=person, defaults={"capacity": person.capacity, "on_duty": True, "idle_since": now}
    )
    Duty.objects.filter(counsellor=person, on_duty=False).update(on_duty=True, idle_since=now)


async def set_availability(
    *, counsellor: int, state: AvailabilityState, capacity: int, now: datetime
) -> None:
    """Available, finishing or away, and how many at once (at most `MOST_AT_ONCE`)."""
    stopped = await database.run(_set_availability, counsellor, state, min(capacity, MOST_AT_ONCE), now)
    await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)
    await publish.counsellor_changed(counsellor, *stopped)
    await publish.signal(EVERY_COUNSELLOR, "colleagues")
    request_dispatch()


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


def take_usual_capacity(*, counsellor: int, capacity: int) -> None:
    """A coordinator changed how many at once is usual for this person: it holds from now on, not from tomorrow."""
    if Duty.objects.filter(counsellor=counsellor).exclude(capacity=capacity).update(capacity=capacity):
        async_to_sync(publish.counsellor_changed)(counsellor)


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
