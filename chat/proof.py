"""Proof of work before a request: a computation that costs the browser a second or two, and the server almost nothing to check (ALTCHA).

The server asks for it only when an address was blocked or when too many requests arrive; repeated blocks make it dearer. A challenge is
signed, expires, and is good for one token and one use; the server keeps only that it was used, until it expires.
"""

import secrets
from typing import Any

import altcha
from django.conf import settings
from django.utils.crypto import salted_hmac

from chat import runtime
from chat.frames.base import ErrorCode, Refused

ALGORITHM = "SHA-256"


def challenge(token_hash: str, *, work: int = 1, now: float) -> dict[str, Any]:
    """A challenge for the holder of this token, `work` times the usual work. It takes between half of the tries and all of them, so that
    nobody waits much longer."""
    half = settings.ENV.proof_tries * work // 2
    made = altcha.create_challenge(
        ALGORITHM,
        cost=1,
        counter=half + secrets.randbelow(half),
        # `check` reads the expiry from here, by the clock that all processes share and not by this host's.
        data={"for": token_hash, "until": int(now + settings.ENV.proof_s), "work": work},
        hmac_secret=_key(),
    )
    found: dict[str, Any] = made.to_dict()
    return found


async def check(proof: str, *, token_hash: str, work: int = 1, now: float) -> None:
    """Raise `Refused` for a proof that is wrong, too old, too easy, for another token or used before."""
    if not altcha.verify_solution(proof, _key()).verified:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is wrong")
    solved = altcha.Payload.from_base64(proof).challenge
    # The challenge is signed, so nobody has changed it.
    data = solved.parameters.data or {}
    if data["for"] != token_hash:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is for another token")
    until = float(data["until"])
    if until <= now:
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof is too old")
    # Made before the last block, or by the version before.
    if int(data.get("work", 1)) < work:
        raise Refused(ErrorCode.PROOF_NEEDED, "More work is needed now: say hello for another challenge")
    if not await runtime.volatile().spend(str(solved.signature), until=until, now=now):
        raise Refused(ErrorCode.PROOF_REFUSED, "The proof was used before")


def _key() -> str:
    """The key that signs challenges: the same in every process, and used for nothing else."""
    return salted_hmac("chat.proof", "challenge", algorithm="sha256").hexdigest()
