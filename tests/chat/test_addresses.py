"""Limits count by address: one IPv4 address, or the IPv6 network of one household or school; another salt gives another digest."""

import re

import pytest

from chat.addresses import digest

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
