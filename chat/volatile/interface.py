"""Small values that expire: who was seen when, how a conversation ended, which addresses are blocked.

A last sign is a moment that goes out of date, so no disconnect has to arrive. A tombstone tells a visitor who was offline that the
conversation ended, and holds the one-use ticket of the survey.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from routing_rules.presence import LastSigns

DAY_S = 86_400
MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Tombstone:
    conversation: str
    reason: str
    outcome: str
    row: UUID | None
    """The request's metric row; None where that is not known."""
    survey: bool
    """Whether the survey may still be answered: once."""
    closed_at: float
    asked_at: float
    """When the visitor first asked: asking again soon after giving up continues from there."""


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """The block of an address: until when, and how many times one of its visitors was blocked meanwhile."""

    until: float
    times: int


def visitor(conversation: str) -> str:
    return f"v:{conversation}"


def counsellor(identity: int) -> str:
    return f"k:{identity}"


class Volatile(Protocol):
    async def seen(
        self, who: str, *, at: float, active: bool = False, closed_at: float | None = None
    ) -> None:
        """Note a sign of this person. A closed socket gives a moment before the known one, as the person is no longer connected, and
        when it was closed."""

    async def last_signs(self, whom: Iterable[str]) -> dict[str, LastSigns]: ...

    async def put_tombstone(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None:
        """Store it in place of any other; but one without a metric row never replaces one of the same conversation that has it."""

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None: ...

    async def take_survey(self, token_hash: str, *, now: float) -> UUID | None:
        """Use up the survey's ticket, once: the metric row to answer for."""

    async def forget(self, who: str) -> None: ...

    async def salt(self, *, now: float) -> bytes:
        """Today's salt for digests of addresses. Yesterday's is forgotten, so its digests lead nowhere."""

    async def hold_origin(self, conversation: str, digest: str) -> dict[str, float]:
        """Keep the digest of the address that asked, for as long as the conversation is open, so that it can be blocked.

        Returns what `held` gave before.
        """

    async def held(self, digest: str) -> dict[str, float]:
        """The conversations of this address that are not forgotten yet, and since how many seconds they are held; the oldest first."""

    async def origin(self, conversation: str) -> str | None:
        """The digest of the address that asked; None: it is not known (any more)."""

    async def block(self, conversation: str, *, until: float) -> bool:
        """Block the address that asked this conversation, once more. False: it is not known (any more)."""

    async def blocked(self, digest: str, *, now: float) -> AddressBlock | None:
        """The block that holds for this address; None: there is none."""

    async def asked(self, who: str, *, now: float, within_s: int = MINUTE_S, more: int = 1) -> int:
        """Count one more request, or whatever else `who` names. Returns how many there were in this minute (or other time), this one
        included. With `more=0` it only reads."""

    async def connections(self, digest: str, *, here: int) -> int:
        """Store how many connections this address has in this process; returns how many it has in all. To be repeated now and then."""

    async def storage_key(self, token_hash: str, fresh: bytes, *, now: float, for_s: float) -> bytes:
        """The key under which this visitor's browser stores what must outlive a reload: the known one, else `fresh`. It is kept for so long
        from now on."""

    async def forget_storage_key(self, token_hash: str) -> None:
        """From now on, what was stored under it opens for nobody."""

    async def spend(self, proof: str, *, until: float, now: float) -> bool:
        """Use this proof. False: it was used before. `until`: when it expires anyway."""
