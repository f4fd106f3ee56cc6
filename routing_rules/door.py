"""Whether a new request is accepted, or refused at once because nobody can serve it or the service is closed.

The visitor learns it before waiting in vain."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from routing_rules.eligibility import can_serve
from routing_rules.plans import Rule
from routing_rules.queue import goes_first, has_reserved_place, held_against, rule_index
from routing_rules.snapshot import PoolState, RoutingSnapshot, WaitingRequest
from routing_rules.waiting_time import latest_closing, wait_of_newcomer_s

QUEUE_LIMIT = 200
"""The default of `MITI_QUEUE_LENGTH`."""


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
    ONLY_ABSENT = "only_absent"
    """Those who could serve it are signed in, but probably not in front of the page."""
    NOT_BEFORE_CLOSING = "not_before_closing"


@dataclass(frozen=True, slots=True)
class Door:
    """Is a request taken, and why (not)?"""

    state: DoorState
    reason: DoorReason

    @property
    def lets_wait(self) -> bool:
        """Does a request go into the queue? Also where the offer only rings at people who are probably absent: it may
        call them back."""
        return self.state is DoorState.OPEN or self.reason is DoorReason.ONLY_ABSENT


def door(snapshot: RoutingSnapshot, request: WaitingRequest, *, queue_limit: int = QUEUE_LIMIT) -> Door:
    """Decide about a request that has just arrived (`snapshot.waiting` does not hold it yet).

    Open: somebody attentive can serve it before closing, now or after the requests ahead of it. Full: the hours are
    open, but nobody attentive can serve it (nobody is there, or nobody has the skills), or the queue is full, or the
    wait would last beyond closing. A pupil with a reserved place waits behind pupils of the same class only.
    """
    index = rule_index(snapshot.plan, request)
    if index is None:
        return Door(DoorState.CLOSED, DoorReason.NO_RULE)
    pools = pools_of(snapshot.plan.rules[index], snapshot.pools)
    if not any(pool.open for pool in pools):
        return Door(DoorState.CLOSED, DoorReason.ALL_CLOSED)
    taking = [pool for pool in pools if pool.takes_requests_at(snapshot.now)]
    if not taking:
        return Door(DoorState.CLOSED, DoorReason.LAST_INTAKE)
    reason = _full(snapshot, request, taking, queue_limit=queue_limit)
    return Door(DoorState.FULL, reason) if reason else Door(DoorState.OPEN, DoorReason.WELCOME)


def pools_of(rule: Rule, pools: Collection[PoolState]) -> list[PoolState]:
    """The pools that some step of the rule sends to."""
    named = rule.pools()
    return [pool for pool in pools if named is None or pool.slug in named]


def _full(
    snapshot: RoutingSnapshot, request: WaitingRequest, pools: list[PoolState], *, queue_limit: int
) -> DoorReason | None:
    slugs = frozenset(pool.slug for pool in pools)
    able = [
        each
        for each in snapshot.counsellors
        if each.ready and each.capacity > 0 and can_serve(each, request, pools=slugs)
    ]
    if not able:
        return DoorReason.NOBODY_READY
    attentive = [each for each in able if each.attentive]
    if _queue_is_full(snapshot, request, queue_limit) and not has_reserved_place(snapshot, request):
        return DoorReason.QUEUE_FULL
    if not goes_first(snapshot, request):
        servers = attentive or able
        closing = latest_closing(pools, servers)
        if closing is not None and snapshot.now + wait_of_newcomer_s(snapshot, request, servers) > closing:
            return DoorReason.NOT_BEFORE_CLOSING
    return None if attentive else DoorReason.ONLY_ABSENT


def _queue_is_full(snapshot: RoutingSnapshot, request: WaitingRequest, limit: int) -> bool:
    # The order is asked for only where it may matter.
    return len(snapshot.waiting) >= limit and held_against(snapshot, request) >= limit
