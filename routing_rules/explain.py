"""Why a conversation was rung where it was: told afterwards from what the decision saw."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from routing_rules.decision import CounsellorExplained, Explanation, GiveUpReason, StepExplained, Why
from routing_rules.queue import Place, able
from routing_rules.reach import Reach
from routing_rules.room import Room, Seat
from routing_rules.snapshot import Availability, Counsellor, Snapshot, Waiting


def explained(snapshot: Snapshot, room: Room, place: Place, reach: Reach) -> Explanation:
    """What the decision sees when this conversation's turn comes, before it is rung anywhere."""
    rule = place.rule
    return Explanation(
        conversation=place.waiting.id,
        rule=place.position,
        rule_name=rule.name if rule else "",
        place=place.number,
        steps=tuple(_steps(place, reach)),
        counsellors=tuple(
            CounsellorExplained(each.id, _why(snapshot, room, place, reach, each))
            for each in snapshot.counsellors
        ),
    )


def concluded(
    explanation: Explanation, *, chosen: Collection[Seat], give_up: GiveUpReason | None
) -> Explanation:
    """The same once the conversation has been dealt with."""
    rung = {seat.id for seat in chosen}
    counsellors = (
        replace(each, why=Why.RUNG) if each.counsellor in rung else each for each in explanation.counsellors
    )
    return replace(explanation, counsellors=tuple(counsellors), give_up=give_up)


def _steps(place: Place, reach: Reach) -> Iterator[StepExplained]:
    waiting = place.waiting
    if reach.target is not None:
        pool = None if waiting.to_pool is None else frozenset({waiting.to_pool})
        yield StepExplained(None, pool, reach.target)
    if place.rule is not None:
        for step, state in zip(place.rule.steps, reach.steps, strict=True):
            yield StepExplained(step.after_s, step.pools, state)


def _why(snapshot: Snapshot, room: Room, place: Place, reach: Reach, counsellor: Counsellor) -> Why:
    """The first thing that keeps this counsellor from being rung; the last ones only put them after the
    others."""
    waiting = place.waiting
    seat = room.seats.get(counsellor.id)
    if seat is None:
        return _not_ready(counsellor)
    if waiting.offers.get(counsellor.id, 0.0) > snapshot.now:
        return Why.RINGING
    if waiting.language not in counsellor.languages:
        return Why.NO_LANGUAGE
    if not able(counsellor, waiting):
        return Why.NO_THEME
    if reach.named is not seat and reach.pools.isdisjoint(counsellor.pools):
        return _out_of_reach(room, place, counsellor)
    return _no_room(seat, waiting) or _later(seat, waiting)


def _not_ready(counsellor: Counsellor) -> Why:
    if not counsellor.present:
        return Why.NOT_PRESENT
    return Why.FINISHING if counsellor.state is Availability.FINISHING else Why.AWAY


def _out_of_reach(room: Room, place: Place, counsellor: Counsellor) -> Why:
    named = None if place.rule is None else place.rule.pools()
    meant = counsellor.pools if named is None else counsellor.pools & named
    if place.waiting.to_pool in counsellor.pools:
        meant |= {place.waiting.to_pool}
    if not meant:
        return Why.OTHER_POOL
    return Why.POOL_NOT_YET if meant & room.open_pools else Why.POOL_CLOSED


def _no_room(seat: Seat, waiting: Waiting) -> Why | None:
    if seat.counsellor.active >= seat.counsellor.capacity:
        return Why.NO_SLOT
    if seat.free <= 0:
        return Why.SLOT_HELD
    return Why.RESERVED if seat.kept_from(waiting.booking) else None


def _later(seat: Seat, waiting: Waiting) -> Why:
    if seat.id in waiting.offers:
        return Why.OFFER_ENDED
    if seat.id in waiting.refused:
        return Why.REFUSED
    if seat.id in waiting.missed:
        return Why.MISSED
    return Why.PROBABLY_ABSENT if seat.absent else Why.OTHERS_FIRST
