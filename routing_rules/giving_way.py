"""Offers that give way: while it only rings for a pupil without a place, the slot is still anybody's who goes first. Pure.

Without this the order of the queue would hold for free slots alone: a class that asks in one minute rings everywhere,
and whoever asks a moment later would wait for those offers to end.
"""

from collections.abc import Iterator, Sequence

from routing_rules.candidate_heap import rank
from routing_rules.capacity import Candidate, FreeCapacity
from routing_rules.decision import StepState, Withdrawal
from routing_rules.eligibility import can_serve
from routing_rules.queue import QueueEntry
from routing_rules.reach import Reach, asked_already
from routing_rules.snapshot import RoutingSnapshot, WaitingRequest


class GivingWay:
    """The offers of one decision that may give way, and those that did."""

    def __init__(
        self, snapshot: RoutingSnapshot, capacity: FreeCapacity, queue: Sequence[QueueEntry]
    ) -> None:
        self._capacity = capacity
        self._ringing = {
            entry.waiting.id: (entry.waiting, capacity.ringing(entry.waiting, snapshot.now))
            for entry in queue
            if entry.placeless
        }
        self.withdrawals: list[Withdrawal] = []

    def still_ringing(self, waiting: WaitingRequest, ringing: list[Candidate]) -> list[Candidate]:
        """Where it rings after what gave way."""
        return self._ringing[waiting.id][1] if waiting.id in self._ringing else ringing

    def make_room(self, entry: QueueEntry, reach: Reach) -> list[Candidate]:
        """One slot for a conversation that goes before those pupils, if nobody there is free for it, nor rings: at the
        counsellor who suits it best, of those at whom the last pupil in the queue rings who can give one."""
        if entry.placeless or reach.named is not None or StepState.REACHED in (*reach.steps, reach.target):
            return []
        waiting = entry.waiting
        for pupil, ringing in reversed(self._ringing.values()):
            able = sorted(
                self._able(waiting, pupil, ringing, reach),
                key=lambda candidate: rank(candidate, theme=waiting.theme, language=waiting.language),
            )
            if able:
                chosen = able[0]
                ringing.remove(chosen)
                if not ringing:
                    self._capacity.stop_ringing(pupil)
                chosen.hand_over(waiting)
                self.withdrawals.append(Withdrawal(pupil.id, chosen.id))
                return [chosen]
        return []

    def _able(
        self, waiting: WaitingRequest, pupil: WaitingRequest, ringing: list[Candidate], reach: Reach
    ) -> Iterator[Candidate]:
        besides = {*waiting.offers, *asked_already(waiting)}
        for candidate in ringing:
            if (
                not candidate.absent
                and candidate.id not in besides
                and can_serve(candidate.counsellor, waiting, pools=reach.pools)
                and candidate.may_hand_over(pupil, waiting, stops=len(ringing) == 1)
            ):
                yield candidate
