"""Try a plan: what would happen to one request, second by second, with these people ready, and why.

It calls the same `door` and `decide` as the live platform, for people who are assumed to be at their consoles.
Nobody answers unless the caller says after how many seconds of ringing they do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from routing_rules.decide import decide
from routing_rules.decision import Decision, Explanation, GiveUpReason
from routing_rules.door import Door, door
from routing_rules.plans import Plan
from routing_rules.presence import is_away_after
from routing_rules.snapshot import (
    LONGEST_WAIT_S,
    AvailabilityState,
    Booking,
    ConversationId,
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
    """The state of a running try: who waits, where it rings since when, and who missed how many offers in a row."""

    people: dict[CounsellorId, CounsellorOnDuty]
    longest_wait_s: float
    bookings: tuple[Booking, ...] = ()
    queue: dict[ConversationId, WaitingRequest] = field(default_factory=dict)
    since: dict[tuple[ConversationId, CounsellorId], float] = field(default_factory=dict)
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
            tuple(self.queue.values()),
            scarce=scarce,
            longest_wait_s=self.longest_wait_s,
            bookings=self.bookings,
        )

    def expire(self, now: float) -> tuple[dict[ConversationId, list[CounsellorId]], tuple[CounsellorId, ...]]:
        """End the offers whose time is over; return who missed one of which request, and who is set to away because of it."""
        missed: dict[ConversationId, list[CounsellorId]] = {}
        away = []
        for waiting in list(self.queue.values()):
            for each in [each for each, expires_at in waiting.offers.items() if expires_at <= now]:
                self._stop(waiting.id, each)
                before = self.queue[waiting.id].missed
                self._change(waiting.id, missed={**before, each: before.get(each, 0) + 1})
                missed.setdefault(waiting.id, []).append(each)
                self.missed_in_a_row[each] = self.missed_in_a_row.get(each, 0) + 1
                if is_away_after(self.missed_in_a_row[each]) and each not in away:
                    self.people[each] = replace(self.people[each], state=AvailabilityState.AWAY)
                    away.append(each)
        return missed, tuple(away)

    def follow(self, decision: Decision, now: float) -> dict[ConversationId, list[CounsellorId]]:
        """Do what was decided; return at whom which request begins to ring."""
        for back in decision.withdrawals:
            self._stop(back.conversation, back.counsellor)
        rung: dict[ConversationId, list[CounsellorId]] = {}
        for ring in decision.rings:
            person = self.people[ring.counsellor]
            self.people[ring.counsellor] = replace(person, held=person.held + 1)
            offers = {**self.queue[ring.conversation].offers, ring.counsellor: ring.expires_at}
            self._change(ring.conversation, offers=offers)
            self.since[ring.conversation, ring.counsellor] = now
            rung.setdefault(ring.conversation, []).append(ring.counsellor)
        return rung

    def _stop(self, conversation: ConversationId, counsellor: CounsellorId) -> None:
        person = self.people[counsellor]
        self.people[counsellor] = replace(person, held=person.held - 1)
        offers = {each: at for each, at in self.queue[conversation].offers.items() if each != counsellor}
        self._change(conversation, offers=offers)

    def _change(self, conversation: ConversationId, **changes: Any) -> None:
        self.queue[conversation] = replace(self.queue[conversation], **changes)

    def answered(
        self, conversation: ConversationId, now: float, answers: Mapping[CounsellorId, float]
    ) -> CounsellorId | None:
        """Who has accepted it by now, the fastest first."""
        quick = [
            (self.since[conversation, each] + answers[each], each)
            for each in self.queue[conversation].offers
            if each in answers and self.since[conversation, each] + answers[each] <= now
        ]
        return min(quick)[1] if quick else None

    def others_talk(self, tried: ConversationId, now: float, answers: Mapping[CounsellorId, float]) -> None:
        """The other requests that somebody accepted by now are conversations."""
        for other in [each for each in self.queue if each != tried]:
            who = self.answered(other, now, answers)
            if who is not None:
                code = self._leave(other).booking
                self.people[who] = replace(self.people[who], active=self.people[who].active + 1)
                self.missed_in_a_row[who] = 0
                self.bookings = tuple(
                    replace(each, active=each.active + (each.code == code)) for each in self.bookings
                )

    def give_up(self, decision: Decision) -> None:
        """Close what is given up."""
        for each in decision.give_ups:
            self._leave(each.conversation)

    def _leave(self, conversation: ConversationId) -> WaitingRequest:
        for each in list(self.queue[conversation].offers):
            self._stop(conversation, each)
        return self.queue.pop(conversation)


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
    others: Sequence[WaitingRequest] = (),
) -> Trial:
    """Play `request` from its `asked_at` on, for `lasts_s` seconds at most.

    `pools_at` gives the pools' hours at a moment (seconds since the epoch). Nobody's presence changes during
    the try. `answers` says who accepts, after how many seconds; `others` asked just before, and ring already.
    """
    start, tried, quick = request.asked_at, request.id, answers or {}
    stage = _Stage({each.id: each for each in people}, longest_wait_s, bookings)
    stage.queue.update((each.id, each) for each in others)
    stage.follow(decide(stage.snapshot(start, plan, pools_at(start), scarce)), start)
    first = stage.snapshot(start, plan, pools_at(start), scarce)
    verdict = door(first, request)
    if not verdict.lets_wait:
        refused = decide(replace(first, waiting=(*first.waiting, request)), explain=[tried])
        return Trial(verdict, TrialOutcome.REFUSED, at_the_door=refused.explanations[tried])
    stage.queue[tried] = request
    steps_at = {step.after_s for rule in plan for step in rule.steps}
    moments: list[Moment] = []
    for after_s in range(lasts_s + 1):
        now = start + after_s
        accepted = stage.answered(tried, now, quick)
        if accepted is not None:
            return Trial(verdict, TrialOutcome.ACCEPTED, tuple(moments), accepted, after_s)
        stage.others_talk(tried, now, quick)
        missed, away = stage.expire(now)
        snapshot = stage.snapshot(now, plan, pools_at(now), scarce)
        decision = decide(snapshot)
        given_up = next((each.reason for each in decision.give_ups if each.conversation == tried), None)
        rung = tuple(stage.follow(decision, now).get(tried, ()))
        if rung or given_up or tried in missed or after_s in steps_at:
            explanation = decide(snapshot, explain=[tried]).explanations[tried]
            ringing = tuple(stage.queue[tried].offers)
            moments.append(Moment(after_s, rung, tuple(missed.get(tried, ())), away, ringing, explanation))
        if given_up:
            return Trial(verdict, TrialOutcome.GIVEN_UP, tuple(moments), give_up=given_up)
        stage.give_up(decision)
    return Trial(verdict, TrialOutcome.STILL_WAITING, tuple(moments))
