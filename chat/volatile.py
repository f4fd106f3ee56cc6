"""Small things that live by expiring: who was seen when, and that a conversation has ended.

Presence is a moment that goes out of date, never a disconnect that must arrive. A tombstone tells a visitor who was offline that the
conversation ended, and holds the one-use ticket of the survey.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Presence:
    """`seen` and `active` in seconds since 1970 UTC: the last frame, and the last touch of the page by a person."""

    seen: float
    active: float | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    conversation: str
    reason: str
    outcome: str
    row: UUID | None
    """The request's metric row; None where that is not known."""
    survey: bool
    """Whether the row may still be given an answer: once."""
    closed_at: float
    asked_at: float
    """When the request first came: asking again soon after giving up goes on from there."""


def visitor(conversation: str) -> str:
    return f"v:{conversation}"


def counsellor(identity: int) -> str:
    return f"k:{identity}"


class Volatile(Protocol):
    async def seen(self, who: str, *, at: float, active: bool = False) -> None:
        """This one is there. An earlier moment than the one known is how a closed socket says: no longer."""

    async def presences(self, whom: Iterable[str]) -> dict[str, Presence]: ...

    async def bury(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None: ...

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None: ...

    async def take_survey(self, token_hash: str, *, now: float) -> UUID | None:
        """The survey's ticket, once."""

    async def forget(self, who: str) -> None: ...

    async def salt(self, *, now: float) -> bytes:
        """Today's salt for digests of addresses. Yesterday's is forgotten, and with it whatever it told apart."""

    async def hold_origin(self, conversation: str, digest: str) -> None:
        """From where a conversation was asked, for as long as it is open: so that it can be blocked."""

    async def block(self, conversation: str, *, until: float) -> bool:
        """Refuse whoever asked this conversation. No: that is not known (any more)."""

    async def blocked_until(self, digest: str, *, now: float) -> float | None:
        """When this address may ask again; None when it may."""


class EmbeddedVolatile:
    """In this process's memory."""

    def __init__(self) -> None:
        self._presences: dict[str, Presence] = {}
        self._tombstones: dict[str, tuple[float, Tombstone]] = {}
        self._salt: tuple[int, bytes] | None = None
        self._origins: dict[str, str] = {}
        self._blocked: dict[str, float] = {}

    async def seen(self, who: str, *, at: float, active: bool = False) -> None:
        known = self._presences.get(who)
        self._presences[who] = Presence(at, at if active else known.active if known else None)

    async def presences(self, whom: Iterable[str]) -> dict[str, Presence]:
        return {who: self._presences[who] for who in whom if who in self._presences}

    async def bury(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None:
        for old in [key for key, (until, _) in self._tombstones.items() if until <= now]:
            del self._tombstones[old]
        self._tombstones[token_hash] = (now + for_s, tombstone)

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None:
        until, tombstone = self._tombstones.get(token_hash, (0.0, None))
        return tombstone if until > now else None

    async def take_survey(self, token_hash: str, *, now: float) -> UUID | None:
        known = await self.tombstone(token_hash, now=now)
        if known is None or not known.survey:
            return None
        until, _ = self._tombstones[token_hash]
        spent = replace(known, survey=False)
        self._tombstones[token_hash] = (until, spent)
        return known.row

    async def forget(self, who: str) -> None:
        self._presences.pop(who, None)
        self._origins.pop(who, None)

    async def salt(self, *, now: float) -> bytes:
        day = int(now // DAY_S)
        if self._salt is None or self._salt[0] != day:
            self._salt = (day, secrets.token_bytes(32))
            self._blocked.clear()
        return self._salt[1]

    async def hold_origin(self, conversation: str, digest: str) -> None:
        self._origins[visitor(conversation)] = digest

    async def block(self, conversation: str, *, until: float) -> bool:
        digest = self._origins.get(visitor(conversation))
        if digest is None:
            return False
        self._blocked[digest] = until
        return True

    async def blocked_until(self, digest: str, *, now: float) -> float | None:
        until = self._blocked.get(digest, 0.0)
        return until if until > now else None
