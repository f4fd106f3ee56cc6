"""Try a plan: what would happen to one request, second by second, with these people ready, and why.

It calls the same `door` and `decide` as the live platform, for people who are assumed to be at their consoles.
Nobody answers unless the caller says after how many seconds of ringing they do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from routing_rules.decide import decide
from routing_rules.decision import Decision, Explanation, GiveUpReason
from routing_rules.door import Door, door
from routing_rules.plans import Plan
from routing_rules.presence import is_away_after
from routing_rules.snapshot import (
    LONGEST_WAIT_S,
    AvailabilityState,
    Booking,
    CounsellorId,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)

LASTS_S = 300


class TrialOutcome(StrEnum):
    """How the try ended."""

    REFUSED = "refused"
    ACCEPTED = "accepted"
    GIVEN_UP = "given_up"
    STILL_WAITING = "still_waiting"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something happened `after_s` seconds after the request.

    `rung` began to ring, `missed` rang out, `away` were set away after two missed offers in a row;
    `ringing` are all that ring now.
    """

    after_s: int
    rung: tuple[CounsellorId, ...]
    missed: tuple[CounsellorId, ...]
    away: tuple[CounsellorId, ...]
    ringing: tuple[CounsellorId, ...]
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Trial:
    """The complete result of a try."""

    door: Door
    outcome: TrialOutcome
    moments: tuple[Moment, ...] = ()
    accepted_by: CounsellorId | None = None
    accepted_after_s: int | None = None
    give_up: GiveUpReason | None = None
    at_the_door: Explanation | None = None
    """After a refusal at the door: why nobody who is ready could take it."""


@dataclass(slots=True)
class _Stage:
    """The state of a running try: where it rings since when, and who missed which offer."""

    people: dict[CounsellorId, CounsellorOnDuty]
    waiting: WaitingRequest
    longest_wait_s: float
    bookings: tuple[Booking, ...] = ()
    since: dict[CounsellorId, float] = field(default_factory=dict)
    missed_in_a_row: dict[CounsellorId, int] = field(default_factory=dict)

    def snapshot(
        self, now: float, plan: Plan, pools: tuple[PoolState, ...], scarce: frozenset[str]
    ) -> RoutingSnapshot:
        """The routing snapshot of the current second."""
        return RoutingSnapshot(
            now,
            plan,
            pools,
            tuple(self.people.values()),
            (self.waiting,),
            scarce=scarce,
            longest_wait_s=self.longest_wait_s,
            bookings=self.bookings,
        )

    def expire(self, now: float) -> tuple[tuple[CounsellorId, ...], tuple[CounsellorId, ...]]:
        """End the offers whose time is over; return who missed one, and who is set to away because of it."""
        over = tuple(each for each, expires_at in self.waiting.offers.items() if expires_at <= now)
        away = []
        for each in over:
            self._stop(each)
            missed = {**self.waiting.missed, each: self.waiting.missed.get(each, 0) + 1}
            self.waiting = replace(self.waiting, missed=missed)
            self.missed_in_a_row[each] = self.missed_in_a_row.get(each, 0) + 1
            if is_away_after(self.missed_in_a_row[each]):
                self.people[each] = replace(self.people[each], state=AvailabilityState.AWAY)
                away.append(each)
        return over, tuple(away)

    def ring(self, decision: Decision, now: float) -> tuple[CounsellorId, ...]:
        """Begin the offers that were decided."""
        for ring in decision.rings:
            person = self.people[ring.counsellor]
            self.people[ring.counsellor] = replace(person, held=person.held + 1)
            offers = {**self.waiting.offers, ring.counsellor: ring.expires_at}
            self.waiting = replace(self.waiting, offers=offers)
            self.since[ring.counsellor] = now
        return tuple(ring.counsellor for ring in decision.rings)

    def _stop(self, counsellor: CounsellorId) -> None:
        person = self.people[counsellor]
        self.people[counsellor] = replace(person, held=person.held - 1)
        offers = {each: at for each, at in self.waiting.offers.items() if each != counsellor}
        self.waiting = replace(self.waiting, offers=offers)

    def answered(self, now: float, answers: Mapping[CounsellorId, float]) -> CounsellorId | None:
        """Who has accepted by now, the fastest first."""
        quick = [
            (self.since[each] + answers[each], each)
            for each in self.waiting.offers
            if each in answers and self.since[each] + answers[each] <= now
        ]
        return min(quick)[1] if quick else None


def try_request(
    *,
    plan: Plan,
    request: WaitingRequest,
    people: Sequence[CounsellorOnDuty],
    pools_at: Callable[[float], tuple[PoolState, ...]],
    answers: Mapping[CounsellorId, float] | None = None,
    scarce: frozenset[str] = frozenset(),
    lasts_s: int = LASTS_S,
    longest_wait_s: float = LONGEST_WAIT_S,
    bookings: tuple[Booking, ...] = (),
) -> Trial:
    """Play `request` from its `asked_at` on, for `lasts_s` seconds at most.

    `pools_at` gives the pools' hours at a moment (seconds since the epoch). Nobody's presence changes during
    the try. `answers` says who accepts, after how many seconds.
    """
    start = request.asked_at
    stage = _Stage({each.id: each for each in people}, request, longest_wait_s, bookings)
    first = replace(stage.snapshot(start, plan, pools_at(start), scarce), waiting=())
    verdict = door(first, request)
    if not verdict.lets_wait:
        refused = decide(replace(first, waiting=(request,)), explain=[request.id])
        return Trial(verdict, TrialOutcome.REFUSED, at_the_door=refused.explanations[request.id])
    steps_at = {step.after_s for rule in plan for step in rule.steps}
    moments: list[Moment] = []
    for after_s in range(lasts_s + 1):
        now = start + after_s
        accepted = stage.answered(now, answers or {})
        if accepted is not None:
            return Trial(verdict, TrialOutcome.ACCEPTED, tuple(moments), accepted, after_s)
        missed, away = stage.expire(now)
        snapshot = stage.snapshot(now, plan, pools_at(now), scarce)
        decision = decide(snapshot)
        if decision.rings or decision.give_ups or missed or after_s in steps_at:
            explanation = decide(snapshot, explain=[request.id]).explanations[request.id]
            rung = stage.ring(decision, now)
            moments.append(Moment(after_s, rung, missed, away, tuple(stage.waiting.offers), explanation))
        if decision.give_ups:
            return Trial(verdict, TrialOutcome.GIVEN_UP, tuple(moments), give_up=decision.give_ups[0].reason)
    return Trial(verdict, TrialOutcome.STILL_WAITING, tuple(moments))
