"""Recognise an address without keeping it: a digest whose key is made of two parts.

One part is a random salt that all processes share in Redis and that is forgotten every day. The other is the platform's key, which is in a
file: whoever reads Redis has no key, and cannot try all addresses. Nor can whoever has the file, once the salt is gone.

An IPv4 address counts as a whole, an IPv6 address by its first 64 bits, which one household or school shares. The limits are generous:
a whole school has one address.
"""

import asyncio
import hmac
import re
from collections import Counter
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings

from chat import runtime
from chat.faults import Unreachable
from partners.keys import key_for

SALT_BYTES = 32
RENEW_EVERY_S = 30
EVERYBODY = "*"
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([^:]+):\d+")
open_connections: Counter[str] = Counter()
"""Open connections of this process, by the digest of their address."""


async def digest_of(scope: dict[str, Any], *, now: float) -> str:
    """The digest of the address that this connection comes from."""
    return digest(_address(scope), await runtime.volatile().salt(now=now))


def digest(address: str, salt: bytes) -> str:
    return hmac.new(_key(salt), _household(address).encode(), sha256).hexdigest()


@lru_cache(maxsize=1)  # one, so that yesterday's key is forgotten with its salt
def _key(salt: bytes) -> bytes:
    return key_for("addresses", salt)


def _household(address: str) -> str:
    """The part of an address that one household shares. A proxy may write an IPv4 address in the form of an IPv6 one, or a port after
    either."""
    with_port = WITH_PORT.fullmatch(address)
    try:
        parsed = ip_address(with_port[1] or with_port[2] if with_port else address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return str(parsed)


def _address(scope: dict[str, Any]) -> str:
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    client = scope.get("client")
    return outermost(peer=str(client[0]) if client else "", forwarded=",".join(forwarded))


def outermost(*, peer: str, forwarded: str) -> str:
    """The peer's address, or behind our own proxies the address that the outermost of them saw. `forwarded`: the X-Forwarded-For header."""
    if settings.ENV.trusted_proxies:
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        if len(hops) >= settings.ENV.trusted_proxies:
            return hops[-settings.ENV.trusted_proxies]
    return peer


# From here on, an address is always given as its digest.


class AddressStanding(StrEnum):
    FREE = "free"
    SUSPECT = "suspect"
    """The browser must send a proof of work first."""
    REFUSED = "refused"


async def standing(address: str, *, now: float) -> tuple[AddressStanding, float]:
    """Whether a visitor from this address may ask, and until when that holds. One block: suspect; a second one meanwhile: refused."""
    block = await runtime.volatile().blocked(address, now=now)
    if block is None:
        return AddressStanding.FREE, now
    return (AddressStanding.SUSPECT if block.times == 1 else AddressStanding.REFUSED), block.until


async def asks_too_fast(address: str, *, now: float) -> bool:
    """Count one more request. True when this address, or all addresses together, sent more of them this minute than the limits allow."""
    store, env = runtime.volatile(), settings.ENV
    of_one, of_all = await store.asked(address, now=now), await store.asked(EVERYBODY, now=now)
    return of_one > env.asks_per_address or of_all > env.asks


async def open_connection(address: str) -> bool:
    """Count one more connection. False: this address already has as many as it may, over all processes."""
    open_connections[address] += 1
    try:
        everywhere = await runtime.volatile().connections(address, here=open_connections[address])
    except BaseException:
        _one_less(address)
        raise
    if everywhere <= settings.ENV.connections_per_address:
        return True
    await close_connection(address)
    return False


async def close_connection(address: str) -> None:
    _one_less(address)
    # If the store does not answer, the next renewal corrects the count, or the count expires.
    with suppress(Unreachable):
        await runtime.volatile().connections(address, here=open_connections[address])


def _one_less(address: str) -> None:
    open_connections[address] -= 1
    if open_connections[address] <= 0:
        del open_connections[address]


async def keep_counting() -> None:
    """Renew this process's counts in the store for as long as it runs: some addresses each second."""
    while True:
        for turn in range(RENEW_EVERY_S):
            await asyncio.sleep(1)
            for address in [each for each in open_connections if hash(each) % RENEW_EVERY_S == turn]:
                with suppress(Unreachable):
                    await runtime.volatile().connections(address, here=open_connections[address])
