"""The frames that a counsellor's console may send."""

from typing import Annotated

import msgspec

from chat.frames.base import (
    ClientFrame,
    ClientId,
    Code,
    ConversationId,
    Count,
    Envelope,
    FrameReader,
    Generation,
    PartyNumber,
    Pong,
    PublicKey,
    SealedKeys,
)
from routing_rules.snapshot import AvailabilityState

# The database cannot store a larger number.
CounsellorId = Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class Position(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    epoch: Count
    seq: Count


class Hello(ClientFrame, tag="hello"):
    after: dict[str, Position] = {}
    lang: Code = ""
    keys: Annotated[dict[str, PublicKey], msgspec.Meta(max_length=50)] = {}
    """By conversation: the public key of this browser for it."""
    protocol: Count = 1
    """What the page speaks. The socket of an earlier one than ours is closed, for the page to load itself anew."""


class Availability(ClientFrame, tag="availability"):
    state: AvailabilityState
    # More than anybody may have is cut to the most: `welcome` tells it, and the answer says what holds.
    capacity: Annotated[int, msgspec.Meta(ge=1, le=50)]


class Active(ClientFrame, tag="active"):
    pass


class Accept(ClientFrame, tag="accept"):
    conversation: ConversationId
    key: PublicKey | None = None


class Refuse(ClientFrame, tag="refuse"):
    conversation: ConversationId


class Take(ClientFrame, tag="take"):
    conversation: ConversationId
    key: PublicKey | None = None


class Say(ClientFrame, tag="say"):
    conversation: ConversationId
    client_id: ClientId
    body: Envelope

    def __repr__(self) -> str:
        return f"Say({self.conversation!r}, {self.client_id!r}, …)"


class Note(ClientFrame, tag="note"):
    conversation: ConversationId
    client_id: ClientId
    body: Envelope

    def __repr__(self) -> str:
        return f"Note({self.conversation!r}, {self.client_id!r}, …)"


class Typing(ClientFrame, tag="typing"):
    conversation: ConversationId
    on: bool


class Seen(ClientFrame, tag="seen"):
    conversation: ConversationId
    seq: Count


class Target(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """Exactly one of the three."""

    pool: Code | None = None
    theme: Code | None = None
    counsellor: CounsellorId | None = None


class Transfer(ClientFrame, tag="transfer"):
    conversation: ConversationId
    to: Target
    note: Envelope | None = None
    note_id: ClientId | None = None
    """The note's own name, as `client_id` of a note."""

    def __repr__(self) -> str:
        return f"Transfer({self.conversation!r}, {self.to!r}, …)"


class Invite(ClientFrame, tag="invite"):
    conversation: ConversationId
    counsellor: CounsellorId


class Withdraw(ClientFrame, tag="withdraw"):
    conversation: ConversationId
    counsellor: CounsellorId


class Classification(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    theme: Code
    subtheme: Code | None = None
    given: list[Code] | Code | None = None


class Close(ClientFrame, tag="close"):
    conversation: ConversationId
    classification: Classification


class Block(ClientFrame, tag="block"):
    conversation: ConversationId
    reason: Code


class GrantWanted(ClientFrame, tag="grant_wanted"):
    """This browser, which has that public key, asks for the keys of the conversation: at first, or those of a newer generation."""

    conversation: ConversationId
    key: PublicKey
    generation: Generation = 1
    """At least this one."""


class Grant(ClientFrame, tag="grant"):
    """The keys of the conversation, for another browser of those who take part. One for a browser that does not is dropped."""

    conversation: ConversationId
    number: PartyNumber = msgspec.field(name="for")
    to: PublicKey
    key: PublicKey
    generation: Generation
    sealed: SealedKeys

    def __repr__(self) -> str:
        return f"Grant({self.conversation!r}, {self.number}, {self.generation}, …)"


class Unopened(ClientFrame, tag="unopened"):
    """So many messages of this conversation could not be opened here."""

    conversation: ConversationId
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


Frame = (
    Hello | Availability | Active | Accept | Refuse | Take | Say | Note | Typing | Seen | Transfer | Invite
    | Withdraw | Close | Block | GrantWanted | Grant | Unopened | Pong
)  # fmt: skip
reader: FrameReader[Frame] = FrameReader(Frame)
