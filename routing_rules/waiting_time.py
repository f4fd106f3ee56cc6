"""How long a wait will be: one estimate for the door, the visitors who wait and the coordinators' try-out. Pure.

It counts only counsellors who are present and could serve the request, and only those requests ahead in the queue that
need the same people. The usual length of a conversation comes from recent ones.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from routing_rules.class_places import class_places
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.plans import asked_of
from routing_rules.queue import QueueEntry, queue_order
from routing_rules.snapshot import (
    USUAL_CHAT_S,
    Booking,
    ConversationId,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

PRIOR_CHATS = 20
"""So many conversations of the default length are counted in, so that a few unusual ones change the estimate little."""
MINUTE_S = 60


def usual_chat_s(*, chats: int, total_s: float) -> float:
    """How long a conversation usually lasts, in seconds, from the number of recent ones and the sum of their lengths."""
    return (total_s + PRIOR_CHATS * USUAL_CHAT_S) / (chats + PRIOR_CHATS)


def expected_wait_s(*, slots: int, free: int, ahead: int, chat_s: float) -> float:
    """How long the next one waits for a slot, in seconds; 0 where one is free now.

    Each of the `slots` serves one conversation per `chat_s`; the `ahead` requests take slots first.
    """
    return max(0, ahead + 1 - free) * chat_s / slots


def as_told_s(wait_s: float) -> int:
    """What a visitor is told: whole minutes, rounded up, plus one until somebody answers. Nobody minds being served early."""
    return (1 + -(-int(wait_s) // MINUTE_S)) * MINUTE_S


def latest_closing(pools: Iterable[PoolState], servers: Collection[CounsellorOnDuty]) -> float | None:
    """When the last of these pools in which one of the servers is closes; None: never, or none of them is in one (a
    colleague named them, so they may answer at any time)."""
    closings = [pool.closes_at for pool in pools if any(pool.slug in each.pools for each in servers)]
    ending = [closing for closing in closings if closing is not None]
    return max(ending) if ending and len(ending) == len(closings) else None


def estimates(snapshot: RoutingSnapshot, queue: Sequence[QueueEntry]) -> dict[ConversationId, int | None]:
    """What each waiting visitor may be told, in seconds; None where nobody present can serve the request before closing."""
    crowd = _Crowd(snapshot, _attentive(snapshot))
    ahead: list[QueueEntry] = []
    found: dict[ConversationId, int | None] = {}
    for entry in queue:
        wait_s = crowd.wait_s(entry, ahead)
        found[entry.waiting.id] = None if wait_s is None else as_told_s(wait_s)
        ahead.append(entry)
    return found


def wait_of_newcomer_s(
    snapshot: RoutingSnapshot, request: WaitingRequest, servers: Sequence[CounsellorOnDuty]
) -> float:
    """How long a request that arrives now waits for one of these `servers` (at least one), in seconds."""
    queue = queue_order(replace(snapshot, waiting=(*snapshot.waiting, request)))
    position = next(index for index, entry in enumerate(queue) if entry.waiting.id == request.id)
    people = {one.id: one for one in (*_attentive(snapshot), *servers)}
    return _Crowd(snapshot, people.values()).wait_for(servers, queue[position].waiting, queue[:position])


def _attentive(snapshot: RoutingSnapshot) -> list[CounsellorOnDuty]:
    return [one for one in snapshot.counsellors if one.attentive]


def _kind(request: WaitingRequest) -> Hashable:
    """The values that decide who can serve a request: the same people can serve requests with equal values."""
    rule = tuple(asked_of(request).values())
    return rule, request.theme, request.language, request.to_pool, request.to_counsellor, request.reception


class _Crowd:
    """Ready people, and which of them could serve each kind of request (computed once for each kind)."""

    def __init__(self, snapshot: RoutingSnapshot, people: Iterable[CounsellorOnDuty]) -> None:
        self._snapshot = snapshot
        self._open_pools = snapshot.open_pools
        self._people = list(people)
        self._servers: dict[Hashable, dict[int, CounsellorOnDuty]] = {}
        self._closings: dict[Hashable, float | None] = {}
        self._bookings = [one for one in snapshot.bookings if one.runs_at(snapshot.now)]

    def wait_s(self, entry: QueueEntry, ahead: Sequence[QueueEntry]) -> float | None:
        """In seconds; None where none of these people can serve it before closing."""
        request = entry.waiting
        servers = [one for one in self.servers(request).values() if one.capacity > 0]
        if entry.reserved:
            # Before everybody in the class's own teams alone.
            servers = self._own(request, servers) or servers
        if not servers:
            return None
        wait_s = self.wait_for(servers, request, ahead)
        closing = self._closing(request, servers)
        return wait_s if closing is None or self._snapshot.now + wait_s <= closing else None

    def wait_for(
        self, servers: Sequence[CounsellorOnDuty], request: WaitingRequest, ahead: Sequence[QueueEntry]
    ) -> float:
        """The same, for these `servers`."""
        whom = {one.id for one in servers}
        competing = sum(
            not whom.isdisjoint(self.servers(each.waiting))
            for each in ahead
            # The slots that another class keeps are not counted as free below, so its pupils take none of these.
            if not each.reserved or each.waiting.booking == request.booking
        )
        free = sum(one.unoccupied for one in servers)
        for booking in self._bookings:
            if booking.code != request.booking:
                free = min(free, self._free_beside(booking, servers))
        slots = sum(one.capacity for one in servers)
        return expected_wait_s(slots=slots, free=free, ahead=competing, chat_s=self._snapshot.usual_chat_s)

    def _own(self, request: WaitingRequest, servers: Sequence[CounsellorOnDuty]) -> list[CounsellorOnDuty]:
        """Those of the `servers` who are in the teams of the request's class."""
        return [
            one
            for booking in self._bookings
            if booking.code == request.booking
            for one in servers
            if booking.can_use(one, self._open_pools)
        ]

    def servers(self, request: WaitingRequest) -> Mapping[int, CounsellorOnDuty]:
        """The ready people who could serve such a request."""
        kind = _kind(request)
        servers = self._servers.get(kind)
        if servers is None:
            pools = reachable_pools(self._snapshot.plan, request, self._open_pools)
            servers = self._servers[kind] = {
                one.id: one for one in self._people if can_serve(one, request, pools=pools, identity=one.id)
            }
        return servers

    def _closing(self, request: WaitingRequest, servers: Sequence[CounsellorOnDuty]) -> float | None:
        """When nobody of the `servers` may be reached by such a request any more."""
        kind = _kind(request)
        if kind not in self._closings:
            reached = reachable_pools(self._snapshot.plan, request, self._open_pools)
            pools = [pool for pool in self._snapshot.pools if pool.slug in reached]
            self._closings[kind] = latest_closing(pools, servers)
        return self._closings[kind]

    def _free_beside(self, booking: Booking, servers: Sequence[CounsellorOnDuty]) -> int:
        """The free slots of these `servers` that a class does not need."""
        keeping = [one for one in self._people if booking.can_use(one, self._open_pools)]
        spare = max(0, sum(one.unoccupied for one in keeping) - class_places(self._snapshot, booking).kept)
        kept = {one.id for one in keeping}
        outside = sum(one.unoccupied for one in servers if one.id not in kept)
        return outside + min(spare, sum(one.unoccupied for one in servers if one.id in kept))
