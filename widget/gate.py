"""Whether a visitor may ask from an address: freely, with a proof of work, or not for a while."""

from typing import Any

from chat import addresses, proof
from chat.addresses import AddressStanding
from chat.frames.base import ErrorCode, Refused


class Gate:
    """The gate of one connection. Times are seconds since 1970."""

    def __init__(self) -> None:
        self._must_prove = False

    async def challenge(self, *, address: str, token_hash: str, now: float) -> dict[str, Any] | None:
        """The challenge to solve before asking; None: there is none."""
        standing, _ = await addresses.standing(address, now=now)
        if self._must_prove or standing is AddressStanding.SUSPECT:
            return proof.challenge(token_hash, now=now)
        return None

    async def let_through(self, given: str | None, *, address: str, token_hash: str, now: float) -> None:
        """Let this request through. A suspect address, and too many requests at once, need a proof of work; a refused address may not ask.

        Raises `Refused`: `not_allowed`, `proof_needed`, `proof_refused`.
        """
        standing, until = await addresses.standing(address, now=now)
        if standing is AddressStanding.REFUSED:
            raise Refused(
                ErrorCode.NOT_ALLOWED,
                "Asking from here is refused for a while",
                retry_after_s=round(until - now),
            )
        too_fast = await addresses.asks_too_fast(address, now=now)
        self._must_prove = too_fast or standing is AddressStanding.SUSPECT
        if self._must_prove:
            if given is None:
                raise Refused(ErrorCode.PROOF_NEEDED, "Say hello for a challenge, and ask with its proof")
            await proof.check(given, token_hash=token_hash, now=now)
            self._must_prove = False
