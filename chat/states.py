"""Why conversations close, and the outcome of their requests. Pure."""

from enum import StrEnum

from indicators.codes import SHORT_S, Outcome


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


def outcome(*, reason: Reason, accepted: bool, answered: bool, waited_s: float, test: bool) -> Outcome:
    """The outcome of a request that ends now.

    `accepted`: a counsellor accepted it at some time; `answered`: one wrote while the visitor was connected; `waited_s`: seconds from
    asking to the end, used only where nobody accepted.
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
    return Outcome.ABANDONED_SHORT if waited_s <= SHORT_S else Outcome.ABANDONED
