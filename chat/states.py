"""The states of a conversation, why it closes, and the outcome of its request. Pure."""

from enum import StrEnum

from indicators.codes import SHORT_S, Outcome


class State(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    CLOSING = "closing"
    """The closing is decided but not finished: any process that finds it continues where it stopped."""


class PartyRole(StrEnum):
    OWNER = "owner"
    GUEST = "guest"


class VisitorSign(StrEnum):
    """Whether the visitor's connection is there; the console is told it."""

    PRESENT = "present"
    GONE = "gone"


class ColleagueState(StrEnum):
    """What colleagues see of each other: the declared availability, or busy where every slot is taken."""

    AVAILABLE = "available"
    BUSY = "busy"
    FINISHING = "finishing"
    AWAY = "away"


class AwayReason(StrEnum):
    """Why a counsellor is away without having said so."""

    MISSED = "missed"


class ReleasedReason(StrEnum):
    """Why a counsellor no longer takes part in a conversation that goes on."""

    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    """The owner ended the participation of this guest."""


class OfferGoneReason(StrEnum):
    """Why an offer no longer rings; the console is told it."""

    ACCEPTED_ELSEWHERE = "accepted_elsewhere"
    EXPIRED = "expired"
    VISITOR_LEFT = "visitor_left"
    WITHDRAWN = "withdrawn"
    NO_SLOT = "no_slot"


class Reason(StrEnum):
    """Why a conversation closed; both sides are told it."""

    VISITOR_LEFT = "visitor_left"
    VISITOR_GONE = "visitor_gone"
    COUNSELLOR_CLOSED = "counsellor_closed"
    IDLE = "idle"
    CLOSING_TIME = "closing_time"
    LONGEST_WAIT = "longest_wait"
    BLOCKED = "blocked"
    FULL_TRANSCRIPT = "full_transcript"
    TECHNICAL = "technical"


GIVEN_UP = {Reason.CLOSING_TIME, Reason.LONGEST_WAIT}


def outcome(
    *,
    reason: Reason,
    accepted: bool,
    answered: bool,
    waited_s: float,
    test: bool,
    asked_full: bool = False,
) -> Outcome:
    """The outcome of a request that ends now.

    `accepted`: a counsellor accepted it at some time; `answered`: what one wrote reached the visitor; `waited_s`: seconds from
    asking to the end, used only where nobody accepted; `asked_full`: nobody was free when the visitor asked, who then left.
    """
    if test:
        return Outcome.TEST
    if answered:
        return Outcome.SERVED
    if reason is Reason.TECHNICAL:
        return Outcome.TECHNICAL
    if accepted:
        return Outcome.ACCEPTED_SILENT
    if reason in GIVEN_UP:
        return Outcome.UNSERVED
    if asked_full:
        return Outcome.FULL
    return Outcome.ABANDONED_SHORT if waited_s <= SHORT_S else Outcome.ABANDONED
