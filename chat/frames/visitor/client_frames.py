"""The frames that a visitor's browser may send."""

from typing import Annotated

import msgspec

from chat.frames.base import (
    ClientFrame,
    ClientId,
    Code,
    Count,
    Envelope,
    FrameReader,
    Generation,
    PartyNumber,
    Pong,
    PublicKey,
    SealedKeys,
)
from indicators.codes import RATINGS
from routing_rules.audiences import Audience

Token = Annotated[str, msgspec.Meta(max_length=200)]


class Hello(ClientFrame, tag="hello"):
    site: Code
    lang: Code
    token: Token
    after: Count = 0
    epoch: Count = 0
    protocol: Count = 1
    """What the page speaks. A page of an earlier one than ours is sent nothing that was said, and told to load itself anew."""

    def __repr__(self) -> str:
        return f"Hello({self.site!r}, {self.lang!r}, …)"


class Ask(ClientFrame, tag="ask"):
    theme: Code
    language: Code
    audience: Audience | None = None
    school_code: Code | None = None
    campaign: Code | None = None
    proof: Annotated[str, msgspec.Meta(max_length=4_000)] | None = None


class Say(ClientFrame, tag="say"):
    client_id: ClientId
    body: Envelope

    def __repr__(self) -> str:
        return f"Say({self.client_id!r}, …)"


class Typing(ClientFrame, tag="typing"):
    on: bool


class Seen(ClientFrame, tag="seen"):
    seq: Count


class Leave(ClientFrame, tag="leave"):
    pass


class Survey(ClientFrame, tag="survey"):
    rating: Annotated[int, msgspec.Meta(ge=RATINGS[0], le=RATINGS[-1])] | None = None
    helped: Code | None = None
    status: Code | None = None
    age_band: Code | None = None
    gender: Code | None = None


class Grant(ClientFrame, tag="grant"):
    """The keys of the conversation, for the browser of a counsellor who takes part. One for a browser that does not is dropped."""

    number: PartyNumber = msgspec.field(name="for")
    to: PublicKey
    key: PublicKey
    generation: Generation
    sealed: SealedKeys

    def __repr__(self) -> str:
        return f"Grant({self.number}, {self.generation}, …)"


class Unopened(ClientFrame, tag="unopened"):
    """So many messages could not be opened here."""

    count: Annotated[int, msgspec.Meta(ge=1, le=1_000)]


Frame = Hello | Ask | Say | Typing | Seen | Leave | Survey | Grant | Unopened | Pong
reader: FrameReader[Frame] = FrameReader(Frame)
