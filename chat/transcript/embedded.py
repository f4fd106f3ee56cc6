"""Transcripts in this process's memory: the twin of the store on Redis, for one process without a broker."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from secrets import token_bytes

from chat.quiet_time import QUIET_MS, Stretch
from chat.transcript.interface import (
    MOST_GRANTS,
    PAGE,
    TICKET_BYTES,
    VISITOR,
    Appended,
    Entry,
    EntryKind,
    Grant,
    Page,
    PartyList,
    Publish,
    TranscriptCounts,
    Unable,
)


@dataclass(slots=True)
class _Transcript:
    epoch: int
    parties: PartyList
    last_ms: int
    renewed_ms: int
    entries: dict[EntryKind, list[Entry]] = field(
        default_factory=lambda: {EntryKind.MESSAGE: [], EntryKind.NOTE: []}
    )
    numbers: dict[tuple[EntryKind, int, str], int] = field(default_factory=dict)
    visitor: int = 0
    counsellor: int = 0
    two_way: bool = False
    quiet: list[Stretch] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    sealed: bool = False


class EmbeddedTranscripts:
    """Every method runs without giving up the event loop, which is what makes each one atomic."""

    def __init__(self, *, publish: Publish, most: int, expiry_s: float) -> None:
        self._publish = publish
        self._most = most
        self._expiry_ms = int(expiry_s * 1000)
        self._kept: dict[str, _Transcript] = {}
        self._tickets: dict[str, bytes] = {}

    async def ticket(self, conversation: str) -> bytes:
        return self._tickets.setdefault(conversation, token_bytes(TICKET_BYTES))

    async def open(
        self, conversation: str, *, epoch: int, parties: PartyList, now_ms: int, ticket: bytes | None = None
    ) -> int | None:
        if conversation not in self._kept:
            if ticket not in {None, self._tickets.get(conversation)}:
                return None
            self._tickets.pop(conversation, None)
        kept = self._kept.setdefault(conversation, _Transcript(epoch, parties, now_ms, now_ms))
        return kept.epoch

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
        kept = self._kept.get(conversation)
        if kept is None:
            return Unable.UNKNOWN
        if kept.sealed:
            return Unable.SEALED
        if author > VISITOR and author not in kept.parties.numbers:
            return Unable.NOT_A_PARTY
        key = (kind, author, client_id)
        first = kept.numbers.get(key)
        if first is not None:
            return Appended(kept.epoch, first, again=True)
        entries = kept.entries[kind]
        if len(entries) >= self._most:
            return Unable.FULL
        seq = kept.numbers[key] = len(entries) + 1
        parties = kept.parties
        entry = Entry(
            kind,
            kept.epoch,
            seq,
            author,
            parties.numbers.get(author, 0),
            client_id,
            envelope,
            now_ms,
            parties,
        )
        entries.append(entry)
        if kind is EntryKind.MESSAGE:
            if author == VISITOR:
                kept.visitor += 1
                kept.two_way = kept.two_way or kept.counsellor > 0
            elif author > VISITOR:
                kept.counsellor += 1
            if now_ms - kept.last_ms > QUIET_MS:
                kept.quiet.append((kept.last_ms, now_ms))
            kept.last_ms = now_ms
        self._publish(conversation, entry)
        return Appended(kept.epoch, seq, again=False)

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        kept = self._kept.get(conversation)
        if kept is None:
            return None
        entries = kept.entries[kind]
        return Page(kept.epoch, entries[after : after + limit], more=len(entries) > after + limit)

    async def set_parties(self, conversation: str, parties: PartyList) -> bool:
        kept = self._kept.get(conversation)
        if kept is None:
            return False
        if parties.version >= kept.parties.version:
            kept.parties = parties
        return True

    async def put_grant(self, conversation: str, grant: Grant, *, here: Collection[str]) -> bool:
        kept = self._kept.get(conversation)
        if kept is None or kept.sealed:
            return False
        known = kept.grants.get(grant.to)
        if known and known.rank() >= grant.rank():
            return False
        if known is None and len(kept.grants) >= MOST_GRANTS:
            kept.grants = {to: each for to, each in kept.grants.items() if to in here}
            if len(kept.grants) >= MOST_GRANTS:
                return False
        kept.grants[grant.to] = grant
        return True

    async def grant(self, conversation: str, to: str) -> Grant | None:
        kept = self._kept.get(conversation)
        return None if kept is None else kept.grants.get(to)

    async def seal(self, conversation: str) -> TranscriptCounts | None:
        kept = self._kept.get(conversation)
        if kept is None:
            return None
        kept.sealed = True
        return TranscriptCounts(
            kept.visitor, kept.counsellor, kept.last_ms, two_way=kept.two_way, quiet=tuple(kept.quiet)
        )

    async def erase(self, conversation: str) -> None:
        self._kept.pop(conversation, None)
        self._tickets.pop(conversation, None)

    async def last_at(self, conversations: Iterable[str]) -> dict[str, int]:
        return {each: self._kept[each].last_ms for each in conversations if each in self._kept}

    async def renew(self, conversations: Iterable[str], *, now_ms: int) -> None:
        for each in conversations:
            if each in self._kept:
                self._kept[each].renewed_ms = now_ms

    async def expire(self, *, now_ms: int) -> None:
        self._tickets.clear()
        for each in [key for key, kept in self._kept.items() if now_ms - kept.renewed_ms > self._expiry_ms]:
            del self._kept[each]
