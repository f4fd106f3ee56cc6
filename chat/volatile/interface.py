"""Small things that live by expiring: who was seen when, and that a conversation has ended.

LastSigns is a moment that goes out of date, never a disconnect that must arrive. A tombstone tells a visitor who was offline that the
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
    """Whether the row may still be given an answer: once."""
    closed_at: float
    asked_at: float
    """When the request first came: asking again soon after giving up goes on from there."""


@dataclass(frozen=True, slots=True)
class AddressBlock:
    """Of an address: until when, and how often one of its visitors was blocked meanwhile."""

    until: float
    times: int


def visitor(conversation: str) -> str:
    return f"v:{conversation}"


def counsellor(identity: int) -> str:
    return f"k:{identity}"


class Volatile(Protocol):
    async def seen(self, who: str, *, at: float, active: bool = False) -> None:
        """This one is there. An earlier moment than the one known is how a closed socket says: no longer."""

    async def last_signs(self, whom: Iterable[str]) -> dict[str, LastSigns]: ...

    async def put_tombstone(self, token_hash: str, tombstone: Tombstone, *, for_s: float, now: float) -> None:
        """Leave it there, in place of any other; but one without its row never in place of the same conversation's with it."""

    async def tombstone(self, token_hash: str, *, now: float) -> Tombstone | None: ...

    async def take_survey(self, token_hash: str, *, now: float) -> UUID | None:
        """The survey's ticket, once."""

    async def forget(self, who: str) -> None: ...

    async def salt(self, *, now: float) -> bytes:
        """Today's salt for digests of addresses. Yesterday's is forgotten, and with it whatever it told apart."""

    async def hold_origin(self, conversation: str, digest: str) -> None:
        """From where a conversation was asked, for as long as it is open: so that it can be blocked."""

    async def block(self, conversation: str, *, until: float) -> bool:
        """Remember whoever asked this conversation as blocked, once more. No: that is not known (any more)."""

    async def blocked(self, digest: str, *, now: float) -> AddressBlock | None:
        """What holds for this address; None when nothing does."""

    async def asked(self, who: str, *, now: float) -> int:
        """One more request: how many there were in this minute, this one included."""

    async def connections(self, digest: str, *, here: int) -> int:
        """From this address there are so many in this process now: how many there are in all. To be said again now and then."""

    async def spend(self, proof: str, *, until: float, now: float) -> bool:
        """Use it. No: it was used before. `until`: when nobody would take it any more anyway."""
