"""Transcripts on Redis or Valkey, which several processes share. Only ciphertext and numbers leave this process.

Each change is one Lua script. Everything expires unless a process renews it, and Redis runs without persistence.
"""

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from secrets import token_bytes

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as LateError

from chat.hub import Hub
from chat.meter import meter
from chat.quiet_time import QUIET_MS, Stretch
from chat.redis_client import RedisClient, ReplyReader, connection, pack
from chat.redis_names import PREFIX
from chat.sealing import Vault
from chat.transcript import scripts
from chat.transcript.interface import (
    MOST_GRANTS,
    PAGE,
    TICKET_BYTES,
    Appended,
    EntryKind,
    Grant,
    Page,
    PartyList,
    TranscriptCounts,
    Unable,
)
from chat.transcript.stored_entries import StoredEntries
from chat.transcript.subscriber import Subscriber
from partners.fault_kinds import kind_of

SEALED_MS = TICKET_MS = 60_000
CHANNEL = f"{PREFIX}:said"
SILENCE_S, REPLY_S = 8, 5
"""A subscription that was silent at two looks, SILENCE_S apart, is sent a PING, and given up when no reply comes within REPLY_S."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 1.0

log = structlog.stdlib.get_logger(__name__)


class RedisTranscripts:
    def __init__(self, *, line: RedisClient, hub: Hub, vault: Vault, most: int, expiry_s: float) -> None:
        self._redis = line
        self._vault = vault
        self._entries = StoredEntries(vault)
        self._most = most
        self._expiry_ms = int(expiry_s * 1000)
        self._subscriber = Subscriber(hub, self._page)
        self._pieces = 0
        """How often the subscription brought something."""

    async def ticket(self, conversation: str) -> bytes:
        fresh = token_bytes(TICKET_BYTES)
        # When several processes ask, the first one's ticket is kept.
        key = _ticket(conversation)
        known: bytes | None = await self._redis.do("SET", key, fresh, "NX", "GET", "PX", TICKET_MS)
        return fresh if known is None else known

    async def open(
        self, conversation: str, *, epoch: int, parties: PartyList, now_ms: int, ticket: bytes | None = None
    ) -> int | None:
        opened: int | None = await self._redis.run(
            scripts.OPEN,
            (*_keys(conversation), _ticket(conversation)),
            epoch,
            parties.version,
            _listed(parties),
            now_ms,
            self._expiry_ms,
            ticket or b"",
        )
        return opened

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
        answer = await self._redis.run(
            scripts.APPEND,
            _keys(conversation),
            kind.value,
            author,
            *self._entries.names(conversation, kind, author, client_id),
            envelope,
            now_ms,
            self._most,
            QUIET_MS,
            CHANNEL,
            conversation,
        )
        if isinstance(answer, bytes):
            return Unable(answer.decode())
        epoch, seq, again = answer
        return Appended(epoch, seq, again=bool(again))

    async def read(self, conversation: str, *, kind: EntryKind, after: int, limit: int = PAGE) -> Page | None:
        page, length = await self._read(conversation, kind, after, limit)
        if page is not None:
            self._subscriber.on_read(conversation, kind, page.epoch, length)
        return page

    async def _page(self, conversation: str, kind: EntryKind, after: int) -> Page | None:
        page, _ = await self._read(conversation, kind, after, PAGE)
        return page

    async def _read(
        self, conversation: str, kind: EntryKind, after: int, limit: int
    ) -> tuple[Page | None, int]:
        about, messages, notes, *_ = _keys(conversation)
        of_kind = messages if kind is EntryKind.MESSAGE else notes
        answer = await self._redis.run(scripts.READ, (about, of_kind), after, limit)
        if answer is None:
            return None, 0
        epoch, length, stored = answer
        try:
            entries = [self._entries.read(conversation, one) for one in stored]
        except (msgspec.MsgspecError, ValueError, InvalidTag):
            # From before the browsers sealed, or none of our processes wrote it: nobody can open it.
            await self._lose(conversation)
            return None, 0
        return Page(epoch, entries, more=length > after + limit), length

    async def set_parties(self, conversation: str, parties: PartyList) -> bool:
        keys = _keys(conversation)[:1]
        try:
            return bool(await self._redis.run(scripts.SET_PARTIES, keys, parties.version, _listed(parties)))
        except ResponseError:
            return await self._lose(conversation)

    async def put_grant(self, conversation: str, grant: Grant, *, here: Collection[str]) -> bool:
        about, *_, grants = _keys(conversation)
        sealed = self._vault.lock(msgspec.json.encode(grant), about=conversation)
        return bool(
            await self._redis.run(
                scripts.PUT_GRANT, (about, grants), grant.to, grant.rank(), sealed, MOST_GRANTS, *here
            )
        )

    async def grant(self, conversation: str, to: str) -> Grant | None:
        *_, grants = _keys(conversation)
        stored: bytes | None = await self._redis.do("HGET", grants, to)
        if stored is None:
            return None
        try:
            plain = self._vault.unlock(stored.partition(b" ")[2], about=conversation)
            return msgspec.json.decode(plain, type=Grant)
        except (InvalidTag, ValueError):
            # None of our processes wrote it: the browser asks for another.
            return None

    async def seal(self, conversation: str) -> TranscriptCounts | None:
        counts = await self._redis.run(scripts.SEAL, _keys(conversation), SEALED_MS)
        if counts is None:
            return None
        try:
            visitor, counsellor, last_ms = map(int, counts[:3])
            quiet = _stretches(counts[4])
        except ValueError:
            await self._lose(conversation)
            return None
        return TranscriptCounts(visitor, counsellor, last_ms, two_way=counts[3] is not None, quiet=quiet)

    async def _lose(self, conversation: str) -> bool:
        """Give up a transcript whose numbers none of our processes wrote: the conversation goes on with the next epoch."""
        log.error("a transcript could not be read and was given up")
        await self.erase(conversation)
        return False

    async def erase(self, conversation: str) -> None:
        await self._redis.do("DEL", *_keys(conversation), _ticket(conversation))

    async def last_at(self, conversations: Iterable[str]) -> dict[str, int]:
        asked = list(conversations)
        moments = await asyncio.gather(*(self._redis.do("HGET", _keys(one)[0], "last") for one in asked))
        found = zip(asked, moments, strict=True)
        return {one: int(last) for one, last in found if last is not None and last.isdigit()}

    async def renew(self, conversations: Iterable[str], *, now_ms: int) -> None:
        await asyncio.gather(
            *(self._redis.run(scripts.RENEW, _keys(one), self._expiry_ms) for one in conversations)
        )

    async def expire(self, *, now_ms: int) -> None:
        """Redis expires keys by its own clock."""

    # --- what other processes, and this one, have appended ----------------------------------------------------

    async def follow(self) -> None:
        """Hand every new entry to the hub, for as long as this process runs."""
        pause_s = FIRST_PAUSE_S
        while True:
            here = connection(self._redis.url)
            try:
                await here.connect()
                incoming = ReplyReader(here)
                await here.send_command("SUBSCRIBE", CHANNEL)
                async with asyncio.timeout(REPLY_S):
                    await incoming.more()
                # From here on nothing is missed: earlier entries are read from the list, the subscription brings later ones.
                both = [asyncio.create_task(work(incoming)) for work in (self._listen, self._notice_silence)]
                try:
                    await self._subscriber.catch_up_everywhere()
                    pause_s = FIRST_PAUSE_S
                    await asyncio.gather(*both)
                finally:
                    for each in both:
                        each.cancel()
                    await asyncio.gather(*both, return_exceptions=True)
            except Exception as fault:
                # Any fault (uvloop raises RuntimeError for a closed connection): without a new subscription, no entry would arrive here.
                meter.redis_errors["entries"] += 1
                log.warning("new entries are interrupted", fault=kind_of(fault))
            finally:
                with suppress(Exception):
                    await here.disconnect(nowait=True)
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    async def _listen(self, incoming: ReplyReader) -> None:
        while True:
            for message in incoming.whole():
                if isinstance(message, RedisError):
                    raise message
                if message[0] == b"message":
                    self._on_published(message[2])
            self._pieces += 1
            await incoming.more()

    async def _notice_silence(self, incoming: ReplyReader) -> None:
        """Ends when the subscription is dead. Beside the reading: a timeout for each piece costs as much as what is in it."""
        while True:
            before = self._pieces
            await asyncio.sleep(SILENCE_S)
            if self._pieces == before:
                incoming.send(pack(("PING",)))
                await asyncio.sleep(REPLY_S)
                if self._pieces == before:
                    raise LateError

    def _on_published(self, raw: bytes) -> None:
        name, _, stored = raw.partition(b" ")
        conversation = name.decode("utf-8", "replace")
        if not self._subscriber.is_subscribed(conversation):
            return
        try:
            entry = self._entries.read(conversation, stored)
        except Exception as fault:  # an entry that cannot be read must not hold up the others
            log.error("an entry could not be read", exc_info=fault)
            return
        self._subscriber.on_entry(conversation, entry)


def _keys(conversation: str) -> tuple[str, str, str, str, str]:
    # Redis places a key by the part in braces: the keys of one conversation are together.
    base = f"{PREFIX}:{{{conversation}}}:"
    return f"{base}about", f"{base}messages", f"{base}notes", f"{base}known", f"{base}grants"


def _ticket(conversation: str) -> str:
    return f"{PREFIX}:{{{conversation}}}:ticket"


def _listed(parties: PartyList) -> str:
    """`;7=1;8=2;`: in Lua, one search finds whether somebody takes part, and as which number."""
    return ";" + "".join(f"{counsellor}={number};" for counsellor, number in parties.numbers.items())


def _stretches(stored: bytes | None) -> tuple[Stretch, ...]:
    """`100-400;900-1300;` as numbers. Raises ValueError."""
    found = []
    for one in (stored or b"").decode().split(";")[:-1]:
        since, until = one.split("-")
        found.append((int(since), int(until)))
    return tuple(found)
