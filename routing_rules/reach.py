"""How far a conversation's search has widened, and the heaps from which its counsellors are taken.

A step is reached when the request is old enough, or when the step before it has nobody to wait for: all its
pools are closed, or nobody in them is present, free and still to be asked. Steps add. The target of a
transfer is tried like a first step.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from routing_rules.candidate_heap import CandidateHeap
from routing_rules.capacity import Candidate, FreeCapacity
from routing_rules.decision import StepState
from routing_rules.eligibility import can_serve
from routing_rules.plans import Rule, Step
from routing_rules.snapshot import CounsellorId, RoutingSnapshot, WaitingRequest


def asked_already(waiting: WaitingRequest) -> set[CounsellorId]:
    """The counsellors who missed or refused an offer of this conversation."""
    return {*waiting.missed, *waiting.refused}


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a conversation may be rung now.

    `heaps` are in the order in which they are used; `named` is the colleague whom a transfer names, if they can
    still be rung. `target` is the state of a transfer's target (None: no transfer), `steps` those of the rule's steps.
    """

    heaps: tuple[CandidateHeap, ...]
    pools: frozenset[str]
    steps: tuple[StepState, ...]
    target: StepState | None = None
    named: Candidate | None = None


NOWHERE = Reach((), frozenset(), ())


class Search:
    """The heaps of one decision: made on first use, shared by all requests of the same kind."""

    def __init__(self, snapshot: RoutingSnapshot, capacity: FreeCapacity) -> None:
        self._now = snapshot.now
        self._capacity = capacity
        self._running = frozenset(each.code for each in snapshot.bookings if each.runs_at(snapshot.now))
        self._heaps: dict[tuple[str, str, str | None, str | None, frozenset[str]], CandidateHeap] = {}

    def reach(
        self,
        waiting: WaitingRequest,
        rule: Rule,
        ringing: Sequence[Candidate],
        *,
        among: frozenset[str] | None = None,
    ) -> Reach:
        """How far this conversation may be rung now; `among` these pools only, if they are given and no transfer says
        where to."""
        if waiting.to_counsellor is not None:
            return self._towards_counsellor(waiting, waiting.to_counsellor, rule, ringing)
        if waiting.to_pool is not None:
            return self._towards_pool(waiting, waiting.to_pool, rule, ringing)
        return self._widened(waiting, rule, ringing, among=among)

    def _towards_counsellor(
        self, waiting: WaitingRequest, counsellor: CounsellorId, rule: Rule, ringing: Sequence[Candidate]
    ) -> Reach:
        """A transfer to a person outweighs theme and hours, but not language, presence and a free slot."""
        candidate = self._capacity.candidates.get(counsellor)
        if candidate is not None and not can_serve(
            candidate.counsellor, waiting, pools=self._capacity.open_pools, identity=counsellor
        ):
            candidate = None
        rings = candidate is not None and candidate in ringing
        named = (
            candidate
            if candidate is not None
            and candidate.free > 0
            and not candidate.kept_from(waiting.booking)
            and candidate.id not in asked_already(waiting)
            else None
        )
        if candidate is not None and not candidate.absent and (rings or named is not None):
            only = None if rings else named
            return Reach((), frozenset(), not_yet(rule), target=StepState.REACHED, named=only)
        wider = self._widened(waiting, rule, ringing)
        others = None if rings else named
        return Reach(wider.heaps, wider.pools, wider.steps, target=StepState.SKIPPED_NOBODY, named=others)

    def _towards_pool(
        self, waiting: WaitingRequest, pool: str, rule: Rule, ringing: Sequence[Candidate]
    ) -> Reach:
        """A transfer to a pool: its people need not handle the reception's theme ("I don't know")."""
        pools = self._capacity.open_pools & {pool}
        heap = self._heap_for(waiting, pools)
        target = self._state(waiting, heap, pools, ringing)
        if target is StepState.REACHED:
            return Reach((heap,), pools, not_yet(rule), target=target)
        wider = self._widened(waiting, rule, ringing)
        return Reach((*wider.heaps, heap), wider.pools | pools, wider.steps, target=target)

    def _widened(
        self,
        waiting: WaitingRequest,
        rule: Rule,
        ringing: Sequence[Candidate],
        *,
        among: frozenset[str] | None = None,
    ) -> Reach:
        """The rule's steps as far as they are reached; the first one is always reached."""
        waited = self._now - waiting.asked_at
        reached: frozenset[str] = frozenset()
        states: list[StepState] = []
        for index, step in enumerate(rule.steps):
            pools = self._open_pools(step, among)
            reached = reached | pools if reached else pools
            states.append(self._state(waiting, self._heap_for(waiting, pools), pools, ringing))
            following = rule.steps[index + 1 : index + 2]
            if following and states[-1] is StepState.REACHED and waited < following[0].after_s:
                break
        states += [StepState.NOT_YET] * (len(rule.steps) - len(states))
        return Reach((self._heap_for(waiting, reached),), reached, tuple(states))

    def _open_pools(self, step: Step, among: frozenset[str] | None) -> frozenset[str]:
        open_pools = self._capacity.open_pools if among is None else self._capacity.open_pools & among
        return open_pools if step.pools is None else open_pools & step.pools

    def _heap_for(self, waiting: WaitingRequest, pools: frozenset[str]) -> CandidateHeap:
        """The counsellors of these open pools who could serve such a request."""
        booking = waiting.booking if waiting.booking in self._running else None
        key = (waiting.theme, waiting.language, waiting.to_pool, booking, pools)
        heap = self._heaps.get(key)
        if heap is None:
            speak_it = self._capacity.candidates_in(waiting.language)
            heap = self._heaps[key] = CandidateHeap(
                (each for each in speak_it if can_serve(each.counsellor, waiting, pools=pools)),
                theme=waiting.theme,
                language=waiting.language,
                booking=booking,
            )
        return heap

    def _state(
        self,
        waiting: WaitingRequest,
        heap: CandidateHeap,
        pools: frozenset[str],
        ringing: Sequence[Candidate],
    ) -> StepState:
        """Is there anybody to wait for? Somebody probably absent does not count, even where it rings at them."""
        if not pools:
            return StepState.SKIPPED_CLOSED
        rings = any(
            not candidate.absent and not pools.isdisjoint(candidate.counsellor.pools) for candidate in ringing
        )
        besides = {*waiting.offers, *asked_already(waiting)}
        return StepState.REACHED if rings or heap.has_somebody(besides=besides) else StepState.SKIPPED_NOBODY


def not_yet(rule: Rule) -> tuple[StepState, ...]:
    """No step reached: a transfer's target is tried first."""
    return (StepState.NOT_YET,) * len(rule.steps)
