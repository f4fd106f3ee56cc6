"""Who is rung for which waiting conversation, now.

One pure function serves the live platform, the coordinators' simulator, the tests and the benchmark:
everything it depends on is in the snapshot, the same snapshot always gives the same decision, and every
decision can be explained.

It goes through the queue once, the oldest first within a priority, and lets each conversation take what it
may before the next is looked at: that is what keeps a newcomer from overtaking. See docs/routing.md.
"""

from collections.abc import Collection, Iterable, Iterator

from routing_rules.decision import Decision, Explanation, GiveUp, GiveUpReason, Ring, Withdrawal
from routing_rules.explain import concluded, explained
from routing_rules.line import rank
from routing_rules.plans import Rule
from routing_rules.queue import Place, able, in_order
from routing_rules.reach import NOWHERE, Reach, Search, asked_already
from routing_rules.room import Room, Seat
from routing_rules.snapshot import ConversationId, CounsellorId, Snapshot, Waiting


def decide(snapshot: Snapshot, *, explain: Collection[ConversationId] = frozenset()) -> Decision:
    """Decide for everybody who waits; explain it for the conversations asked for."""
    room = Room(snapshot)
    search = Search(snapshot, room)
    rings: list[Ring] = []
    give_ups: list[GiveUp] = []
    explanations: dict[ConversationId, Explanation] = {}
    for place in in_order(snapshot.plan, snapshot.waiting):
        waiting, rule = place.waiting, place.rule
        ringing = room.ringing(waiting, snapshot.now)
        reach = NOWHERE if rule is None else search.reach(waiting, rule, ringing)
        reason = reason_to_give_up(snapshot, room, place, reach)
        wanted = waiting.id in explain
        explanation = explained(snapshot, room, place, reach) if wanted else None
        chosen: list[Seat] = []
        if rule is not None and reason is None:
            chosen = choose(snapshot, room, waiting, rule, reach, ringing)
            rings += [Ring(waiting.id, seat.id, snapshot.now + rule.ring_time_s) for seat in chosen]
        if reason is not None and not ringing:
            give_ups.append(GiveUp(waiting.id, reason))
        if explanation is not None:
            explanations[waiting.id] = concluded(explanation, chosen=chosen, give_up=reason)
    return Decision(tuple(rings), tuple(withdrawals(snapshot, room)), tuple(give_ups), explanations)


def reason_to_give_up(snapshot: Snapshot, room: Room, place: Place, reach: Reach) -> GiveUpReason | None:
    """Why nothing new may be tried. What rings already may still be answered."""
    if place.rule is None:
        return GiveUpReason.NO_RULE
    if snapshot.now - place.waiting.waiting_since > snapshot.longest_wait_s:
        return GiveUpReason.TOO_LONG
    pools = place.rule.pools()
    hopes = room.open_pools if pools is None else room.open_pools & pools
    if not hopes and not reach.pools and reach.named is None:
        return GiveUpReason.ALL_CLOSED
    return None


def choose(
    snapshot: Snapshot, room: Room, waiting: Waiting, rule: Rule, reach: Reach, ringing: list[Seat]
) -> list[Seat]:
    """Fill the ring, holding a slot at each: whoever was not asked yet, then who missed it, at last who
    refused it."""
    places = rule.ring_size - len(ringing)
    if places <= 0:
        return []
    chosen: list[Seat] = []
    if reach.named is not None:
        reach.named.hold(waiting)
        chosen.append(reach.named)
    besides = {*waiting.offers, *asked_already(waiting)}
    for line in reach.lines:
        besides.update(seat.id for seat in chosen)
        chosen += line.take(places - len(chosen), waiting, besides=besides)
    if len(chosen) < places and waiting.missed:
        missed = [each for each in waiting.missed if each not in waiting.refused]
        chosen += ring_again(room, waiting, reach, missed, places - len(chosen))
    if waiting.refused and not chosen and not ringing:
        # Nobody else is left; one ring time of respite, or a refusal would be answered by the same ring at
        # once.
        long_ago = [each for each, at in waiting.refused.items() if at + rule.ring_time_s <= snapshot.now]
        chosen += ring_again(room, waiting, reach, long_ago, places)
    return chosen


def ring_again(
    room: Room, waiting: Waiting, reach: Reach, asked: Iterable[CounsellorId], places: int
) -> list[Seat]:
    """Hold slots at those of these counsellors who can still serve, fewest missed offers first."""
    seats = [
        seat
        for each in asked
        if (seat := room.seats.get(each)) is not None
        and each not in waiting.offers
        and able(seat.counsellor, waiting)
        and not reach.pools.isdisjoint(seat.counsellor.pools)
    ]
    seats.sort(
        key=lambda seat: (
            waiting.missed.get(seat.id, 0),
            rank(seat, theme=waiting.theme, language=waiting.language),
        )
    )
    chosen: list[Seat] = []
    for seat in seats:
        if len(chosen) < places and seat.free > 0 and not seat.kept_from(waiting.booking):
            seat.hold(waiting)
            chosen.append(seat)
    return chosen


def withdrawals(snapshot: Snapshot, room: Room) -> Iterator[Withdrawal]:
    """Offers that ring at somebody who is no longer ready: signed out, gone, away or finishing."""
    for waiting in snapshot.waiting:
        for counsellor, expires_at in waiting.offers.items():
            if expires_at > snapshot.now and counsellor not in room.seats:
                yield Withdrawal(waiting.id, counsellor)
