"""Whether a visitor may ask from an address: freely, with a proof of work, or not for a while."""

import asyncio
from datetime import datetime
from typing import Any

from chat import proof
from chat.frames.base import ErrorCode, Refused
from chat.services import address_shares
from chat.services.address_shares import BlockStanding


class Gate:
    """The gate of one connection."""

    def __init__(self) -> None:
        self._work = 0
        """How many times the usual work the last request on this connection was told to prove."""

    async def challenge(
        self, *, address: str, shared: bool, token_hash: str, now: float
    ) -> dict[str, Any] | None:
        """The challenge to solve before asking; None: there is none. `now` in seconds since 1970."""
        standing = await address_shares.standing(address, shared=shared, now=now)
        work = max(self._work, standing.work)
        return proof.challenge(token_hash, work=work, now=now) if work else None

    async def let_through(
        self,
        given: str | None,
        *,
        address: str,
        shared: bool,
        token_hash: str,
        code: str | None,
        now: datetime,
    ) -> None:
        """Let this request through. An address that was blocked or asks too much needs a proof of work; a refused address may not ask.

        A class with a reserved place left (`code`) is let through whatever others did at its address, after the proof that a block
        costs. Raises `Refused`: `not_allowed`, `proof_needed`, `proof_refused`.
        """
        at = now.timestamp()
        standing, above = await asyncio.gather(
            address_shares.standing(address, shared=shared, now=at),
            address_shares.asks_above_share(address, now=at),
        )
        guesses = bool(code) and await address_shares.guesses_codes(address, now=at)
        reserved = not guesses and await _has_reserved_place(code, address, now)
        if not guesses and not reserved:
            _require_not_refused(standing, at)
        must_prove = guesses or (above and not reserved) or standing.refused_until is not None
        self._work = max(standing.work, int(must_prove))
        if self._work:
            if given is None:
                raise Refused(ErrorCode.PROOF_NEEDED, "Say hello for a challenge, and ask with its proof")
            await proof.check(given, token_hash=token_hash, work=self._work, now=at)
            self._work = 0
        if guesses and not await _has_reserved_place(code, address, now):
            _require_not_refused(standing, at)


async def _has_reserved_place(code: str | None, address: str, now: datetime) -> bool:
    return bool(code) and await address_shares.has_reserved_place(str(code), address=address, now=now)


def _require_not_refused(standing: BlockStanding, now: float) -> None:
    if standing.refused_until is not None:
        raise Refused(
            ErrorCode.NOT_ALLOWED,
            "Asking from here is refused for a while",
            retry_after_s=round(standing.refused_until - now),
        )
