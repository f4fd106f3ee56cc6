"""A day played event by event through the live platform's own `decide`. Pure.

It sees what the live platform sees: who is signed in, signs of life, rings and answers. A request waits though nobody is ready, as
visitors may; whoever leaves is lost. Between events nothing can change, so nothing is asked.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random

from routing_rules.decide import decide
from routing_rules.plans import Plan
from routing_rules.presence import (
    PROBABLY_ABSENT_AFTER_S,
    LastSigns,
    PresenceLimits,
    is_away_after,
    presence,
)
from routing_rules.snapshot import (
    AvailabilityState,
    CounsellorOnDuty,
    PoolState,
    RoutingSnapshot,
    WaitingRequest,
)
from simulation.attention import ACTIVE_EVERY_S
from simulation.drawing import DrawnDay, DrawnPerson, DrawnRequest
from simulation.model import REACTION_SIGMA
from simulation.outcomes import RequestEnding, RequestOutcome
from simulation.setting import ReplayLimits

FIRST_PART = 0.25
"""The part of a conversation that passes before it is transferred."""
SIGNS = PresenceLimits(silence_s=45, absent_after_s=PROBABLY_ABSENT_AFTER_S)


@dataclass(slots=True, eq=False)
class WaitingLeg:
    """A request as it waits, or what follows its transfer."""

    number: int
    request: DrawnRequest
    theme: str
    since: float
    second: bool = False
    offers: dict[int, float] = field(default_factory=dict)
    rings: dict[int, int] = field(default_factory=dict)
    missed: dict[int, int] = field(default_factory=dict)
    refused: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class StaffedConsole:
    """A person's console."""

    person: DrawnPerson
    starts: list[float]
    signed_in: bool = False
    away: bool = False
    missed_in_a_row: int = 0
    active: int = 0
    held: int = 0
    idle_since: float = 0.0

    def spell_at(self, now: float) -> tuple[float, float] | None:
        """The last spell of attention that has begun."""
        position = bisect_right(self.starts, now)
        return self.person.spells[position - 1] if position else None

    def last_active(self, now: float) -> float | None:
        """The last sign that the page was used; signing in is one."""
        spell = self.spell_at(now)
        if spell is None:
            return self.person.login if self.person.login <= now else None
        start, end = spell
        return start + _ticks(start, min(now, end - 1e-6)) * ACTIVE_EVERY_S

    def next_active(self, now: float) -> float:
        """When the page is used next."""
        spell = self.spell_at(now)
        if spell is not None and now < spell[1]:
            tick = spell[0] + (_ticks(spell[0], now) + 1) * ACTIVE_EVERY_S
            if tick < spell[1]:
                return tick
        position = bisect_right(self.starts, now)
        return self.starts[position] if position < len(self.starts) else inf

    def sees_at(self, now: float) -> float:
        """When a ring that begins now is seen: at once, or at the next look at the screen."""
        spell = self.spell_at(now)
        if spell is not None and now < spell[1]:
            return now
        position = bisect_right(self.starts, now)
        return self.starts[position] if position < len(self.starts) else inf


def _ticks(start: float, now: float) -> int:
    return max(0, int((now - start) // ACTIVE_EVERY_S))


class DaySimulation:
    """One drawn day under one plan."""

    def __init__(self, day: DrawnDay, plan: Plan, limits: ReplayLimits, *, reaction_s: float) -> None:
        self.now = 0.0
        self.day, self.plan, self.limits = day, plan, limits
        self.outcomes: list[RequestOutcome] = []
        self.answered = self.ran_out = 0
        self.desks = {
            each.id: StaffedConsole(each, [start for start, _ in each.spells], idle_since=each.login)
            for each in day.people
        }
        self.legs: dict[int, WaitingLeg] = {}
        self._outcome_of: dict[int, RequestOutcome] = {}
        self._reaction_s = reaction_s
        self._steps = sorted({step.after_s for rule in plan for step in rule.steps})
        self._edges = sorted({edge for each in day.hours for edge in (each.start_s, each.end_s)})
        self._pools = sorted({each.pool for each in day.hours})
        self._numbers, self._order = count(), count()
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._wakes: set[float] = set()
        for desk in self.desks.values():
            self._at(desk.person.login, partial(self._sign_in, desk))
            self._at(desk.person.logout, partial(self._sign_out, desk))
        for request in day.requests:
            self._at(request.at, partial(self._ask, request))

    def run(self) -> list[RequestOutcome]:
        """What became of every request."""
        while self._events:
            self.now = self._events[0][0]
            while self._events and self._events[0][0] == self.now:
                heappop(self._events)[2]()
            if self.legs:
                self._route()
        return self.outcomes

    def _at(self, moment: float, event: Callable[[], None]) -> None:
        if moment < inf:
            heappush(self._events, (moment, next(self._order), event))

    # Routing

    def _route(self) -> None:
        decision = decide(self._snapshot())
        for withdrawal in decision.withdrawals:
            self._drop(self.legs[int(withdrawal.conversation)], withdrawal.counsellor)
        for give_up in decision.give_ups:
            self._lose(self.legs[int(give_up.conversation)], RequestEnding.UNSERVED)
        for ring in decision.rings:
            leg = self.legs.get(int(ring.conversation))
            if leg is not None:
                self._ring(leg, self.desks[ring.counsellor], ring.expires_at)
        if self.legs:
            wake = self._next_wake()
            if wake not in self._wakes:
                self._wakes.add(wake)
                self._at(wake, partial(self._wakes.discard, wake))

    def _snapshot(self) -> RoutingSnapshot:
        is_open = {each.pool for each in self.day.hours if each.start_s <= self.now < each.end_s}
        return RoutingSnapshot(
            now=self.now,
            plan=self.plan,
            pools=tuple(PoolState(slug, open=slug in is_open) for slug in self._pools),
            counsellors=tuple(self._on_duty()),
            waiting=tuple(self._waiting()),
            scarce=self.limits.scarce,
            longest_wait_s=self.limits.longest_wait_s,
        )

    def _on_duty(self) -> Iterator[CounsellorOnDuty]:
        for desk in self.desks.values():
            if desk.signed_in:
                one = desk.person
                yield CounsellorOnDuty(
                    id=one.id,
                    pools=one.profile.pools,
                    themes=one.profile.themes,
                    languages=one.profile.languages,
                    capacity=one.profile.capacity,
                    active=desk.active,
                    held=desk.held,
                    state=AvailabilityState.AWAY if desk.away else AvailabilityState.AVAILABLE,
                    presence=presence(
                        LastSigns(self.now, desk.last_active(self.now)), now=self.now, limits=SIGNS
                    ),
                    idle_since=desk.idle_since,
                )

    def _waiting(self) -> Iterator[WaitingRequest]:
        for leg in self.legs.values():
            yield WaitingRequest(
                id=leg.number,
                theme=leg.theme,
                language=leg.request.language,
                site=leg.request.site,
                audience=leg.request.audience,
                asked_at=leg.request.at,
                queued_at=leg.since,
                reception=leg.theme == self.limits.reception,
                offers=leg.offers,
                missed=leg.missed,
                refused=leg.refused,
            )

    def _next_wake(self) -> float:
        """When something may change without an event: a step is reached, hours begin or end, somebody seems absent or comes back."""
        moments = [edge for edge in self._edges if edge > self.now][:1]
        for leg in self.legs.values():
            moments += [leg.request.at + age for age in self._steps]
            moments.append(leg.since + self.limits.longest_wait_s + 1)
        for desk in self.desks.values():
            if desk.signed_in:
                last = desk.last_active(self.now)
                absent_at = inf if last is None else last + PROBABLY_ABSENT_AFTER_S + 0.001
                moments.append(absent_at if absent_at > self.now else desk.next_active(self.now))
        return min((moment for moment in moments if moment > self.now), default=inf)

    # Visitors

    def _ask(self, request: DrawnRequest) -> None:
        outcome = RequestOutcome(request.theme, request.language, request.at)
        self.outcomes.append(outcome)
        self._outcome_of[request.id] = outcome
        if not self._takes(request):
            outcome.ended = RequestEnding.CLOSED
            return
        self._queue(request, request.theme, request.patience_s)

    def _takes(self, request: DrawnRequest) -> bool:
        index = self.plan.position_for(
            theme=request.theme, language=request.language, site=request.site, audience=request.audience
        )
        if index is None:
            return False
        named = self.plan.rules[index].pools()
        return any(
            each.start_s <= self.now < each.end_s - self.limits.last_intake_s + 1e-6
            for each in self.day.hours
            if named is None or each.pool in named
        )

    def _queue(
        self, request: DrawnRequest, theme: str, patience_s: float, *, handed_by: int | None = None
    ) -> None:
        leg = WaitingLeg(next(self._numbers), request, theme, self.now, second=handed_by is not None)
        if handed_by is not None:
            leg.refused[handed_by] = self.now
        self.legs[leg.number] = leg
        self._at(self.now + patience_s, partial(self._leave, leg))

    def _leave(self, leg: WaitingLeg) -> None:
        if leg.number in self.legs:
            self._lose(leg, RequestEnding.ABANDONED)

    def _lose(self, leg: WaitingLeg, ended: RequestEnding) -> None:
        self._stop_ringing(leg)
        outcome = self._outcome_of[leg.request.id]
        if leg.second:
            outcome.second_leg_lost = True
        else:
            outcome.ended, outcome.wait_s = ended, self.now - leg.request.at

    def _stop_ringing(self, leg: WaitingLeg) -> None:
        del self.legs[leg.number]
        for who in list(leg.offers):
            self._drop(leg, who)

    # Counsellors

    def _sign_in(self, desk: StaffedConsole) -> None:
        desk.signed_in = True
        desk.idle_since = self.now

    def _sign_out(self, desk: StaffedConsole) -> None:
        desk.signed_in = False

    def _drop(self, leg: WaitingLeg, who: int) -> None:
        del leg.offers[who]
        self.desks[who].held -= 1

    def _ring(self, leg: WaitingLeg, desk: StaffedConsole, expires: float) -> None:
        who = desk.person.id
        times = leg.rings.get(who, 0)
        leg.rings[who], leg.offers[who] = times + 1, expires
        desk.held += 1
        self._outcome_of[leg.request.id].rings += 1
        chance = Random((leg.request.seed << 36) ^ (desk.person.seed << 3) ^ (times + 4 * leg.second))
        responds = chance.random() < desk.person.response
        reaction = self._reaction_s * chance.lognormvariate(0.0, REACTION_SIGMA)
        answer = desk.sees_at(self.now) + reaction
        if responds and answer < expires:
            self._at(answer, partial(self._answer, leg, desk, expires))
        self._at(expires, partial(self._expire, leg, desk, expires))

    def _answer(self, leg: WaitingLeg, desk: StaffedConsole, expires: float) -> None:
        if leg.offers.get(desk.person.id) != expires or desk.active >= desk.person.profile.capacity:
            return
        desk.missed_in_a_row = 0
        self.answered += 1
        self._stop_ringing(leg)
        request, outcome = leg.request, self._outcome_of[leg.request.id]
        transferred = request.transferred_to if not leg.second else ""
        if not leg.second:
            outcome.wait_s = self.now - request.at
            outcome.ended = RequestEnding.SILENT if request.silent else RequestEnding.SERVED
        part = FIRST_PART if transferred else 1 - FIRST_PART if leg.second else 1.0
        desk.active += 1
        self._at(self.now + request.talk_s * part, partial(self._end, leg, desk, transferred))

    def _end(self, leg: WaitingLeg, desk: StaffedConsole, transferred: str) -> None:
        desk.active -= 1
        desk.idle_since = self.now
        if transferred:
            self._queue(leg.request, transferred, leg.request.second_patience_s, handed_by=desk.person.id)

    def _expire(self, leg: WaitingLeg, desk: StaffedConsole, expires: float) -> None:
        who = desk.person.id
        if leg.offers.get(who) != expires:
            return
        self._drop(leg, who)
        self.ran_out += 1
        leg.missed[who] = leg.missed.get(who, 0) + 1
        desk.missed_in_a_row += 1
        if is_away_after(desk.missed_in_a_row):
            desk.away = True
            self._at(desk.next_active(self.now), partial(self._come_back, desk))

    def _come_back(self, desk: StaffedConsole) -> None:
        desk.away = False
        desk.missed_in_a_row = 0
