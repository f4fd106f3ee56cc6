"""Work that a browser proves before it may ask: a sum that costs it a second or two, and us nothing to check (ALTCHA).

Asked for only when an address was blocked or when requests come too fast. A challenge is signed, ends by itself, is good for one token and
once; nothing of it is kept but, until its end, that it was used.
"""

import secrets
from typing import Any

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from chat import runtime
from chat.frames.base import ErrorCode, Refused

ALGORITHM = "SHA-256"


def challenge(token_hash: str, *, now: float) -> dict[str, Any]:
    """For the holder of this token: between half of the tries and all of them, so that nobody waits much longer than others."""
    half = settings.ENV.proof_tries // 2
    made = altcha.create_challenge(
        ALGORITHM,
        cost=1,
        counter=half + secrets.randbelow(half),
        # Its end is ours to check: by the clock that all processes share, not by this one's own.
        data={"for": token_hash, "until": int(now + settings.ENV.proof_s)},
        hmac_secret=_key(),
    )
    found: dict[str, Any] = made.to_dict()
    return found


async def check(proof: str, *, token_hash: str, now: float) -> None:
    """Raises `Refused` for one that is wrong, too old, somebody else's or used before."""
    if not altcha.verify_solution(proof, _key()).verified:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is wrong")
    known = altcha.Payload.from_base64(proof).challenge
    # Signed, so it is as it was made.
    data = known.parameters.data or {}
    if data["for"] != token_hash:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is for another token")
    until = float(data["until"])
    if until <= now:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is too old")
    if not await runtime.volatile().spend(str(known.signature), until=until, now=now):
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof was used before")


def _key() -> str:
    """The same in every process, and good for nothing else."""
    return salted_hmac("chat.proof", "challenge", algorithm="sha256").hexdigest()
