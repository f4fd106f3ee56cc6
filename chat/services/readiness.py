"""Who is ready now, by pool: coordinators see whether an open pool has somebody."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync

from chat.services import live_snapshot


@dataclass(frozen=True, slots=True)
class PoolReadiness:
    """How many of a pool have their console open: ready for an offer, or not (finishing, away)."""

    ready: int = 0
    unready: int = 0


def by_pool(*, now: datetime) -> dict[str, PoolReadiness]:
    """By slug, for the pools of which somebody is there. Called from a view, in its own thread."""
    whom = live_snapshot.on_duty()
    if not whom:
        return {}
    signs = async_to_sync(live_snapshot.last_signs_of)(whom)
    ready: dict[str, int] = defaultdict(int)
    unready: dict[str, int] = defaultdict(int)
    for one in live_snapshot.counsellors_on_duty(now, signs, live_snapshot.on_the_books()):
        if one.presence.connected:
            for pool in one.pools:
                (ready if one.ready else unready)[pool] += 1
    return {pool: PoolReadiness(ready[pool], unready[pool]) for pool in {*ready, *unready}}
