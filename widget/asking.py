"""A visitor asks to talk: what is checked before the request is written."""

import re
from datetime import datetime

from chat import runtime
from chat.frames.base import ErrorCode, Refused
from chat.frames.visitor import client_frames
from chat.sealing import digest_of_token
from chat.services import requests
from widget.gate import Gate

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64url."""


def token_hash_of(frame: client_frames.Hello, *, known: str) -> str:
    """The digest of the token. `known`: the digest from an earlier hello on this connection. Raises `Refused`."""
    if TOKEN.fullmatch(frame.token) is None:
        raise Refused(ErrorCode.TOKEN_REFUSED, "The token must be 32 random bytes in base64url")
    token_hash = digest_of_token(frame.token)
    if known and known != token_hash:
        raise Refused(ErrorCode.TOKEN_REFUSED, "This connection has another token already")
    return token_hash


async def require_may_go_on(token_hash: str, *, now: datetime) -> None:
    """Raise `Refused`, unless asking again with this token continues the request that has ended."""
    tombstone = await runtime.volatile().tombstone(token_hash, now=now.timestamp())
    if tombstone is None or not requests.continues(tombstone, now=now):
        raise Refused(ErrorCode.CONVERSATION_CLOSED, "This conversation has ended; begin with a new token")


async def ask(
    frame: client_frames.Ask,
    gate: Gate,
    *,
    site: str,
    address: str,
    shared: bool,
    token_hash: str,
    trial: bool,
    opened_full: bool,
    now: datetime,
) -> str | None:
    """Put the request in the queue. Returns the conversation; None: this token has one already.

    Raises `Refused`: the gate wants a proof of work, or `requests.ask` refuses the request.
    `shared`: the address is known to be many people's; `trial`: staff try it out; `opened_full`: this page was opened at a full door.
    """
    await gate.let_through(
        frame.proof, address=address, shared=shared, token_hash=token_hash, code=frame.school_code, now=now
    )
    request = requests.AskedRequest(
        token_hash=token_hash,
        site=site,
        theme=frame.theme,
        language=frame.language,
        audience=frame.audience,
        booking=frame.school_code or "",
        campaign=frame.campaign or "",
        origin=address,
        shared_origin=shared,
        trial=trial,
        opened_full=opened_full,
    )
    return await requests.ask(request=request, now=now)
