"""Whether a new request is taken, is told that everybody is busy, or is told when it opens: honestly,
before it waits for nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from routing_rules.plans import Rule
from routing_rules.queue import able
from routing_rules.snapshot import Booking, CounsellorOnDuty, PoolState, RoutingSnapshot, WaitingRequest

QUEUE_LIMIT = 200
"""Unless operators set another."""
#: A chat's usual length: to tell a queue that cannot be served before closing from one that can.
HANDLING_S = 10 * 60


class DoorState(StrEnum):
    """What the widget shows."""

    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"


class DoorReason(StrEnum):
    """Why."""

    WELCOME = "welcome"
    NO_RULE = "no_rule"
    ALL_CLOSED = "all_closed"
    LAST_INTAKE = "last_intake"
    QUEUE_FULL = "queue_full"
    NOBODY_READY = "nobody_ready"
    NOT_BEFORE_CLOSING = "not_before_closing"


@dataclass(frozen=True, slots=True)
class Door:
    """Is a request taken, and why (not)?"""

    state: DoorState
    reason: DoorReason


def door(
    snapshot: RoutingSnapshot,
    request: WaitingRequest,
    *,
    queue_limit: int = QUEUE_LIMIT,
    handling_s: float = HANDLING_S,
) -> Door:
    """Answer a request that has just come (`snapshot.waiting` does not hold it yet).

    Full means that nobody who is ready, even if busy just now, could take it before closing time; or that
    the queue is full. A class's reserved places are behind no queue but its own.
    """
    position = snapshot.plan.position_for(
        theme=request.theme, language=request.language, site=request.site, audience=request.audience
    )
    if position is None:
        return Door(DoorState.CLOSED, DoorReason.NO_RULE)
    pools = pools_of(snapshot.plan.rules[position], snapshot.pools)
    if not any(pool.open for pool in pools):
        return Door(DoorState.CLOSED, DoorReason.ALL_CLOSED)
    taking = [pool for pool in pools if pool.open and not _intake_over(pool, snapshot.now)]
    if not taking:
        return Door(DoorState.CLOSED, DoorReason.LAST_INTAKE)
    reason = _full(snapshot, request, taking, queue_limit=queue_limit, handling_s=handling_s)
    return Door(DoorState.FULL, reason) if reason else Door(DoorState.OPEN, DoorReason.WELCOME)


def pools_of(rule: Rule, pools: Collection[PoolState]) -> list[PoolState]:
    """The pools that some step of the rule sends to."""
    named = rule.pools()
    return [pool for pool in pools if named is None or pool.slug in named]


def _intake_over(pool: PoolState, now: float) -> bool:
    return pool.intake_until is not None and now >= pool.intake_until


def _full(
    snapshot: RoutingSnapshot,
    request: WaitingRequest,
    pools: list[PoolState],
    *,
    queue_limit: int,
    handling_s: float,
) -> DoorReason | None:
    slugs = frozenset(pool.slug for pool in pools)
    ready = [
        each
        for each in snapshot.counsellors
        if each.ready and each.capacity > 0 and able(each, request) and not slugs.isdisjoint(each.pools)
    ]
    if not ready:
        return DoorReason.NOBODY_READY
    if _has_a_reserved_place(snapshot, request):
        return None
    if len(snapshot.waiting) >= queue_limit:
        return DoorReason.QUEUE_FULL
    closings = [pool.closes_at for pool in pools if any(pool.slug in each.pools for each in ready)]
    if None in closings:
        return None
    closing = max(each for each in closings if each is not None)
    if expected_wait_s(ready, snapshot.waiting, handling_s) > closing - snapshot.now:
        return DoorReason.NOT_BEFORE_CLOSING
    return None


def _has_a_reserved_place(snapshot: RoutingSnapshot, request: WaitingRequest) -> bool:
    waiting = sum(each.booking == request.booking for each in snapshot.waiting)
    return any(
        _leaves_a_place(each, waiting, snapshot.now)
        for each in snapshot.bookings
        if each.code == request.booking
    )


def _leaves_a_place(booking: Booking, waiting: int, now: float) -> bool:
    return booking.runs_at(now) and booking.active + waiting < booking.places


def expected_wait_s(
    ready: Collection[CounsellorOnDuty], queue: Collection[WaitingRequest], handling_s: float
) -> float:
    """How long a newcomer whom these counsellors could serve will wait for a slot, in seconds; 0 if one is
    free now.

    A rough estimate on the hopeful side: each of their slots serves one request per `handling_s`, and of
    the queue only those count that one of them could serve.
    """
    slots = sum(each.capacity for each in ready)
    free = sum(max(0, each.capacity - each.active) for each in ready)
    ahead = sum(any(able(each, waiting) for each in ready) for waiting in queue)
    return max(0, ahead + 1 - free) * handling_s / slots
