"""Why a conversation rings where it does, derived from the data of the decision."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from routing_rules.capacity import Candidate, FreeCapacity
from routing_rules.decision import CounsellorExplained, Explanation, StepExplained, Why
from routing_rules.eligibility import has_skills
from routing_rules.queue import QueueEntry
from routing_rules.reach import Reach
from routing_rules.snapshot import AvailabilityState, CounsellorOnDuty, RoutingSnapshot, WaitingRequest


def explained(
    snapshot: RoutingSnapshot, capacity: FreeCapacity, entry: QueueEntry, reach: Reach
) -> Explanation:
    """The state that the decision sees at this conversation's turn, before it makes an offer."""
    rule = entry.rule
    return Explanation(
        conversation=entry.waiting.id,
        rule=entry.rule_index,
        rule_name=rule.name if rule else "",
        position=entry.number,
        steps=tuple(_steps(entry, reach)),
        counsellors=tuple(
            CounsellorExplained(each.id, _why(snapshot, capacity, entry, reach, each))
            for each in snapshot.counsellors
        ),
    )


def concluded(explanation: Explanation, *, chosen: Collection[Candidate]) -> Explanation:
    """The same, with those who are rung."""
    rung = {candidate.id for candidate in chosen}
    return replace(
        explanation,
        counsellors=tuple(
            replace(each, why=Why.RUNG) if each.counsellor in rung else each
            for each in explanation.counsellors
        ),
    )


def _steps(entry: QueueEntry, reach: Reach) -> Iterator[StepExplained]:
    waiting = entry.waiting
    if reach.target is not None:
        pool = None if waiting.to_pool is None else frozenset({waiting.to_pool})
        yield StepExplained(None, pool, reach.target)
    if entry.rule is not None:
        for step, state in zip(entry.rule.steps, reach.steps, strict=True):
            yield StepExplained(step.after_s, step.pools, state)


def _why(
    snapshot: RoutingSnapshot,
    capacity: FreeCapacity,
    entry: QueueEntry,
    reach: Reach,
    counsellor: CounsellorOnDuty,
) -> Why:
    """The first reason why this counsellor is not rung; the last reasons only mean that others are rung first."""
    waiting = entry.waiting
    candidate = capacity.candidates.get(counsellor.id)
    if candidate is None:
        return _not_ready(counsellor)
    if waiting.offers.get(counsellor.id, 0.0) > snapshot.now:
        return Why.RINGING
    if waiting.language not in counsellor.languages:
        return Why.NO_LANGUAGE
    shared = reach.pools & counsellor.pools or counsellor.pools
    if not has_skills(counsellor, waiting, pools=shared, named=waiting.to_counsellor == counsellor.id):
        return Why.NO_THEME
    if reach.named is not candidate and reach.pools.isdisjoint(counsellor.pools):
        return _out_of_reach(capacity, entry, counsellor)
    return _no_room(candidate, waiting) or _later(candidate, waiting)


def _not_ready(counsellor: CounsellorOnDuty) -> Why:
    if not counsellor.presence.connected:
        return Why.NOT_PRESENT
    return Why.FINISHING if counsellor.state is AvailabilityState.FINISHING else Why.AWAY


def _out_of_reach(capacity: FreeCapacity, entry: QueueEntry, counsellor: CounsellorOnDuty) -> Why:
    named = None if entry.rule is None else entry.rule.pools()
    meant = counsellor.pools if named is None else counsellor.pools & named
    if entry.waiting.to_pool in counsellor.pools:
        meant |= {entry.waiting.to_pool}
    if not meant:
        return Why.OTHER_POOL
    return Why.POOL_NOT_YET if meant & capacity.open_pools else Why.POOL_CLOSED


def _no_room(candidate: Candidate, waiting: WaitingRequest) -> Why | None:
    if candidate.counsellor.active >= candidate.counsellor.capacity:
        return Why.NO_SLOT
    if candidate.free <= 0:
        return Why.SLOT_HELD
    return Why.RESERVED if candidate.kept_from(waiting.booking) else None


def _later(candidate: Candidate, waiting: WaitingRequest) -> Why:
    if candidate.id in waiting.offers:
        return Why.OFFER_ENDED
    if candidate.id in waiting.refused:
        return Why.REFUSED
    if candidate.id in waiting.missed:
        return Why.MISSED
    return Why.PROBABLY_ABSENT if candidate.absent else Why.OTHERS_FIRST
