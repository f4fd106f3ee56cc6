"""What a visitor's browser may say."""

from typing import Annotated, Literal

import msgspec

from chat.frames.base import ClientId, Code, Count, Incoming, Pong, Reader, Text

Token = Annotated[str, msgspec.Meta(max_length=200)]


class Hello(Incoming, tag="hello"):
    site: Code
    lang: Code
    token: Token
    after: Count = 0
    epoch: Count = 0

    def __repr__(self) -> str:
        return f"Hello({self.site!r}, {self.lang!r}, …)"


class Ask(Incoming, tag="ask"):
    theme: Code
    language: Code
    audience: Literal["public", "school", "professional"] | None = None
    school_code: Code | None = None
    campaign: Code | None = None
    proof: Annotated[str, msgspec.Meta(max_length=4_000)] | None = None


class Say(Incoming, tag="say"):
    client_id: ClientId
    body: Text

    def __repr__(self) -> str:
        return f"Say({self.client_id!r}, …)"


class Typing(Incoming, tag="typing"):
    on: bool


class Seen(Incoming, tag="seen"):
    seq: Count


class Leave(Incoming, tag="leave"):
    pass


class Survey(Incoming, tag="survey"):
    rating: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    helped: Code | None = None
    status: Code | None = None
    age_band: Code | None = None
    gender: Code | None = None


Frame = Hello | Ask | Say | Typing | Seen | Leave | Survey | Pong
reader: Reader[Frame] = Reader(Frame)
