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
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from chat import runtime
from chat.faults import Unreachable
from partners.keys import key_for

log = structlog.stdlib.get_logger(__name__)

SALT_BYTES = 32
RENEW_EVERY_S = 30
EVERYBODY = "*"
HERE = {"localhost", "127.0.0.1", "::1"}
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([^:]+):\d+")
open_connections: Counter[str] = Counter()
"""Open connections of this process, by the digest of their address."""
_undeclared_proxy_seen = False
_private_visitor_seen = False
PRIVATE = [
    ip_network(one)
    for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]


async def digest_of(scope: dict[str, Any], *, now: float) -> str:
    """The digest of the address that this connection comes from."""
    return digest(address_of(scope), await runtime.volatile().salt(now=now))


async def digest_of_peer(*, peer: str, forwarded: str, now: float) -> str:
    """The same for a request: the peer's address, and the X-Forwarded-For header."""
    return digest(outermost(peer=peer, forwarded=forwarded), await runtime.volatile().salt(now=now))


def digest(address: str, salt: bytes) -> str:
    return hmac.new(_key(salt), household(address).encode(), sha256).hexdigest()


@lru_cache(maxsize=1)  # one, so that yesterday's key is forgotten with its salt
def _key(salt: bytes) -> bytes:
    return key_for("addresses", salt)


def household(address: str) -> str:
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


def is_behind_undeclared_proxy(scope: dict[str, Any]) -> bool:
    """Whether a proxy that the settings do not count has this connection, so that its address is everybody's."""
    peer, forwarded = _peer_of(scope)
    return _is_undeclared_proxy(peer, forwarded)


def undeclared_proxy_seen() -> bool:
    """Whether such a connection or sign-in came to this process: for a page of operators. The log tells it once."""
    return _undeclared_proxy_seen


def private_visitor_seen() -> bool:
    """Whether a visitor of a public address came, behind our proxies, from a private network: the same as above."""
    return _private_visitor_seen


def address_of(scope: Mapping[str, Any]) -> str:
    """Where a connection or request comes from, behind our own proxies as the outermost of them saw it."""
    peer, forwarded = _peer_of(scope)
    return outermost(peer=peer, forwarded=forwarded)


def _peer_of(scope: Mapping[str, Any]) -> tuple[str, str]:
    # A proxy may add to the line that came, or add one of its own: the lines together are the header.
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    client = scope.get("client")
    return (str(client[0]) if client else ""), ",".join(forwarded)


def outermost(*, peer: str, forwarded: str) -> str:
    """The peer's address, or behind our own proxies the address that the outermost of them saw. `forwarded`: the X-Forwarded-For header."""
    if settings.ENV.trusted_proxies:
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        if len(hops) >= settings.ENV.trusted_proxies:
            return _noticed(hops[-settings.ENV.trusted_proxies])
    elif _is_undeclared_proxy(peer, forwarded):
        _warn_of_proxy()
    return peer


def _noticed(address: str) -> str:
    """The same address. An engine of containers without IPv6, or one more proxy, gives its own for everybody's."""
    global _private_visitor_seen
    if (
        not _private_visitor_seen
        and settings.BEHIND_TLS
        and urlsplit(settings.PUBLIC_ORIGIN).hostname not in HERE
    ):
        try:
            parsed = ip_address(household(address).partition("/")[0])
        except ValueError:
            return address
        if any(parsed in network for network in PRIVATE if network.version == parsed.version):
            _private_visitor_seen = True
            log.warning(
                "visitors come with an address of a private network and share one limit: is IPv6 on, is every proxy counted?"
            )
    return address


def _is_undeclared_proxy(peer: str, forwarded: str) -> bool:
    """Only a peer of our own network is believed: anybody else may write that header to seem to be many."""
    if settings.ENV.trusted_proxies or not forwarded.strip():
        return False
    try:
        return ip_address(peer).is_private
    except ValueError:
        # A Unix socket has no address: who connects to it is on this machine.
        return True


def _warn_of_proxy() -> None:
    global _undeclared_proxy_seen
    if not _undeclared_proxy_seen:
        _undeclared_proxy_seen = True
        log.warning(
            "a proxy stands before Miti and MITI_TRUSTED_PROXIES is 0: all visitors count as one address"
        )


# From here on, an address is always given as its digest.


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


async def opens_another(address: str, *, site: str, within_s: int, now: float) -> bool:
    """Count one more page that this address opens on the site, unless it opened more lately than it has connections."""
    store, who = runtime.volatile(), f"opened:{site}:{address}"
    opened = await store.asked(who, now=now, within_s=within_s, more=0)
    if opened > await store.connections(address, here=open_connections[address]):
        return False
    await store.asked(who, now=now, within_s=within_s)
    return True


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
