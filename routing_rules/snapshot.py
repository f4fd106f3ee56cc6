"""What a decision is made from: the queue, the counsellors and the open pools at one moment.

Pure data. Every moment is a float: seconds since the epoch, UTC. Every identifier is the caller's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from routing_rules.plans import Plan
from routing_rules.presence import Presence

ConversationId: TypeAlias = int | str
CounsellorId: TypeAlias = int

LONGEST_WAIT_S = 30 * 60
"""The default of `MITI_LONGEST_WAIT_S`."""
USUAL_CHAT_S = 15 * 60
"""The assumed length of a conversation while there are no recent ones to compute it from."""
UNUSED_PLACES_S = 10 * 60
"""For so long after the beginning of its session a class's unused places are kept."""
USUAL_CAPACITY = 2
MOST_AT_ONCE = 6
"""Conversations of one counsellor at once: the default, and the maximum."""


class AvailabilityState(StrEnum):
    """What a counsellor declared; two missed offers in a row set it to away."""

    AVAILABLE = "available"
    FINISHING = "finishing"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class CounsellorOnDuty:
    """A signed-in counsellor with their skills, capacity and present load.

    `active` counts open conversations (as owner or guest), `held` the offers that ring at them now, whatever the
    conversation: each holds a slot. `idle_since` is when they last had a conversation or, failing that, signed in.
    """

    id: CounsellorId
    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]
    capacity: int
    active: int = 0
    held: int = 0
    state: AvailabilityState = AvailabilityState.AVAILABLE
    presence: Presence = Presence.PRESENT
    idle_since: float = 0.0

    @property
    def ready(self) -> bool:
        """May offers ring here at all? Being signed in is not enough."""
        return self.presence.connected and self.state is AvailabilityState.AVAILABLE

    @property
    def attentive(self) -> bool:
        """Ready, and the page was used lately: the door and the estimate count on them. An open tab is nobody."""
        return self.ready and self.presence is Presence.PRESENT

    @property
    def unoccupied(self) -> int:
        """Slots without a conversation, whether or not an offer rings."""
        return max(0, self.capacity - self.active)

    @property
    def free(self) -> int:
        """Slots that neither a conversation nor a ringing offer takes."""
        return max(0, self.capacity - self.active - self.held)


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A conversation that waits for a counsellor.

    `asked_at` is its first arrival and survives requeues and transfers: it decides the position and widens the
    search. `queued_at` is when it last entered the queue (None: at `asked_at`). `begun`: somebody accepted it before.
    `reception` says that its theme is the one of somebody who does not know what to ask. `offers` are those that ring
    now, with their end; `missed` counts the offers of this conversation that ran out, `refused` says when each refusal
    was made. A counsellor who hands a conversation over must be in `refused`, or it may ring at them again at once.
    """

    id: ConversationId
    theme: str
    language: str
    site: str
    asked_at: float
    audience: str = "public"
    queued_at: float | None = None
    begun: bool = False
    reception: bool = False
    booking: str | None = None
    to_pool: str | None = None
    to_counsellor: CounsellorId | None = None
    offers: Mapping[CounsellorId, float] = field(default_factory=dict)
    missed: Mapping[CounsellorId, int] = field(default_factory=dict)
    refused: Mapping[CounsellorId, float] = field(default_factory=dict)

    @property
    def waiting_since(self) -> float:
        """When the present wait began."""
        return self.asked_at if self.queued_at is None else self.queued_at


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool's hours at this moment. `intake_until` and `closes_at` are None while it is closed, or if it
    never closes."""

    slug: str
    open: bool
    intake_until: float | None = None
    closes_at: float | None = None

    def takes_requests_at(self, moment: float) -> bool:
        """Is it open, and not yet after its last intake?"""
        return self.open and (self.intake_until is None or moment < self.intake_until)


def open_pools(pools: Iterable[PoolState]) -> frozenset[str]:
    """The slugs of those that are open."""
    return frozenset(pool.slug for pool in pools if pool.open)


def attentive_in(pool: str, counsellors: Iterable[CounsellorOnDuty]) -> list[CounsellorOnDuty]:
    """Those of the pool who are counted on: what coordinators and figures call ready."""
    return [one for one in counsellors if one.attentive and pool in one.pools]


@dataclass(frozen=True, slots=True)
class Booking:
    """A class's session from `starts_at` to `ends_at`: its pupils go first, up to `places` at once, and free slots are
    kept for those who are still to come (`class_places.py` says how many).

    `active` counts the pupils' open conversations. Empty `themes` or `languages` mean any; `pools` are the teams that
    give the places, None means all.
    """

    code: str
    starts_at: float
    ends_at: float
    places: int
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    pools: frozenset[str] | None = None
    active: int = 0

    @property
    def left(self) -> int:
        """Reserved places without a conversation."""
        return max(0, self.places - self.active)

    def takes(self, request: WaitingRequest, moment: float) -> bool:
        """May this request use one of the places now? Only if it came before the unused ones were everybody's."""
        return self.admits(request, moment) and self.keeps_unused_at(request.asked_at)

    def keeps_unused_at(self, moment: float) -> bool:
        """Are places kept that no pupil uses yet?"""
        return moment < self.starts_at + UNUSED_PLACES_S

    def admits(self, request: WaitingRequest, moment: float) -> bool:
        """Is it a pupil of this class, about what the class has booked, while the session runs?"""
        return (
            self.code == request.booking
            and self.runs_at(moment)
            and (not self.themes or request.theme in self.themes)
            and (not self.languages or request.language in self.languages)
        )

    def runs_at(self, moment: float) -> bool:
        """Is the session running?"""
        return self.starts_at <= moment < self.ends_at

    def can_use(self, person: CounsellorOnDuty, open_pools: frozenset[str]) -> bool:
        """Could this person serve some pupil of the class?"""
        pools = open_pools if self.pools is None else open_pools & self.pools
        return (
            not pools.isdisjoint(person.pools)
            and (not self.themes or not self.themes.isdisjoint(person.themes))
            and (not self.languages or not self.languages.isdisjoint(person.languages))
        )


@dataclass(frozen=True, slots=True)
class RoutingSnapshot:
    """Everything that one decision may depend on.

    `scarce` are the themes and languages to be spared (see `scarcity.scarce_skills`). They are not computed from
    those who are ready, so that one more ready counsellor never reverses the order of the others.
    `usual_chat_s` is how long a conversation lasts (`waiting_time.usual_chat_s`).
    """

    now: float
    plan: Plan
    pools: tuple[PoolState, ...]
    counsellors: tuple[CounsellorOnDuty, ...]
    waiting: tuple[WaitingRequest, ...]
    bookings: tuple[Booking, ...] = ()
    scarce: frozenset[str] = frozenset()
    longest_wait_s: float = LONGEST_WAIT_S
    usual_chat_s: float = USUAL_CHAT_S

    @property
    def open_pools(self) -> frozenset[str]:
        """The slugs of the pools that are open."""
        return open_pools(self.pools)

    def booking_of(self, request: WaitingRequest) -> Booking | None:
        """The class in session that has a place for such a request, as long as places are left."""
        return next((each for each in self.bookings if each.takes(request, self.now)), None)

    def in_class(self, request: WaitingRequest) -> bool:
        """Is it a pupil of a class in session, about what the class has booked, with a place or without?"""
        return any(each.admits(request, self.now) for each in self.bookings)
