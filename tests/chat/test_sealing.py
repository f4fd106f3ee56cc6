"""What this side encrypts itself: small values, which open with the platform's key, in their own place, and nowhere else."""

import pytest
from cryptography.exceptions import InvalidTag

from chat.sealing import Vault

VALUE = b"which row, which colleague"


def test_what_was_locked_opens_in_another_process_too() -> None:
    assert Vault().unlock(Vault().lock(VALUE, about="c"), about="c") == VALUE


def test_it_opens_in_no_other_place_and_not_when_a_byte_was_changed() -> None:
    vault = Vault()
    locked = vault.lock(VALUE, about="c")
    with pytest.raises(InvalidTag):
        vault.unlock(locked, about="d")
    for place in range(len(locked)):
        changed = bytearray(locked)
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            vault.unlock(bytes(changed), about="c")


def test_the_same_value_never_looks_the_same_twice_and_its_digest_always_does() -> None:
    vault = Vault()
    assert len({vault.lock(b"oui", about="c") for _ in range(100)}) == 100
    assert vault.digest("a", about="c") == Vault().digest("a", about="c") != vault.digest("a", about="d")
