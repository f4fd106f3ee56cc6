"""The frames that a counsellor's console receives. Of the visitor, they hold theme, language and audience, nothing else."""

from typing import Annotated

import msgspec

from chat.frames.base import PROTOCOL, Choice, Error, Limits, Ping, ServerFrame, one_of
from chat.states import (
    AwayReason,
    ColleagueState,
    OfferGoneReason,
    PartyRole,
    Reason,
    ReleasedReason,
    State,
    VisitorSign,
)
from indicators.codes import Outcome
from routing_rules.snapshot import AvailabilityState


class Me(msgspec.Struct, frozen=True):
    id: int
    name: str


class AvailabilitySnapshot(msgspec.Struct, frozen=True):
    state: Annotated[str, one_of(AvailabilityState)]
    capacity: int
    max_capacity: int
    missed: int


class Queued(msgspec.Struct, frozen=True):
    conversation: str
    theme: str
    language: str
    audience: str
    waited_s: int
    priority: int


class Ringing(msgspec.Struct, frozen=True):
    conversation: str
    theme: str
    language: str
    audience: str
    waited_s: int
    expires_in_s: int
    invited: bool = False
    visitor: Annotated[str, one_of(VisitorSign)] = VisitorSign.PRESENT.value
    """Whether they are connected as it begins to ring."""


class Canned(msgspec.Struct, frozen=True):
    id: int
    shortcut: str
    title: str
    body: str
    theme: str | None
    language: str


class Colleague(msgspec.Struct, frozen=True):
    id: int
    name: str
    state: Annotated[str, one_of(ColleagueState)]
    pools: list[str]


class Guest(msgspec.Struct, frozen=True):
    """A colleague whom the owner invited, before or after they joined."""

    id: int
    name: str
    joined: bool


class Codes(msgspec.Struct, frozen=True):
    themes: list[Choice]
    subthemes: dict[str, list[Choice]]
    given: list[Choice]
    block_reasons: list[Choice]
    pools: list[Choice]
    languages: list[Choice]
    audiences: list[Choice]


class Grant(ServerFrame, tag="grant"):
    """The keys of the conversation, sealed for this browser (docs/sealed.md)."""

    conversation: str
    to: str
    key: str
    generation: int
    sealed: str
    by_visitor: bool
    """The visitor's browser, which makes the keys, has the last word."""

    def __repr__(self) -> str:
        return f"Grant({self.conversation}, {self.generation}, …)"


class GrantWanted(ServerFrame, tag="grant_wanted"):
    """A browser of this counsellor lacks the keys of the conversation, or those of at least this generation."""

    conversation: str
    number: int
    key: str
    generation: int


class Message(ServerFrame, tag="message"):
    conversation: str
    epoch: int
    seq: int
    author: str
    alias: str | None
    client_id: str | None
    body: str
    at: str
    number: int | None
    """The counsellor's in this conversation."""
    by: int | None
    """The counsellor."""

    def __repr__(self) -> str:
        return f"Message({self.conversation}, {self.epoch}, {self.seq}, …)"


class Note(ServerFrame, tag="note"):
    conversation: str
    epoch: int
    note_seq: int
    author_name: str
    client_id: str | None
    body: str
    at: str
    number: int
    by: int

    def __repr__(self) -> str:
        return f"Note({self.conversation}, {self.epoch}, {self.note_seq}, …)"


class ConversationSnapshot(msgspec.Struct, frozen=True):
    conversation: str
    epoch: int
    theme: str
    language: str
    audience: str
    waited_s: int
    state: Annotated[str, one_of(State)]
    role: Annotated[str, one_of(PartyRole)]
    visitor: Annotated[str, one_of(VisitorSign)]
    accepted_at: str
    number: int
    """This counsellor's in the conversation."""
    numbers: list[int]
    """Of all who take part."""
    parties_so_far: int
    """The highest number that was ever given: whoever is not among `numbers` has left."""
    messages: list[Message]
    notes: list[Note]
    more: bool
    guests: list[Guest] = []
    visitor_grace_s: int | None = None
    """While the visitor is gone: for how much longer their place is kept."""
    grant: Grant | None = None
    """For the public key that this browser has named, where there is one already."""


class Opened(ConversationSnapshot, tag_field="type", tag="opened", frozen=True):
    pass


class Welcome(ServerFrame, tag="welcome"):
    me: Me
    availability: AvailabilitySnapshot
    conversations: list[ConversationSnapshot]
    offers: list[Ringing]
    queue: list[Queued]
    canned: list[Canned]
    colleagues: list[Colleague]
    codes: Codes
    limits: Limits
    guarded: list[str]
    protocol: int = PROTOCOL


class Lists(ServerFrame, tag="lists"):
    """The lists that a console chooses from and warns of, as in `welcome`; sent when coordinators have changed them."""

    canned: list[Canned]
    codes: Codes
    guarded: list[str]


class Availability(ServerFrame, tag="availability"):
    state: Annotated[str, one_of(AvailabilityState)]
    capacity: int
    missed: int
    reason: Annotated[str, one_of(AwayReason)] | None = None


class Nudged(ServerFrame, tag="nudged"):
    """A coordinator asks whether this counsellor, who seems not to look at the page, is there."""


class Queue(ServerFrame, tag="queue"):
    queue: list[Queued]


class Colleagues(ServerFrame, tag="colleagues"):
    colleagues: list[Colleague]


class Offer(Ringing, tag_field="type", tag="offer", frozen=True):
    pass


class OfferGone(ServerFrame, tag="offer_gone"):
    conversation: str
    reason: Annotated[str, one_of(OfferGoneReason)]


class Typing(ServerFrame, tag="typing"):
    conversation: str
    on: bool


class Seen(ServerFrame, tag="seen"):
    conversation: str
    seq: int


class VisitorState(ServerFrame, tag="visitor"):
    conversation: str
    state: Annotated[str, one_of(VisitorSign)]
    grace_s: int | None = None


class Joined(ServerFrame, tag="joined"):
    conversation: str
    alias: str
    at: str


class Left(ServerFrame, tag="left"):
    conversation: str
    alias: str
    at: str


class Parties(ServerFrame, tag="parties"):
    """This counsellor's role and number in the conversation, the guests, and the numbers of all who take part; sent whenever one of them
    changes."""

    conversation: str
    role: Annotated[str, one_of(PartyRole)]
    guests: list[Guest]
    number: int
    numbers: list[int]
    parties_so_far: int


class Closing(ServerFrame, tag="closing"):
    conversation: str
    in_s: int
    reason: Annotated[str, one_of(Reason)]


class Closed(ServerFrame, tag="closed"):
    conversation: str
    reason: Annotated[str, one_of(Reason)]
    outcome: Annotated[str, one_of(Outcome)]


class Released(ServerFrame, tag="released"):
    conversation: str
    reason: Annotated[str, one_of(ReleasedReason)]


class Resumed(ServerFrame, tag="resumed"):
    conversation: str
    epoch: int
    events: list[Message]
    more: bool
    gap: bool


Frame = (
    Welcome | Lists | Availability | Nudged | Queue | Colleagues | Offer | OfferGone | Opened | Grant | GrantWanted | Message
    | Note | Typing | Seen
    | VisitorState | Joined | Left | Parties | Closing | Closed | Released | Resumed | Error | Ping
)  # fmt: skip
