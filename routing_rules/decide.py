"""Who is rung for which waiting conversation, now.

One pure function serves the live platform, the coordinators' simulator, the tests and the benchmark.
Everything it depends on is in the snapshot, the same snapshot always gives the same decision, and every
decision can be explained.

It goes through the queue once, in the order that everybody is told (`queue.py`). Each conversation takes the slots
that it may before the next one is considered, so a newcomer cannot overtake. Pupils with a reserved place take one
slot of their class's teams each, before all; what the others leave may ring for them too. Where nobody is free, an offer that rings for a
pupil without a place gives way (`giving_way.py`). See docs/routing.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from routing_rules.candidate_heap import rank
from routing_rules.capacity import Candidate, FreeCapacity
from routing_rules.decision import Decision, Explanation, GiveUp, GiveUpReason, Ring, Withdrawal
from routing_rules.eligibility import can_serve, reachable_pools
from routing_rules.explain import concluded, explained
from routing_rules.giving_way import GivingWay
from routing_rules.plans import Rule
from routing_rules.queue import QueueEntry, queue_order
from routing_rules.reach import NOWHERE, Reach, Search, asked_already
from routing_rules.snapshot import ConversationId, CounsellorId, RoutingSnapshot, WaitingRequest


def decide(snapshot: RoutingSnapshot, *, explain: Collection[ConversationId] = frozenset()) -> Decision:
    """Decide for every waiting conversation; explain the decision for those in `explain`."""
    capacity = FreeCapacity(snapshot)
    search = Search(snapshot, capacity)
    rung: defaultdict[ConversationId, list[Candidate]] = defaultdict(list)
    give_ups: list[GiveUp] = []
    explanations: dict[ConversationId, Explanation] = {}
    queue = queue_order(snapshot)
    giving_way = GivingWay(snapshot, capacity, queue)
    for turn in turns(snapshot, queue):
        entry, waiting, rule = turn.entry, turn.entry.waiting, turn.entry.rule
        rang = capacity.ringing(waiting, snapshot.now)
        ringing = [*giving_way.still_ringing(waiting, rang), *rung[waiting.id]]
        reach = NOWHERE if rule is None else search.reach(waiting, rule, ringing)
        reason = reason_to_give_up(snapshot, capacity, entry, reach)
        if waiting.id in explain and waiting.id not in explanations:
            explanations[waiting.id] = replace(explained(snapshot, capacity, entry, reach), give_up=reason)
        if rule is not None and reason is None:
            most = 1 if turn.reserved else rule.ring_size
            if turn.reserved:
                reach = search.reach(waiting, rule, ringing, among=turn.pools)
            if len(ringing) < most:
                rung[waiting.id] += giving_way.make_room(entry, reach)
            ringing = [*giving_way.still_ringing(waiting, rang), *rung[waiting.id]]
            rung[waiting.id] += choose(snapshot, capacity, waiting, rule, reach, ringing, most=most)
        if reason is not None and not rang and not turn.reserved:
            give_ups.append(GiveUp(waiting.id, reason))
    rings = tuple(
        Ring(entry.waiting.id, candidate.id, snapshot.now + entry.rule.ring_time_s)
        for entry in queue
        if entry.rule is not None
        for candidate in rung[entry.waiting.id]
    )
    told = {key: concluded(each, chosen=rung.get(key, ())) for key, each in explanations.items()}
    return Decision(rings, (*withdrawals(snapshot, capacity), *giving_way.withdrawals), tuple(give_ups), told)


@dataclass(frozen=True, slots=True)
class QueueTurn:
    """When a conversation may take slots. `reserved`: the one that its class keeps, in these `pools` (None: in all)."""

    entry: QueueEntry
    reserved: bool = False
    pools: frozenset[str] | None = None


def turns(snapshot: RoutingSnapshot, queue: Sequence[QueueEntry]) -> list[QueueTurn]:
    """In the order of the queue. A pupil with a reserved place goes before everybody at that place alone, and has a
    second turn for what others leave elsewhere: among the pupils without one."""
    reserved = [entry for entry in queue if entry.reserved]
    if not reserved:
        return [QueueTurn(entry) for entry in queue]
    teams = {booking.code: booking.pools for booking in snapshot.bookings}
    first = [
        QueueTurn(entry, reserved=True, pools=teams.get(str(entry.waiting.booking))) for entry in reserved
    ]
    others = sorted(
        queue,
        key=lambda one: (
            -one.priority,
            one.placeless or one.reserved,
            one.waiting.asked_at,
            str(one.waiting.id),
        ),
    )
    return [*first, *map(QueueTurn, others)]


def reason_to_give_up(
    snapshot: RoutingSnapshot, capacity: FreeCapacity, entry: QueueEntry, reach: Reach
) -> GiveUpReason | None:
    """Why no new offer may be made; None where one may. An offer that rings already may still be answered."""
    if entry.rule is None:
        return GiveUpReason.NO_RULE
    if snapshot.now - entry.waiting.waiting_since > snapshot.longest_wait_s:
        return GiveUpReason.TOO_LONG
    if not reachable_pools(snapshot.plan, entry.waiting, capacity.open_pools) and reach.named is None:
        return GiveUpReason.ALL_CLOSED
    return None


def choose(
    snapshot: RoutingSnapshot,
    capacity: FreeCapacity,
    waiting: WaitingRequest,
    rule: Rule,
    reach: Reach,
    ringing: list[Candidate],
    *,
    most: int,
) -> list[Candidate]:
    """Fill the ring up to `most` and hold a slot at each candidate: first those who were not asked yet, then those
    who missed the offer, last those who refused it."""
    places = most - len(ringing)
    if places <= 0:
        return []
    chosen: list[Candidate] = []
    if reach.named is not None:
        reach.named.hold(waiting)
        chosen.append(reach.named)
    ringing_at = {candidate.id for candidate in ringing}
    besides = {*waiting.offers, *asked_already(waiting), *ringing_at}
    for heap in reach.heaps:
        besides.update(candidate.id for candidate in chosen)
        chosen += heap.take(places - len(chosen), waiting, besides=besides)
    if len(chosen) < places and waiting.missed:
        missed = [each for each in waiting.missed if each not in waiting.refused and each not in ringing_at]
        chosen += ring_again(capacity, waiting, reach, missed, places - len(chosen))
    if waiting.refused and not chosen and not ringing:
        # Nobody else is left. Wait for one ring time, or the same counsellor would be rung again right after
        # the refusal.
        long_ago = [each for each, at in waiting.refused.items() if at + rule.ring_time_s <= snapshot.now]
        chosen += ring_again(capacity, waiting, reach, long_ago, places)
    return chosen


def ring_again(
    capacity: FreeCapacity, waiting: WaitingRequest, reach: Reach, asked: Iterable[CounsellorId], places: int
) -> list[Candidate]:
    """Hold slots at those of these counsellors who can still serve, fewest missed offers first."""
    candidates = [
        candidate
        for each in asked
        if (candidate := capacity.candidates.get(each)) is not None
        and each not in waiting.offers
        and can_serve(candidate.counsellor, waiting, pools=reach.pools, identity=candidate.id)
    ]
    candidates.sort(
        key=lambda candidate: (
            waiting.missed.get(candidate.id, 0),
            rank(candidate, theme=waiting.theme, language=waiting.language),
        )
    )
    chosen: list[Candidate] = []
    for candidate in candidates:
        if len(chosen) < places and candidate.free > 0 and not candidate.kept_from(waiting.booking):
            candidate.hold(waiting)
            chosen.append(candidate)
    return chosen


def withdrawals(snapshot: RoutingSnapshot, capacity: FreeCapacity) -> Iterator[Withdrawal]:
    """Offers that ring at somebody who is no longer ready: signed out, disconnected, away or finishing."""
    for waiting in snapshot.waiting:
        for counsellor, expires_at in waiting.offers.items():
            if expires_at > snapshot.now and counsellor not in capacity.candidates:
                yield Withdrawal(waiting.id, counsellor)
