"""What all frames share: how they are read, how they are written, what goes wrong."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from chat.transcript.interface import MOST_GENERATIONS
from partners.codes import LONGEST_CODE, SENT_CODE, whole

PROTOCOL = 2
"""From 2 on, pages seal what is said."""
LONGEST_GRANT = 12_000
SHORTEST_ENVELOPE = len("1.1.") + 123
"""That of one block: a nonce, 64 bytes and a tag, in base64url."""
LONGEST_BODY = 100_000
"""Code points. No setting can allow more."""
Envelope = Annotated[
    str,
    msgspec.Meta(
        min_length=SHORTEST_ENVELOPE,
        max_length=8 * LONGEST_BODY,
        pattern=whole(r"1\.[1-9][0-9]{0,5}\.[A-Za-z0-9_-]+"),
    ),
]
"""What is said, as one browser seals it for another (docs/sealed.md). Nobody here can open it."""
Code = Annotated[str, msgspec.Meta(max_length=LONGEST_CODE, pattern=SENT_CODE)]
# Any visible ASCII: clients choose their ids as they like.
ClientId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=whole(r"[!-~]+"))]
ConversationId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Position = Annotated[int, msgspec.Meta(ge=1)]
"""In the queue, from 1."""
PublicKey = Annotated[str, msgspec.Meta(min_length=87, max_length=87, pattern=whole(r"B[A-Za-z0-9_-]{86}"))]
"""A point of P-256, uncompressed: 65 bytes in base64url."""
Generation = Annotated[int, msgspec.Meta(ge=1, lt=MOST_GENERATIONS)]
"""Of a conversation's keys."""
SealedKeys = Annotated[
    str, msgspec.Meta(min_length=40, max_length=LONGEST_GRANT, pattern=whole(r"[A-Za-z0-9_-]+"))
]
"""The keys of a conversation as one browser seals them for another (docs/sealed.md)."""
PartyNumber = Annotated[int, msgspec.Meta(ge=1, le=2**15)]
"""By which a conversation knows a counsellor."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]

Frame = TypeVar("Frame")


def one_of(codes: Iterable[str]) -> msgspec.Meta:
    """Only one of these codes: for the schema of a server frame, which is not checked again when it is written."""
    return msgspec.Meta(extra_json_schema={"enum": [str(code) for code in codes]})


class ErrorCode(StrEnum):
    BAD_FRAME = "bad_frame"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    NOBODY_YET = "nobody_yet"
    CONVERSATION_CLOSED = "conversation_closed"
    CLOSED_NOW = "closed_now"
    FULL = "full"
    PROOF_NEEDED = "proof_needed"
    PROOF_REFUSED = "proof_refused"
    TOKEN_REFUSED = "token_refused"
    TRY_AGAIN = "try_again"


class Refused(Exception):
    """A frame is answered with an `error`; the socket stays up."""

    def __init__(
        self,
        code: ErrorCode,
        detail: str,
        *,
        client_id: str | None = None,
        retry_after_s: float | None = None,
        conversation: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.client_id = client_id
        self.retry_after_s = retry_after_s
        self.conversation = conversation


class ClientFrame(msgspec.Struct, tag_field="type", forbid_unknown_fields=True):
    """A frame from a browser. Unknown fields are refused."""


class ServerFrame(msgspec.Struct, tag_field="type"):
    """A frame to a browser."""


class Pong(ClientFrame, tag="pong"):
    pass


class Ping(ServerFrame, tag="ping"):
    pass


class Error(ServerFrame, tag="error"):
    code: Annotated[str, one_of(ErrorCode)]
    detail: str
    client_id: str | None = None
    retry_after_s: float | None = None
    conversation: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """A code and how it is called in the reader's language."""

    code: str
    label: str


class Limits(msgspec.Struct, frozen=True):
    """The limits that both sides must agree on: the server enforces them, and the browser keeps to them."""

    body: int
    """Characters of one message or note."""
    frame: int
    """Bytes of one frame from a browser."""
    code: int
    """Characters of a code."""
    rating_max: int
    ping_s: float
    """How often the server pings."""
    silence_s: float
    """After so long a silence each side takes the other for lost."""
    active_every_s: float
    """How often a console that is used sends `active`."""
    absent_after_s: float
    """Without `active` for so long, a counsellor counts as probably absent."""
    typing_every_s: float
    """`typing` is not sent again sooner than this."""
    typing_shown_s: float
    """A `typing` that is not sent again is over after this."""
    timebox_min: int
    """After so long a conversation counts as long."""


class FrameReader(Generic[Frame]):
    """Turns the bytes of one socket into its typed frames.

    Raises `Refused`: `unknown_type` for a type that this socket does not know, `bad_frame` for everything else that does not fit.
    Both name the message and the conversation, where they can be read.
    """

    def __init__(self, frames: Any) -> None:
        self._decoder = msgspec.json.Decoder(frames)

    def read(self, raw: str | bytes) -> Frame:
        try:
            frame: Frame = self._decoder.decode(raw)
        except msgspec.ValidationError as mistake:
            text = str(mistake)
            if "`$.type`" in text and "Invalid value" in text:
                raise _refused(raw, ErrorCode.UNKNOWN_TYPE, "This type of frame is not known here") from None
            raise _refused(raw, ErrorCode.BAD_FRAME, _what_does_not_fit(text)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise _refused(raw, ErrorCode.BAD_FRAME, "The frame is not JSON") from None
        return frame


class _Names(msgspec.Struct):
    client_id: ClientId | None = None
    conversation: ClientId | None = None


def _refused(raw: str | bytes, code: ErrorCode, detail: str) -> Refused:
    try:
        # Python reads more than we do: halves of pairs of UTF-16, for one.
        names = msgspec.convert(json.loads(raw), _Names)
    except (ValueError, RecursionError):
        names = _Names()
    return Refused(code, detail, client_id=names.client_id, conversation=names.conversation)


def _what_does_not_fit(text: str) -> str:
    """The mistake in words that hold only our own names: nothing that somebody wrote comes back or is logged."""
    if text.startswith("Object contains unknown field"):
        return "The frame has a field that is not known here"
    return text if text.startswith(("Expected", "Object missing")) else "A field is not valid"


_encode = msgspec.json.Encoder().encode


def moment(at: datetime) -> str:
    """A moment as frames write it: ISO 8601 in UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@lru_cache(maxsize=64)  # both ends' frames of one message have the same
def moment_of(at_ms: int) -> str:
    """The same, from milliseconds since 1970 UTC."""
    return f"{_second(at_ms // 1000)}.{at_ms % 1000:03}Z"


@lru_cache(maxsize=64)
def _second(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def write(frame: msgspec.Struct) -> bytes:
    """The frame as it is sent: JSON in UTF-8."""
    return _encode(frame)
