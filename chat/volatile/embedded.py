"""Small values that expire, in this process's memory: the twin of the store on Redis."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from chat.volatile.interface import DAY_S, MINUTE_S, AddressBlock, Tombstone, visitor
from partners import clock
from routing_rules.presence import LastSigns


class EmbeddedVolatile:
    def __init__(self) -> None:
        self._last_signs: dict[str, LastSigns] = {}
        self._tombstones: dict[str, tuple[float, Tombstone]] = {}
        self._salt: tuple[int, bytes] | None = None
        self._origins: dict[str, str] = {}
        self._held: dict[str, dict[str, float]] = {}
        self._blocked: dict[str, AddressBlock] = {}
        self._asked: dict[tuple[str, int], tuple[float, int]] = {}
        self._pruned_at = 0.0
        self._spent: dict[str, float] = {}
        self._storage_keys: dict[str, tuple[float, bytes]] = {}
        self._storage_pruned_at = 0.0

    async def seen(
        self, who: str, *, at: float, active: bool = False, closed_at: float | None = None
    ) -> None:
        known = self._last_signs.get(who)
        self._last_signs[who] = LastSigns(at, at if active else known.active if known else None, closed_at)

    async def last_signs(self, whom: Iterable[str]) -> dict[str, LastSigns]:
        return {who: self._last_signs[who] for who in whom if who in self._last_signs}

    async def put_tombstone(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None:
        for old in [key for key, (until, _) in self._tombstones.items() if until <= now]:
            del self._tombstones[old]
        _, stored = self._tombstones.get(token_hash, (0.0, None))
        if stored and stored.row and tombstone.row is None and stored.conversation == tombstone.conversation:
            return
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
        self._last_signs.pop(who, None)
        digest = self._origins.pop(who, None)
        if digest is not None and (held := self._held.get(digest)) is not None:
            held.pop(who, None)
            if not held:
                del self._held[digest]

    async def salt(self, *, now: float) -> bytes:
        day = int(now // DAY_S)
        if self._salt is None or self._salt[0] != day:
            self._salt = (day, secrets.token_bytes(32))
            self._blocked.clear()
        return self._salt[1]

    async def hold_origin(self, conversation: str, digest: str) -> dict[str, float]:
        before = await self.held(digest)
        self._origins[visitor(conversation)] = digest
        self._held.setdefault(digest, {})[visitor(conversation)] = clock.seconds()
        return before

    async def held(self, digest: str) -> dict[str, float]:
        now = clock.seconds()
        return {who[len(visitor("")) :]: now - at for who, at in self._held.get(digest, {}).items()}

    async def origin(self, conversation: str) -> str | None:
        return self._origins.get(visitor(conversation))

    async def block(self, conversation: str, *, until: float) -> bool:
        digest = self._origins.get(visitor(conversation))
        if digest is None:
            return False
        known = await self.blocked(digest, now=clock.seconds())
        self._blocked[digest] = AddressBlock(until, known.times + 1 if known else 1)
        return True

    async def blocked(self, digest: str, *, now: float) -> AddressBlock | None:
        known = self._blocked.get(digest)
        return known if known is not None and known.until > now else None

    async def asked(self, who: str, *, now: float, within_s: int = MINUTE_S, more: int = 1) -> int:
        if now >= self._pruned_at + MINUTE_S or now < self._pruned_at:
            self._pruned_at = now
            self._asked = {key: (end, n) for key, (end, n) in self._asked.items() if end > now}
        number = int(now // within_s)
        _, known = self._asked.get((who, number), (0.0, 0))
        if more:
            self._asked[who, number] = ((number + 1.0) * within_s, known + more)
        return known + more

    async def connections(self, digest: str, *, here: int) -> int:
        return here

    async def storage_key(self, token_hash: str, fresh: bytes, *, now: float, for_s: float) -> bytes:
        if now >= self._storage_pruned_at + MINUTE_S or now < self._storage_pruned_at:
            self._storage_pruned_at = now
            self._storage_keys = {
                who: (end, key) for who, (end, key) in self._storage_keys.items() if end > now
            }
        end, key = self._storage_keys.get(token_hash, (0.0, b""))
        key = key if end > now else fresh
        self._storage_keys[token_hash] = (now + for_s, key)
        return key

    async def forget_storage_key(self, token_hash: str) -> None:
        self._storage_keys.pop(token_hash, None)

    async def spend(self, proof: str, *, until: float, now: float) -> bool:
        for old in [one for one, end in self._spent.items() if end <= now]:
            del self._spent[old]
        if proof in self._spent:
            return False
        self._spent[proof] = until
        return True
