"""A counsellor on duty: opens a console, sets their availability, and goes off duty after a long silence."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from chat import database, runtime, volatile
from chat.models import Conversation, Duty, Offer, OfferState
from chat.services import dispatch, slots
from partners.models import Staff
from partners.prepared_query import PreparedQuery, PreparedUpdate
from routing_rules import people
from routing_rules.models import Counsellor, Pool
from routing_rules.snapshot import MOST_AT_ONCE, AvailabilityState
from wakeups import publish


async def open_console(*, counsellor: int, now: datetime) -> None:
    """Note that a console was opened. It makes nobody available: counsellors set that themselves."""
    newly_on_duty = await database.run(_open_console, counsellor, now)
    try:
        await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)
    finally:
        await publish.changed(colleagues=newly_on_duty)
        dispatch.request_dispatch()


def _open_console(counsellor: int, now: datetime) -> bool:
    """True if this counsellor was not on duty until now."""
    if _duty_of.rows(counsellor):
        return bool(_back_on_duty.run(counsellor, now))
    person = Counsellor.objects.get(pk=counsellor)
    _, new = Duty.objects.get_or_create(
        counsellor=person, defaults={"capacity": person.capacity, "on_duty": True, "idle_since": now}
    )
    # Another console of the same counsellor may just have been opened.
    return new or bool(_back_on_duty.run(counsellor, now))


_duty_of = PreparedQuery(lambda counsellor: Duty.objects.filter(counsellor=counsellor).values_list("pk"))
_back_on_duty = PreparedUpdate(
    lambda counsellor, _: Duty.objects.filter(counsellor=counsellor, on_duty=False),
    lambda _, now: {"on_duty": True, "idle_since": now},
)


async def set_availability(
    *, counsellor: int, state: AvailabilityState, capacity: int, now: datetime
) -> None:
    """Available, finishing or away, and how many at once (at most `MOST_AT_ONCE`)."""
    stopped = await database.run(_set_availability, counsellor, state, min(capacity, MOST_AT_ONCE), now)
    try:
        await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)
    finally:
        # The change is committed, even if the store failed. Who is ready also decides how long a wait will be.
        await publish.changed(counsellors=[counsellor, *stopped], colleagues=True, queue=True)
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
        stopped.update(slots.stop_ringing(conversation=row.pk, at=[counsellor]))
    return sorted(stopped)


@transaction.atomic
def set_skills(
    *, actor: Staff, counsellor: Counsellor, wanted: people.SkillsWanted, among: Collection[Pool]
) -> None:
    """Write a coordinator's change of a counsellor's skills and capacity. The capacity holds at once, also for a console that is open."""
    people.set_skills(actor=actor, counsellor=counsellor, wanted=wanted, among=among)
    Duty.objects.filter(counsellor=counsellor).update(capacity=wanted.capacity)


def follow_capacity(counsellors: Collection[int]) -> None:
    """Let open consoles of these people follow the capacity that is stored for them."""
    for pk, capacity in Counsellor.objects.filter(pk__in=counsellors).values_list("pk", "capacity"):
        Duty.objects.filter(counsellor=pk).update(capacity=capacity)


async def mark_active(*, counsellor: int, now: datetime) -> None:
    """Note that the counsellor uses their console now."""
    await runtime.volatile().seen(volatile.counsellor(counsellor), at=now.timestamp(), active=True)


def end_duty(counsellor: int) -> bool:
    """End the duty of a counsellor who was lost for longer than the grace. True if they were on duty until now."""
    return bool(
        Duty.objects.filter(counsellor=counsellor, on_duty=True, active=0).update(
            on_duty=False, state=AvailabilityState.AWAY.value, missed=0
        )
    )
