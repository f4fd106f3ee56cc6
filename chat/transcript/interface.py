"""What every transcript store does, whether it is this process's memory or Redis. The contract tests run on each."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

from chat.quiet_time import Stretch

VISITOR = 0
SYSTEM = -1
"""Authors are numbers: these two, or a counsellor's id."""

PAGE = 100
MOST_GENERATIONS = 1_000_000
MOST_GRANTS = 64
"""Of one conversation: more browsers than take part at any moment."""
TICKET_BYTES = 16


class EntryKind(StrEnum):
    MESSAGE = "message"
    NOTE = "note"


class Unable(StrEnum):
    """Why nothing was appended."""

    UNKNOWN = "unknown"
    """The store does not know the conversation: it was never opened here, or its memory was lost."""
    SEALED = "sealed"
    NOT_A_PARTY = "not_a_party"
    FULL = "full"


# Structs of msgspec: one of each is made for every message, and as frozen dataclasses they took ten times as long.


class PartyList(msgspec.Struct, frozen=True):
    """The counsellors who take part, with the number that the visitor knows them by. A higher version is newer."""

    version: int = 0
    numbers: Mapping[int, int] = {}


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One stored message or note; `envelope` is what a browser sealed, `at_ms` milliseconds since 1970 UTC."""

    kind: EntryKind
    epoch: int
    seq: int
    author: int
    number: int
    client_id: str
    envelope: str
    at_ms: int
    parties: PartyList
    """Who took part when it was published: a socket of anybody else drops it."""


class Appended(msgspec.Struct, frozen=True):
    epoch: int
    seq: int
    again: bool
    """This (author, client_id) was stored before: nothing was added, and these are the first one's numbers."""


class Page(msgspec.Struct, frozen=True):
    epoch: int
    entries: list[Entry]
    more: bool


class Grant(msgspec.Struct, frozen=True):
    """The keys of a conversation, sealed by one browser for another; the server cannot open it."""

    to: str
    """The public key of the browser that it is for."""
    key: str
    """The public key of the browser that sealed it."""
    generation: int
    """The newest generation of keys in it."""
    sealed: str
    by_visitor: bool = False

    def __repr__(self) -> str:
        return f"Grant({self.generation}, …)"

    def rank(self) -> int:
        """Of two grants for one browser, the one of the higher rank holds; of the same rank, the first. The visitor's browser, which makes
        the keys, has the last word."""
        return self.generation + (MOST_GENERATIONS if self.by_visitor else 0)


class TranscriptCounts(msgspec.Struct, frozen=True):
    """What is left of a sealed transcript: numbers."""

    visitor: int
    counsellor: int
    last_ms: int
    """When the last message was appended, or the transcript opened."""
    two_way: bool = False
    """The visitor wrote after a counsellor's first message."""
    quiet: tuple[Stretch, ...] = ()
    """The long stretches between messages; the first one begins when the transcript is opened."""


class Publish(Protocol):
    """Called for each new entry, in every process that has a socket of its conversation."""

    def __call__(self, conversation: str, entry: Entry) -> None: ...


class Transcripts(Protocol):
    async def ticket(self, conversation: str) -> bytes:
        """A ticket to open this transcript anew, once. All who ask get the same one, until it is used or expires (in a minute at most)."""

    async def open(
        self, conversation: str, *, epoch: int, parties: PartyList, now_ms: int, ticket: bytes | None = None
    ) -> int | None:
        """Open a transcript unless there is one: messages are never replaced. Returns the epoch of the transcript that is there now.

        None: the ticket is out of date, so nothing was opened.
        """

    async def append(
        self,
        conversation: str,
        *,
        kind: EntryKind,
        author: int,
        client_id: str,
        envelope: str,
        now_ms: int,
    ) -> Appended | Unable:
        """Number, store and publish one entry, in one atomic step."""

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        """The entries after `after`, in order, at most `limit`; None where the store does not know it."""

    async def set_parties(self, conversation: str, parties: PartyList) -> bool:
        """Replace the party list unless a newer one is there; False where the store does not know it."""

    async def put_grant(self, conversation: str, grant: Grant, *, here: Collection[str]) -> bool:
        """Store it for its browser. False: one of its rank or a higher one is there, or there is no open transcript.

        `here`: the public keys of all browsers that take part; when there is no room left, the grants of others are forgotten.
        """

    async def grant(self, conversation: str, to: str) -> Grant | None:
        """The grant for the browser of this public key. Grants are forgotten with the transcript."""

    async def seal(self, conversation: str) -> TranscriptCounts | None:
        """Refuse further entries; sealing again gives the same counts. None where the store does not know it."""

    async def erase(self, conversation: str) -> None:
        """Delete everything of this conversation."""

    async def last_at(self, conversations: Iterable[str]) -> dict[str, int]:
        """When the last message was appended (ms), or the transcript opened; only for those that the store knows."""

    async def renew(self, conversations: Iterable[str], *, now_ms: int) -> None:
        """Start the expiry of these anew: their conversations are open."""

    async def expire(self, *, now_ms: int) -> None:
        """Delete what was not renewed in time. Stores that expire by themselves do nothing."""
