"""Telling addresses apart without keeping any: a keyed digest under a random salt that is forgotten every day.

An IPv4 address counts whole, an IPv6 one by its first 64 bits, which is what one household or school has. Limits are generous: a school
is one address.
"""

import asyncio
import hashlib
import hmac
import re
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

from chat import runtime
from chat.faults import Unreachable

SALT_BYTES = 32
RENEW_EVERY_S = 30
EVERYBODY = "*"
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([^:]+):\d+")
open_connections: Counter[str] = Counter()
"""In this process, by digest."""


async def digest_of(scope: dict[str, Any], *, now: float) -> str:
    """The digest of whoever is behind this connection."""
    return digest(_address(scope), await runtime.volatile().salt(now=now))


def digest(address: str, salt: bytes) -> str:
    return hmac.new(salt, _household(address).encode(), hashlib.sha256).hexdigest()


def _household(address: str) -> str:
    """What is told apart. A proxy may write an IPv4 address in the form of an IPv6 one, or a port behind either."""
    with_port = WITH_PORT.fullmatch(address)
    try:
        known = ip_address(with_port[1] or with_port[2] if with_port else address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


def _address(scope: dict[str, Any]) -> str:
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    client = scope.get("client")
    return outermost(peer=str(client[0]) if client else "", forwarded=",".join(forwarded))


def outermost(*, peer: str, forwarded: str) -> str:
    """The peer's, or behind proxies of ours what the outermost of them saw. `forwarded`: the header of that name."""
    if settings.ENV.trusted_proxies:
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        if len(hops) >= settings.ENV.trusted_proxies:
            return hops[-settings.ENV.trusted_proxies]
    return peer


class AddressStanding(StrEnum):
    FREE = "free"
    SUSPECT = "suspect"
    """Work is to be proved first."""
    REFUSED = "refused"


async def standing(known: str, *, now: float) -> tuple[AddressStanding, float]:
    """Whether somebody from there may ask, and until when that holds. Blocked once: suspect; while that holds, once more: refused."""
    block = await runtime.volatile().blocked(known, now=now)
    if block is None:
        return AddressStanding.FREE, now
    return (AddressStanding.SUSPECT if block.times == 1 else AddressStanding.REFUSED), block.until


async def asks_too_fast(known: str, *, now: float) -> bool:
    """Counts one more request. So many a minute come from nobody's address, or from all together, unless something is wrong."""
    store, env = runtime.volatile(), settings.ENV
    of_one, of_all = await store.asked(known, now=now), await store.asked(EVERYBODY, now=now)
    return of_one > env.asks_per_address or of_all > env.asks


async def open_connection(known: str) -> bool:
    """One more connection. No: this address has as many as it may, over all processes."""
    open_connections[known] += 1
    try:
        everywhere = await runtime.volatile().connections(known, here=open_connections[known])
    except BaseException:
        _one_less(known)
        raise
    if everywhere <= settings.ENV.connections_per_address:
        return True
    await close_connection(known)
    return False


async def close_connection(known: str) -> None:
    _one_less(known)
    # What is not told now is told with the next renewal, or ends by itself.
    with suppress(Unreachable):
        await runtime.volatile().connections(known, here=open_connections[known])


def _one_less(known: str) -> None:
    open_connections[known] -= 1
    if open_connections[known] <= 0:
        del open_connections[known]


async def keep_counting() -> None:
    """Tell the other processes, for as long as this one runs, that its connections are still there: some addresses each second."""
    while True:
        for turn in range(RENEW_EVERY_S):
            await asyncio.sleep(1)
            for known in [each for each in open_connections if hash(each) % RENEW_EVERY_S == turn]:
                with suppress(Unreachable):
                    await runtime.volatile().connections(known, here=open_connections[known])
