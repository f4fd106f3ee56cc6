"""A conversation's texts open with its own key and with nothing else."""

import pytest
from cryptography.exceptions import InvalidTag

from chat import sealing
from chat.sealing import Cipher

ONE, OTHER = "7b0e1f8c-2f0a-4a7e-9a53-3a2f0f9d3b11", "11111111-2f0a-4a7e-9a53-3a2f0f9d3b11"
TEXT = "Je voudrais changer de métier 🙂"


def test_what_was_sealed_opens_again() -> None:
    cipher = Cipher(ONE, sealing.new_key(ONE))
    assert cipher.open(cipher.seal(TEXT)) == TEXT


def test_the_wrapped_key_of_the_row_opens_it_in_another_process_too() -> None:
    wrapped = sealing.new_key(ONE)
    assert Cipher(ONE, wrapped).open(Cipher(ONE, wrapped).seal(TEXT)) == TEXT


def test_another_conversations_key_does_not_open_it() -> None:
    sealed = Cipher(ONE, sealing.new_key(ONE)).seal(TEXT)
    with pytest.raises(InvalidTag):
        Cipher(OTHER, sealing.new_key(OTHER)).open(sealed)


def test_another_key_of_the_same_conversation_does_not_open_it() -> None:
    sealed = Cipher(ONE, sealing.new_key(ONE)).seal(TEXT)
    with pytest.raises(InvalidTag):
        Cipher(ONE, sealing.new_key(ONE)).open(sealed)


def test_a_key_moved_to_another_row_cannot_be_unwrapped() -> None:
    with pytest.raises(InvalidTag):
        Cipher(OTHER, sealing.new_key(ONE))


def test_a_changed_byte_anywhere_is_noticed() -> None:
    cipher = Cipher(ONE, sealing.new_key(ONE))
    sealed = cipher.seal(TEXT)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            cipher.open(bytes(changed))


def test_the_same_text_never_looks_the_same_twice() -> None:
    cipher = Cipher(ONE, sealing.new_key(ONE))
    assert len({cipher.seal("oui") for _ in range(100)}) == 100


def test_a_pseudonym_is_stable_and_tells_nothing_of_the_name() -> None:
    name = sealing.pseudonym("1 7-carnet")
    assert sealing.pseudonym("1 7-carnet") == name != sealing.pseudonym("2 7-carnet")
    assert "carnet" not in name


def test_nothing_of_the_text_is_in_what_is_stored() -> None:
    sealed = Cipher(ONE, sealing.new_key(ONE)).seal("Bonjour " * 20)
    assert b"Bonjour" not in sealed


def test_neither_the_key_nor_a_text_shows_in_a_repr() -> None:
    wrapped = sealing.new_key(ONE)
    cipher = Cipher(ONE, wrapped)
    assert repr(cipher) == str(cipher) == "Cipher(…)"
    # Slots: there is no dictionary to be printed by accident.
    assert not hasattr(cipher, "__dict__")
