"""The simulated world, event by event: rings, attention, patience, chats at once, transfers. Policies see only
what a router sees.

A world is one half-day. Times are integer milliseconds from the opening; the same trace and policy give the
same log, byte for byte.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import ceil
from typing import Protocol

from benchmarks.routing.trace import RECEPTION, HalfDay, Person, Request

ACTIVE_EVERY = 30_000
SLOWDOWN = 0.3
USUAL_LATENCY = (10_000,)
NEVER = 1 << 60


class Chance(Enum):
    """The best that somebody who waited could have had at some moment."""

    DUTY = "somebody on duty"
    SKILL = "somebody with the skills"
    SLOT = "somebody of them with a free slot"


class ForbiddenRingError(AssertionError):
    """A policy rang somebody who must not be rung."""


@dataclass(slots=True, eq=False)
class SimulatedOffer:
    """A conversation ringing at a person until `expires`."""

    leg: "Leg"
    desk: "Desk"
    expires: int


@dataclass(slots=True, eq=False)
class Chat:
    """A chat under way: `left` is the work still to be done, in ms of undivided attention."""

    leg: "Leg"
    left: float


@dataclass(slots=True, eq=False)
class Leg:
    """A request, or its second leg after a transfer, as it waits."""

    request: Request
    theme: str
    since: int
    leaves: int
    second: bool = False
    offers: dict[int, SimulatedOffer] = field(default_factory=dict)
    rings: dict[int, int] = field(default_factory=dict)
    missed: dict[int, int] = field(default_factory=dict)
    accepted: int | None = None
    by: "Desk | None" = None
    gone: bool = False
    chances: set[Chance] = field(default_factory=set)

    @property
    def waits(self) -> bool:
        return self.accepted is None and not self.gone

    def transferred_by(self, desk: "Desk") -> bool:
        """Will this person listen and then transfer it?"""
        request = self.request
        return (
            not self.second
            and self.theme == RECEPTION
            and request.transfer
            and request.transfer_theme not in desk.person.skills
        )

    def onwards(self, now: int) -> "Leg":
        """The second leg, after a transfer."""
        request = self.request
        return Leg(
            request,
            request.transfer_theme,
            since=now,
            leaves=now + request.transfer_patience,
            second=True,
            rings=self.rings,
        )


@dataclass(slots=True, eq=False)
class Desk:
    """A person's console as the router sees it, and the chats on it."""

    person: Person
    signed_in: bool = False
    away: bool = False
    missed_in_a_row: int = 0
    chats: list[Chat] = field(default_factory=list)
    offers: list[SimulatedOffer] = field(default_factory=list)
    progressed: int = 0
    version: int = 0
    idle_since: int = 0

    def able(self, leg: Leg) -> bool:
        return leg.theme in self.person.skills and leg.request.language in self.person.languages

    def last_active(self, now: int) -> int | None:
        """The last `active` tick that the router has seen, or the signing in."""
        last = self.person.login if self.signed_in else None
        for start, end in self.person.attentive:
            first = max(start, self.person.login)
            if first > now:
                break
            until = min(end, now)
            if first <= until and first < end:
                until = min(until, end - 1)
                last = first + (until - first) // ACTIVE_EVERY * ACTIVE_EVERY
        return last

    def next_active(self, now: int) -> int:
        """The first tick after `now`."""
        for start, end in self.person.attentive:
            first = max(start, self.person.login)
            tick = first if now < first else first + ((now - first) // ACTIVE_EVERY + 1) * ACTIVE_EVERY
            if tick < end:
                return tick
        return NEVER

    def answers_at(self, ring_at: int, latency: int) -> int:
        """When a ring would be accepted: now if they look at the screen, else when they look again."""
        for start, end in self.person.attentive:
            if ring_at < end:
                return max(ring_at, start) + latency
        return NEVER


class Policy(Protocol):
    """A router. `ring` is called whenever something changed and at `wake`; it returns new (leg, desk,
    expiry)."""

    name: str
    capacity_one: bool
    missed_is_away: int

    def ring(self, world: "Simulation") -> Iterable[tuple[Leg, Desk, int]]: ...

    def wake(self, world: "Simulation") -> int: ...


class Simulation:
    """One half-day under one policy."""

    def __init__(self, half_day: HalfDay, policy: Policy) -> None:
        self.now = 0
        self.half_day = half_day
        self.desks = [Desk(person) for person in half_day.people]
        self.waiting: list[Leg] = []
        self.legs: list[Leg] = []
        self.rings_first_leg = 0
        self._policy = policy
        self._events: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = count()
        self._wakes: set[int] = set()
        for desk in self.desks:
            self._at(desk.person.login, partial(self._sign_in, desk))
            self._at(desk.person.logout, partial(self._sign_out, desk))
        for request in half_day.requests:
            leg = Leg(request, request.theme, since=request.at, leaves=request.at + request.patience)
            self._at(request.at, partial(self._ask, leg))

    def run(self) -> list[Leg]:
        """Play the half-day to its end; return every leg with its outcome."""
        while self._events:
            self.now = self._events[0][0]
            while self._events and self._events[0][0] == self.now:
                heappop(self._events)[2]()
            if self.waiting:
                self._note_chances()
                for leg, desk, expires in self._policy.ring(self):
                    self._ring(leg, desk, expires)
                self._sleep_until(self._policy.wake(self))
        return self.legs

    def slots(self, desk: Desk) -> int:
        """How many chats at once this policy gives a person."""
        return 1 if self._policy.capacity_one else desk.person.capacity

    def has_slot(self, desk: Desk) -> bool:
        return len(desk.chats) < self.slots(desk)

    def _at(self, moment: int, event: Callable[[], None]) -> None:
        if moment < NEVER:
            heappush(self._events, (moment, next(self._numbers), event))

    def _sleep_until(self, moment: int) -> None:
        if self.now < moment < NEVER and moment not in self._wakes:
            self._wakes.add(moment)
            self._at(moment, partial(self._wakes.discard, moment))

    # Visitors

    def _ask(self, leg: Leg) -> None:
        self.legs.append(leg)
        self.waiting.append(leg)
        self._at(leg.leaves, partial(self._leave, leg))

    def _leave(self, leg: Leg) -> None:
        if leg.waits:
            leg.gone = True
            self._stop_ringing(leg)

    def _note_chances(self) -> None:
        """Remember, for those who will leave unserved, the chances that they had while they waited."""
        for leg in self.waiting:
            if Chance.SLOT in leg.chances:
                continue
            for desk in self.desks:
                if desk.signed_in:
                    leg.chances.add(Chance.DUTY)
                    if desk.able(leg):
                        leg.chances.add(Chance.SKILL)
                        if self.has_slot(desk):
                            leg.chances.add(Chance.SLOT)

    # Counsellors

    def _sign_in(self, desk: Desk) -> None:
        desk.signed_in = True
        desk.idle_since = self.now

    def _sign_out(self, desk: Desk) -> None:
        desk.signed_in = False
        for offer in list(desk.offers):
            self._drop(offer)

    def _ring(self, leg: Leg, desk: Desk, expires: int) -> None:
        """Ring, but never somebody without the skill, the language or a free slot."""
        if not (leg.waits and desk.signed_in and desk.able(leg) and self.has_slot(desk)):
            raise ForbiddenRingError(leg, desk)
        if desk.person.id in leg.offers:
            raise ForbiddenRingError(leg, desk)
        offer = SimulatedOffer(leg, desk, expires)
        leg.offers[desk.person.id] = offer
        desk.offers.append(offer)
        rung = leg.rings.get(desk.person.id, 0)
        leg.rings[desk.person.id] = rung + 1
        if not leg.second:
            self.rings_first_leg += 1
        # A trace has no reaction times of second legs for people without the reception's skill.
        latency = leg.request.latency.get(desk.person.id, USUAL_LATENCY)
        answer = desk.answers_at(self.now, latency[rung % len(latency)])
        if answer < expires:
            self._at(answer, partial(self._answer, offer))
        self._at(expires, partial(self._expire, offer))

    def _answer(self, offer: SimulatedOffer) -> None:
        leg, desk = offer.leg, offer.desk
        if leg.offers.get(desk.person.id) is not offer or not self.has_slot(desk):
            return
        leg.accepted, leg.by = self.now, desk
        desk.missed_in_a_row = 0
        self._stop_ringing(leg)
        triage = leg.transferred_by(desk)
        self._progress(desk)
        desk.chats.append(Chat(leg, float(leg.request.triage if triage else leg.request.work)))
        self._plan_end(desk)

    def _expire(self, offer: SimulatedOffer) -> None:
        leg, desk = offer.leg, offer.desk
        if leg.offers.get(desk.person.id) is not offer:
            return
        self._drop(offer)
        leg.missed[desk.person.id] = leg.missed.get(desk.person.id, 0) + 1
        desk.missed_in_a_row += 1
        if 0 < self._policy.missed_is_away <= desk.missed_in_a_row:
            desk.away = True
            for other in list(desk.offers):
                self._drop(other)
            self._at(desk.next_active(self.now), partial(self._come_back, desk))

    def _come_back(self, desk: Desk) -> None:
        desk.away = False
        desk.missed_in_a_row = 0

    def _stop_ringing(self, leg: Leg) -> None:
        self.waiting.remove(leg)
        for offer in list(leg.offers.values()):
            self._drop(offer)

    def _drop(self, offer: SimulatedOffer) -> None:
        del offer.leg.offers[offer.desk.person.id]
        offer.desk.offers.remove(offer)

    # Chats

    def _progress(self, desk: Desk) -> None:
        """Chats at once slow each other down."""
        if desk.chats:
            done = (self.now - desk.progressed) / (1 + SLOWDOWN * (len(desk.chats) - 1))
            for chat in desk.chats:
                chat.left -= done
        desk.progressed = self.now

    def _plan_end(self, desk: Desk) -> None:
        """Plan the end of the chat that will end first; this replaces any earlier plan."""
        desk.version += 1
        if desk.chats:
            first = min(chat.left for chat in desk.chats)
            lasts = ceil(max(0.0, first) * (1 + SLOWDOWN * (len(desk.chats) - 1)))
            self._at(self.now + lasts, partial(self._end_chats, desk, desk.version))

    def _end_chats(self, desk: Desk, version: int) -> None:
        if desk.version != version:
            return
        self._progress(desk)
        over = [chat for chat in desk.chats if chat.left <= 1e-6]
        desk.chats = [chat for chat in desk.chats if chat.left > 1e-6]
        desk.idle_since = self.now
        self._plan_end(desk)
        for chat in over:
            if chat.leg.transferred_by(desk):
                self._ask(chat.leg.onwards(self.now))


def play(half_days: Iterable[HalfDay], policy: Policy) -> Iterator[Simulation]:
    """Play a trace, half-day by half-day."""
    for half_day in half_days:
        world = Simulation(half_day, policy)
        world.run()
        yield world
