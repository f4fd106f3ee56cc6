"""Limits count by address: one IPv4 address, or the IPv6 network of one household or school; another salt gives another digest."""

import re
from typing import Any

import pytest

from chat.addresses import digest, is_behind_undeclared_proxy

SALT, TOMORROWS = b"s" * 32, b"t" * 32


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("203.0.113.7", "203.0.113.7:51234"),
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("203.0.113.7", "[::ffff:203.0.113.7]:443"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2::1", "[2001:db8:1:2::9]"),
        ("2001:db8:1:2::1", "[2001:db8:1:2::9]:443"),
        ("2001:db8:1:2::1", "2001:DB8:0001:2:0:0:0:5"),
    ],
)
def test_addresses_of_one_host_or_network_have_one_digest(one: str, same: str) -> None:
    assert digest(one, SALT) == digest(same, SALT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "203.0.113.8"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("2001:db8:1:2::1", "2001:db8:1:3::1"),
        ("203.0.113.7", "unknown"),
        ("unknown", ""),
    ],
)
def test_different_addresses_have_different_digests(one: str, other: str) -> None:
    assert digest(one, SALT) != digest(other, SALT)


def test_a_digest_holds_nothing_of_the_address_and_depends_on_the_salt() -> None:
    made = digest("203.0.113.7", SALT)
    assert re.fullmatch(r"[0-9a-f]{64}", made)
    assert made != digest("203.0.113.7", TOMORROWS)


def connection(peer: str | None, forwarded: str = "") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"client": None if peer is None else (peer, 1234), "headers": headers}


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.3.4", "192.168.1.7", "fd00::1", "::1", None])
def test_a_peer_of_our_own_network_that_forwards_is_a_proxy_that_nobody_declared(
    peer: str | None, settings: Any
) -> None:
    assert is_behind_undeclared_proxy(connection(peer, "203.0.113.7"))
    assert not is_behind_undeclared_proxy(connection(peer))
    settings.ENV = settings.ENV.model_copy(update={"trusted_proxies": 1})
    assert not is_behind_undeclared_proxy(connection(peer, "203.0.113.7"))


@pytest.mark.parametrize("peer", ["8.8.8.8", "2a00:1450::1"])
def test_a_stranger_who_forwards_is_not_believed_to_be_many(peer: str) -> None:
    assert not is_behind_undeclared_proxy(connection(peer, "203.0.113.7"))
