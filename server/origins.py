"""How much of what a process has one origin holds: an IPv4 address, or the /64 of an IPv6 one.

Addresses are in memory only, and only of those who hold something.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from chat import addresses


class HeldByOrigin:
    """Numbers of one kind, by origin."""

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    def add(self, origin: str, more: int) -> int:
        """What it holds now; what holds nothing is forgotten."""
        self._of[origin] += more
        if not (now := self._of[origin]):
            del self._of[origin]
        return now


def of_request(scope: Mapping[str, Any]) -> str:
    """Where a request comes from, behind our own proxies as the outermost of them saw it."""
    return addresses.household(addresses.address_of(scope))


def of_connection(client: tuple[str, int] | None) -> str | None:
    """Where a connection comes from; None behind proxies of ours, and for a socket of this machine: it is everybody's."""
    if settings.ENV.trusted_proxies or not client or not client[0]:
        return None
    return addresses.household(client[0])


def of_handshake(scope: Mapping[str, Any]) -> str | None:
    """Where a websocket comes from: behind proxies of ours, its connection to us is one person's too."""
    return of_request(scope) if settings.ENV.trusted_proxies else of_connection(scope["client"])
