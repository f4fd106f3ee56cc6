"""What a decision is made from: the queue, the counsellors and the open pools at one moment.

Pure data. Every moment is a float: seconds since the epoch, UTC. Every identifier is the caller's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from routing_rules.plans import Plan

ConversationId: TypeAlias = int | str
CounsellorId: TypeAlias = int

PROBABLY_ABSENT_AFTER_S = 120
LONGEST_WAIT_S = 30 * 60
"""Unless operators set others."""
USUAL_CAPACITY = 2
MOST_AT_ONCE = 6
"""Conversations of one counsellor at once: unless somebody says otherwise, and at most."""


class AvailabilityState(StrEnum):
    """What a counsellor said of themselves (or two missed offers said for them: away)."""

    AVAILABLE = "available"
    FINISHING = "finishing"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class CounsellorOnDuty:
    """Somebody who is signed in, with what they can do and what they have at hand.

    `active` counts open conversations (as owner or guest), `held` the offers that ring at them now,
    whatever the conversation: each holds a slot. `present` says that their console was seen lately;
    `last_active_at` when they last mark_active it (None: never). `idle_since` is when they last had a
    conversation or, failing that, signed in.
    """

    id: CounsellorId
    pools: frozenset[str]
    themes: frozenset[str]
    languages: frozenset[str]
    capacity: int = USUAL_CAPACITY
    active: int = 0
    held: int = 0
    state: AvailabilityState = AvailabilityState.AVAILABLE
    present: bool = True
    last_active_at: float | None = None
    idle_since: float = 0.0

    @property
    def ready(self) -> bool:
        """May offers ring here at all? A signed-in name is not a ready person."""
        return self.present and self.state is AvailabilityState.AVAILABLE

    @property
    def free(self) -> int:
        """Slots that neither a conversation nor a ringing offer takes."""
        return max(0, self.capacity - self.active - self.held)

    def probably_absent(self, now: float, after_s: float = PROBABLY_ABSENT_AFTER_S) -> bool:
        """Has nobody mark_active this console for `after_s` seconds?"""
        return self.last_active_at is None or now - self.last_active_at > after_s


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """A conversation that waits for a counsellor.

    `asked_at` is its first arrival and survives requeues and transfers: it gives the place and widens the
    search. `queued_at` is when it last came into the queue (None: at `asked_at`). `priority` is added to
    its rule's. `offers` are those that ring now, with their end; `missed` counts the offers of this
    conversation that ran out, `refused` says when each refusal came. Whoever hands a conversation over
    belongs in `refused`, or it may come straight back to them.
    """

    id: ConversationId
    theme: str
    language: str
    site: str
    asked_at: float
    audience: str = "public"
    queued_at: float | None = None
    priority: int = 0
    booking: str | None = None
    to_pool: str | None = None
    to_counsellor: CounsellorId | None = None
    offers: Mapping[CounsellorId, float] = field(default_factory=dict)
    missed: Mapping[CounsellorId, int] = field(default_factory=dict)
    refused: Mapping[CounsellorId, float] = field(default_factory=dict)

    @property
    def waiting_since(self) -> float:
        """The beginning of the present wait."""
        return self.asked_at if self.queued_at is None else self.queued_at


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool's hours at this moment. `intake_until` and `closes_at` are None while it is closed, or if it
    never closes."""

    slug: str
    open: bool
    intake_until: float | None = None
    closes_at: float | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """A class's session: `places` are kept for its pupils from `starts_at` to `ends_at`.

    `active` counts the pupils' open conversations. Empty `themes` or `languages` mean any; `pools` None
    means all.
    """

    code: str
    starts_at: float
    ends_at: float
    places: int
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    pools: frozenset[str] | None = None
    active: int = 0

    def runs_at(self, moment: float) -> bool:
        """Is the session on?"""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class RoutingSnapshot:
    """Everything that one decision may depend on.

    `scarce` are the themes and languages to be spared (see `scarcity.scarce_skills`): given, not taken from
    who happens to be ready, so that one more ready counsellor never turns the choice of the others round.
    """

    now: float
    plan: Plan
    pools: tuple[PoolState, ...]
    counsellors: tuple[CounsellorOnDuty, ...]
    waiting: tuple[WaitingRequest, ...]
    bookings: tuple[Booking, ...] = ()
    scarce: frozenset[str] = frozenset()
    absent_after_s: float = PROBABLY_ABSENT_AFTER_S
    longest_wait_s: float = LONGEST_WAIT_S
