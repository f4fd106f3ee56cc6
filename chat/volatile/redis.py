"""Small values that expire, on Redis or Valkey: every process sees the same. Each key has an expiry.

The moments that callers give are compared with the stored ones; Redis's own clock only deletes expired keys. A value that none of our
processes wrote counts as missing: one bad value must not stop the tick for everybody.
"""

import asyncio
import math
import secrets
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag

from chat.redis_client import RedisClient
from chat.redis_names import PREFIX
from chat.sealing import Vault
from chat.volatile import scripts
from chat.volatile.interface import DAY_S, MINUTE_S, AddressBlock, Tombstone, visitor
from partners import clock
from routing_rules.presence import LastSigns

SALT_BYTES = 32
TOGETHER_S = 120
"""Two processes may each have a socket of one person: when one process's socket closes, it must not undo a sign that the other process has
just stored. A moment that is further back is stored: the known one came from a clock that was wrong."""

PRESENCE, ORIGIN, HELD = f"{PREFIX}:seen:", f"{PREFIX}:from:", f"{PREFIX}:held:"
TOMBSTONE, SALT, BLOCKED = f"{PREFIX}:tombstone:", f"{PREFIX}:salt:", f"{PREFIX}:blocked:"
ASKED, SPENT, OPEN = f"{PREFIX}:asked:", f"{PREFIX}:spent:", f"{PREFIX}:open:"
STORAGE = f"{PREFIX}:storage:"
CONNECTIONS_S = 120
"""How long a process's count of connections holds: the count of a process that died expires."""


class RedisVolatile:
    def __init__(self, *, line: RedisClient, vault: Vault, presence_s: float) -> None:
        self._redis = line
        self._vault = vault
        self._presence_ms = _ms(presence_s)
        self._process = secrets.token_hex(8)

    async def seen(
        self, who: str, *, at: float, active: bool = False, closed_at: float | None = None
    ) -> None:
        active_at = repr(float(at)) if active else ""
        await self._redis.run(
            scripts.SEEN,
            [PRESENCE + who],
            repr(float(at)),
            active_at,
            self._process,
            TOGETHER_S,
            self._presence_ms,
            "" if closed_at is None else repr(float(closed_at)),
        )

    async def last_signs(self, whom: Iterable[str]) -> dict[str, LastSigns]:
        asked = list(whom)
        answers = await asyncio.gather(
            *(self._redis.do("HMGET", PRESENCE + who, "seen", "active", "closed") for who in asked)
        )
        return {
            who: LastSigns(seen, _number(answer[1]), _number(answer[2]))
            for who, answer in zip(asked, answers, strict=True)
            if (seen := _number(answer[0])) is not None
        }

    async def put_tombstone(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None:
        # A tombstone names the conversation and its metric row: only who holds the token may read it, not who reads Redis.
        sealed = self._vault.lock(msgspec.json.encode(tombstone), about=token_hash)
        survey = int(tombstone.survey)
        key = [TOMBSTONE + token_hash]
        whose = self._vault.digest(tombstone.conversation, about=token_hash)
        whole = int(tombstone.row is not None)
        await self._redis.run(
            scripts.PUT_TOMBSTONE, key, sealed, repr(now + for_s), survey, _ms(for_s), whose, whole
        )

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None:
        tombstone, until, survey = await self._redis.do(
            "HMGET", TOMBSTONE + token_hash, "tombstone", "until", "survey"
        )
        if tombstone is None or (_number(until) or 0.0) <= now:
            return None
        opened = self._open(token_hash, tombstone)
        return None if opened is None else replace(opened, survey=survey is not None)

    async def take_survey(self, token_hash: str, *, now: float) -> UUID | None:
        tombstone = await self._redis.run(scripts.TAKE_SURVEY, [TOMBSTONE + token_hash], repr(float(now)))
        opened = None if tombstone is None else self._open(token_hash, tombstone)
        return None if opened is None else opened.row

    def _open(self, token_hash: str, tombstone: bytes) -> Tombstone | None:
        try:
            plain = self._vault.unlock(tombstone, about=token_hash)
        except (InvalidTag, ValueError):
            return None
        return msgspec.json.decode(plain, type=Tombstone)

    async def forget(self, who: str) -> None:
        await self._redis.run(scripts.FORGET, [PRESENCE + who, ORIGIN + who], HELD, who)

    async def salt(self, *, now: float) -> bytes:
        day, second = divmod(now, DAY_S)
        key, left_ms = f"{SALT}{int(day)}", _ms(DAY_S - second)
        # When several processes begin the day, the first one's salt is kept.
        fresh = secrets.token_bytes(SALT_BYTES)
        known: bytes | None = await self._redis.do("SET", key, fresh, "NX", "GET", "PX", left_ms)
        return fresh if known is None else known

    async def hold_origin(self, conversation: str, digest: str) -> dict[str, float]:
        who = visitor(conversation)
        keys = [ORIGIN + who, HELD + digest]
        held = _ages(await self._redis.run(scripts.HOLD_ORIGIN, keys, digest, who, DAY_S))
        # Found where the command was sent twice.
        held.pop(conversation, None)
        return held

    async def held(self, digest: str) -> dict[str, float]:
        return _ages(await self._redis.run(scripts.HELD, [HELD + digest]))

    async def origin(self, conversation: str) -> str | None:
        known: bytes | None = await self._redis.do("GET", ORIGIN + visitor(conversation))
        return None if known is None else known.decode()

    async def block(self, conversation: str, *, until: float) -> bool:
        left_ms = _ms(min(DAY_S, until - clock.seconds()))
        keys = [ORIGIN + visitor(conversation)]
        return bool(await self._redis.run(scripts.BLOCK, keys, BLOCKED, repr(float(until)), left_ms))

    async def blocked(self, digest: str, *, now: float) -> AddressBlock | None:
        until, times = map(_number, await self._redis.do("HMGET", BLOCKED + digest, "until", "times"))
        return AddressBlock(until, int(times or 1)) if until is not None and until > now else None

    async def asked(self, who: str, *, now: float, within_s: int = MINUTE_S, more: int = 1) -> int:
        key = f"{ASKED}{int(now // within_s)}:{who}"
        if not more:
            return int(await self._redis.do("GET", key) or 0)
        return int(await self._redis.run(scripts.ASKED, [key], _ms(within_s), more))

    async def connections(self, digest: str, *, here: int) -> int:
        keep_ms = _ms(CONNECTIONS_S)
        return int(await self._redis.run(scripts.CONNECTIONS, [OPEN + digest], self._process, here, keep_ms))

    async def storage_key(self, token_hash: str, fresh: bytes, *, now: float, for_s: float) -> bytes:
        about = f"storage {token_hash}"
        sealed = self._vault.lock(fresh, about=about)
        stored = await self._redis.run(scripts.STORAGE_KEY, [STORAGE + token_hash], sealed, _ms(for_s))
        try:
            return self._vault.unlock(stored, about=about)
        except (InvalidTag, ValueError):
            await self._redis.do("SET", STORAGE + token_hash, sealed, "PX", _ms(for_s))
            return fresh

    async def forget_storage_key(self, token_hash: str) -> None:
        await self._redis.do("DEL", STORAGE + token_hash)

    async def spend(self, proof: str, *, until: float, now: float) -> bool:
        return await self._redis.do("SET", SPENT + proof, 1, "NX", "PX", _ms(until - now)) is not None


def _ages(answer: list[bytes]) -> dict[str, float]:
    """Whom a script named, each followed by an age in milliseconds."""
    named = [who.decode()[len(visitor("")) :] for who in answer[::2]]
    return {who: int(age) / 1000 for who, age in zip(named, answer[1::2], strict=True)}


def _number(stored: bytes | None) -> float | None:
    """None: it is not there, or is not a number that one of our processes wrote."""
    try:
        number = float(stored or b"")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _ms(seconds: float) -> int:
    """In milliseconds, at least 1: Redis refuses an expiry that is not in the future."""
    return max(1, math.ceil(seconds * 1000))
