"""What every transcript store does, whether it is this process's memory or Redis. The contract tests run on each."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

import msgspec

VISITOR = 0
SYSTEM = -1
"""Authors are numbers: these two, or a counsellor's id."""

PAGE = 100
TICKET_BYTES = 16
QUIET_MS = 300_000
"""A stretch without a message counts as quiet from this length on."""


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
    """One stored message or note; `sealed` is ciphertext, `at_ms` milliseconds since 1970 UTC."""

    kind: EntryKind
    epoch: int
    seq: int
    author: int
    number: int
    client_id: str
    sealed: bytes
    at_ms: int
    parties: PartyList
    """Who took part when it was published: a socket of anybody else drops it."""


class Appended(msgspec.Struct, frozen=True):
    epoch: int
    seq: int
    again: bool
    """This (author, client_id) was there before: nothing was stored, these are the first one's numbers."""


class Page(msgspec.Struct, frozen=True):
    epoch: int
    entries: list[Entry]
    more: bool


class TranscriptCounts(msgspec.Struct, frozen=True):
    """What is left of a sealed transcript: numbers."""

    visitor: int
    counsellor: int
    quiet_s: int


class Publish(Protocol):
    """Called for each new entry, in every process that has a socket of its conversation."""

    def __call__(self, conversation: str, entry: Entry, body: str | None = None) -> None:
        """`body`: what was sealed, where that is known without opening it."""


class Transcripts(Protocol):
    async def ticket(self, conversation: str) -> bytes:
        """To begin this one anew with, once: the same for everybody who asks, for a minute at most, and no longer than the memory lasts."""

    async def open(
        self, conversation: str, *, epoch: int, parties: PartyList, now_ms: int, ticket: bytes | None = None
    ) -> int | None:
        """Begin a transcript, unless one is there: what was said is never replaced. The epoch of the one that is there now.

        None: the ticket is out of date, so nothing was begun.
        """

    async def append(
        self,
        conversation: str,
        *,
        kind: EntryKind,
        author: int,
        client_id: str,
        sealed: bytes,
        now_ms: int,
        body: str | None = None,
    ) -> Appended | Unable:
        """Number, store and publish one entry, in one atomic step.

        `body`: what was sealed. It is never kept; a store that publishes within this process hands it on, so that nobody opens it again.
        """

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        """The entries after `after`, in order, at most `limit`; None where the store does not know it."""

    async def set_parties(self, conversation: str, parties: PartyList) -> bool:
        """Replace the party list unless a newer one is there; False where the store does not know it."""

    async def seal(self, conversation: str) -> TranscriptCounts | None:
        """Refuse more; sealing again gives the same counts. None where the store does not know it."""

    async def erase(self, conversation: str) -> None:
        """Forget it all."""

    async def last_at(self, conversations: Iterable[str]) -> dict[str, int]:
        """When the last message came (ms), or the transcript began; only those that the store knows."""

    async def renew(self, conversations: Iterable[str], *, now_ms: int) -> None:
        """These are alive: their expiry starts anew."""

    async def expire(self, *, now_ms: int) -> None:
        """Forget what was not renewed in time. Stores that expire by themselves do nothing."""
