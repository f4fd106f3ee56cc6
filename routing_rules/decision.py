"""What a decision says: who is rung for what, what is given up, and why.

Pure data. Words for people are made elsewhere, from the codes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing_rules.snapshot import ConversationId, CounsellorId


@dataclass(frozen=True, slots=True)
class Ring:
    """An offer to be made: this conversation rings at this counsellor until `expires_at` (seconds since the
    epoch)."""

    conversation: ConversationId
    counsellor: CounsellorId
    expires_at: float


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An offer to be taken back: its counsellor is no longer ready, so it would hold a slot and a place in
    the ring for nothing; or it rang for a pupil without a place, and somebody who goes first needs the slot."""

    conversation: ConversationId
    counsellor: CounsellorId


class GiveUpReason(StrEnum):
    """Why a waiting conversation is to be closed unserved."""

    NO_RULE = "no_rule"
    ALL_CLOSED = "all_closed"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A waiting conversation that can no longer be served."""

    conversation: ConversationId
    reason: GiveUpReason


class StepState(StrEnum):
    """The state of one step of a rule."""

    REACHED = "reached"
    SKIPPED_CLOSED = "skipped_closed"
    SKIPPED_NOBODY = "skipped_nobody"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class StepExplained:
    """A step with its state; `after_s` None marks the target of a transfer, which is tried before the
    rule's steps."""

    after_s: int | None
    pools: frozenset[str] | None
    state: StepState


class Why(StrEnum):
    """Why a counsellor is, or is not, rung for a conversation; in the order in which the reasons are checked."""

    RUNG = "rung"
    RINGING = "ringing"
    NOT_PRESENT = "not_present"
    AWAY = "away"
    FINISHING = "finishing"
    NO_LANGUAGE = "no_language"
    NO_THEME = "no_theme"
    OTHER_POOL = "other_pool"
    POOL_CLOSED = "pool_closed"
    POOL_NOT_YET = "pool_not_yet"
    NO_SLOT = "no_slot"
    SLOT_HELD = "slot_held"
    RESERVED = "reserved"
    OFFER_ENDED = "offer_ended"
    REFUSED = "refused"
    MISSED = "missed"
    PROBABLY_ABSENT = "probably_absent"
    OTHERS_FIRST = "others_first"


@dataclass(frozen=True, slots=True)
class CounsellorExplained:
    """One counsellor and the reason."""

    counsellor: CounsellorId
    why: Why


@dataclass(frozen=True, slots=True)
class Explanation:
    """Which rule took the conversation, which steps were reached, and the reason for every counsellor.

    `rule` is the index in the plan (None: no rule takes it), `position` the conversation's position in the queue,
    from 1.
    """

    conversation: ConversationId
    rule: int | None
    rule_name: str
    position: int
    steps: tuple[StepExplained, ...]
    counsellors: tuple[CounsellorExplained, ...]
    give_up: GiveUpReason | None = None

    def why(self, counsellor: CounsellorId) -> Why | None:
        """The reason for this counsellor; None for somebody who was not in the snapshot."""
        return next((each.why for each in self.counsellors if each.counsellor == counsellor), None)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done now. `explanations` holds the conversations that the caller wanted explained."""

    rings: tuple[Ring, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    give_ups: tuple[GiveUp, ...] = ()
    explanations: Mapping[ConversationId, Explanation] = field(default_factory=dict)
