"""Who is ready now, pool by pool: coordinators see to it that an opening finds somebody there."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from django.conf import settings

from chat import runtime, volatile
from chat.models import Duty
from routing_rules.models import Counsellor
from routing_rules.snapshot import AvailabilityState


@dataclass(frozen=True, slots=True)
class PoolReadiness:
    """How many of a pool have their console open: ready for an offer, or not (finishing, away)."""

    ready: int = 0
    unready: int = 0


def by_pool(*, now: datetime) -> dict[str, PoolReadiness]:
    """By slug, for the pools of which somebody is there. Called from a view, in its own thread."""
    states = dict(
        Duty.objects.filter(on_duty=True, counsellor__staff__is_active=True).values_list(
            "counsellor_id", "state"
        )
    )
    if not states:
        return {}
    present = async_to_sync(runtime.volatile().presences)([volatile.counsellor(one) for one in states])
    fresh = now.timestamp() - settings.ENV.silence_s
    there = {
        one
        for one in states
        if (presence := present.get(volatile.counsellor(one))) is not None and presence.seen > fresh
    }
    ready: dict[str, int] = defaultdict(int)
    unready: dict[str, int] = defaultdict(int)
    members = Counsellor.objects.filter(pk__in=there, pools__active=True).order_by()
    for person, pool in members.values_list("pk", "pools__slug"):
        (ready if states[person] == AvailabilityState.AVAILABLE.value else unready)[pool] += 1
    return {pool: PoolReadiness(ready[pool], unready[pool]) for pool in {*ready, *unready}}
