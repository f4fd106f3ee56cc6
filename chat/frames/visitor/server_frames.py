"""The frames that a visitor's browser receives. No field can hold a partner, a person or a place."""

from typing import Annotated, Any

import msgspec

from chat.frames.base import PROTOCOL, Choice, Error, Limits, Ping, Position, ServerFrame, one_of
from chat.states import Reason, State
from indicators.codes import Outcome
from routing_rules.door import DoorState


class ShownContact(msgspec.Struct, frozen=True):
    label: str
    number: str


class NoticePart(msgspec.Struct, frozen=True, omit_defaults=True):
    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""


class NoticeBlock(msgspec.Struct, frozen=True):
    lines: list[list[NoticePart]]
    """Of a paragraph one, of a list its items."""
    is_list: bool


class NoticeBlocks(msgspec.Struct, frozen=True):
    opening: list[NoticeBlock]
    closed: list[NoticeBlock]


class Notices(msgspec.Struct, frozen=True):
    opening: str
    closed: str


class Welcome(ServerFrame, tag="welcome"):
    state: Annotated[str, one_of(DoorState)]
    label: str
    """What the button on the partner's page says of this state."""
    next_opening: str | None
    opening: str | None
    """The same in words, such as "demain à 9 h"."""
    fresh_s: int | None
    """How many seconds these words stay true; then the browser asks again."""
    themes: list[Choice]
    languages: list[Choice]
    contacts: list[ShownContact]
    notices: Notices
    """HTML, for pages that release 0.1.0 served. It goes in 0.3.0."""
    notice_blocks: NoticeBlocks
    limits: Limits
    codes: dict[str, list[Choice]]
    challenge: dict[str, Any] | None = None
    protocol: int = PROTOCOL
    storage_key: str = ""
    """Under it the browser stores what must outlive a reload. The server has it while the conversation lasts, and before for some minutes.
    The last field: the rest is the same for everybody, and encoded once."""

    def __repr__(self) -> str:
        return f"Welcome({self.state!r}, …)"


class Waiting(ServerFrame, tag="waiting"):
    conversation: str
    epoch: int
    position: Position
    estimate_s: int | None


class Requeued(ServerFrame, tag="requeued"):
    position: Position
    estimate_s: int | None


class Joined(ServerFrame, tag="joined"):
    alias: str
    at: str
    number: int
    key: str | None
    """The public key of the browser that accepted; the visitor's browser grants it the keys of the conversation."""


class GrantWanted(ServerFrame, tag="grant_wanted"):
    """A browser of this counsellor lacks the keys of the conversation, or those of at least this generation."""

    number: int
    key: str
    generation: int


class Left(ServerFrame, tag="left"):
    alias: str
    at: str
    number: int


class Message(ServerFrame, tag="message"):
    epoch: int
    seq: int
    author: str
    alias: str | None
    client_id: str | None
    body: str
    at: str
    number: int | None
    """The counsellor's in this conversation."""

    def __repr__(self) -> str:
        return f"Message({self.epoch}, {self.seq}, …)"


class Typing(ServerFrame, tag="typing"):
    on: bool
    alias: str


class Seen(ServerFrame, tag="seen"):
    seq: int


class Interrupted(ServerFrame, tag="interrupted"):
    alias: str
    grace_s: int


class Closing(ServerFrame, tag="closing"):
    in_s: int
    reason: Annotated[str, one_of(Reason)]


class Closed(ServerFrame, tag="closed"):
    reason: Annotated[str, one_of(Reason)]
    outcome: Annotated[str, one_of(Outcome)]
    survey: bool


class PresentParty(msgspec.Struct, frozen=True):
    alias: str
    number: int
    keys: list[str]
    """The public keys of this counsellor's browsers, the newest last."""


class Resumed(ServerFrame, tag="resumed"):
    conversation: str
    epoch: int
    state: Annotated[str, one_of(State)]
    position: Position | None
    estimate_s: int | None
    alias: str | None
    aliases: list[str]
    """Those of all counsellors who take part."""
    events: list[Message]
    more: bool
    gap: bool
    parties: list[PresentParty]
    parties_so_far: int
    """The highest number that a counsellor was ever given: whoever is not among `parties` has left."""
    storage_key: str

    def __repr__(self) -> str:
        return "Resumed(…)"


Frame = (
    Welcome | Waiting | Requeued | Joined | GrantWanted | Left | Message | Typing | Seen | Interrupted | Closing | Closed
    | Resumed | Error | Ping
)  # fmt: skip
