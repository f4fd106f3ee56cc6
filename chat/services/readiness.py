"""Who is ready now, by pool: coordinators see whether an open pool has somebody."""

from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync

from chat.services import live_snapshot
from chat.services.rules_in_force import on_the_books
from routing_rules.snapshot import CounsellorOnDuty, attentive_in


@dataclass(frozen=True, slots=True)
class PoolReadiness:
    """How many of a pool have their console open: ready for an offer, or not (finishing, away, or not using the page)."""

    ready: int = 0
    unready: int = 0


def ready_now(*, now: datetime) -> list[int]:
    """The counsellors on whom the door counts now. Called from a view, in its own thread."""
    return [one.id for one in _connected(now) if one.attentive]


def _connected(now: datetime) -> list[CounsellorOnDuty]:
    duties = live_snapshot.duties()
    if not duties:
        return []
    signs = async_to_sync(live_snapshot.last_signs_of)(duties)
    people = live_snapshot.counsellors_on_duty(duties, signs, on_the_books(), now=now)
    return [one for one in people if one.presence.connected]


def by_pool(*, now: datetime) -> dict[str, PoolReadiness]:
    """By slug, for the pools of which somebody is there. Called from a view, in its own thread."""
    connected = _connected(now)
    found = {}
    for pool in {pool for one in connected for pool in one.pools}:
        ready = len(attentive_in(pool, connected))
        found[pool] = PoolReadiness(ready, sum(pool in one.pools for one in connected) - ready)
    return found
