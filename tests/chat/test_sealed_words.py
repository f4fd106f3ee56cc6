"""The Python twin reads and writes what the browsers' module does: the same vectors, the same properties.

The module itself is tried in `tests/js/sealed.test.js`.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from chat.visible_text import has_visible_text
from tests.sealing import (
    BLOCK_BYTES,
    LONGEST_BODY,
    About,
    Keyring,
    Pair,
    from_base64url,
    generation_key,
    open_grant,
    open_stored,
    seal_grant,
    seal_stored,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "sealed.json").read_text())
CLOSED = (ValueError, KeyError, InvalidTag)
ABOUT = About("c", "visitor", "a")
texts = st.text(min_size=1, max_size=200).filter(has_visible_text)


def known(written: list[Any]) -> Keyring:
    return Keyring({generation: from_base64url(key) for generation, key in written})


@pytest.mark.parametrize("vector", VECTORS["bodies"], ids=lambda vector: vector["name"])
def test_the_vector_opens_and_is_written_again_alike(vector: dict[str, Any]) -> None:
    about = About(vector["conversation"], vector["author"], vector["client_id"], vector["kind"])
    assert known(VECTORS["keyring"]).open(vector["envelope"], about) == vector["text"]
    then = known([one for one in VECTORS["keyring"] if one[0] <= vector.get("generation", 2)])
    nonce = from_base64url(vector["nonce"])
    assert then.seal(vector["text"], about, lambda _: nonce) == vector["envelope"]


def test_the_vector_of_a_grant_opens_and_is_written_again_alike() -> None:
    vector = VECTORS["grant"]
    sender, receiver = _pair(vector["from"]), _pair(vector["to"])
    where = {"conversation": vector["conversation"], "number": vector["number"]}
    opened = open_grant(vector["grant"], receiver, **where)
    assert opened == known(VECTORS["keyring"])
    nonce = from_base64url(vector["nonce"])
    again = seal_grant(opened, sender, **where, to=receiver.name, random=lambda _: nonce)
    assert again == vector["grant"]


def _pair(jwk: dict[str, str]) -> Pair:
    return Pair(ec.derive_private_key(int.from_bytes(from_base64url(jwk["d"])), ec.SECP256R1()))


def test_the_vector_of_what_is_stored_opens_and_is_written_again_alike() -> None:
    vector = VECTORS["stored"]
    assert open_stored(vector["key"], vector["sealed"]) == vector["value"]
    nonce = from_base64url(vector["nonce"])
    assert seal_stored(vector["key"], vector["value"], lambda _: nonce) == vector["sealed"]


def test_the_keys_of_the_generations_come_from_one_root() -> None:
    vector = VECTORS["root"]
    assert [[g, generation_key(vector["root"], g)] for g, _ in vector["keys"]] == vector["keys"]


@given(texts)
def test_any_text_opens_as_it_was_sealed(text: str) -> None:
    keyring = Keyring.fresh()
    assert keyring.open(keyring.seal(text, ABOUT), ABOUT) == text


@given(texts, st.integers(0, 3), st.text("abc1|", min_size=1, max_size=4))
def test_it_opens_for_nobody_and_nothing_else(text: str, field: int, other: str) -> None:
    keyring = Keyring.fresh()
    name = About._fields[field]
    if getattr(ABOUT, name) != other:
        with pytest.raises(CLOSED):
            keyring.open(keyring.seal(text, ABOUT), ABOUT._replace(**{name: other}))


@given(texts)
def test_it_opens_with_the_key_of_its_generation_only(text: str) -> None:
    keyring = Keyring.fresh()
    before = Keyring(dict(keyring.keys))
    keyring.renew()
    envelope = keyring.seal(text, ABOUT)
    for other, written in ((before, envelope), (keyring, envelope.replace("1.2.", "1.1."))):
        with pytest.raises(CLOSED):
            other.open(written, ABOUT)


@given(st.integers(1, LONGEST_BODY), st.sampled_from(["x", "é", "漢", "🙂"]))
def test_texts_that_differ_by_less_than_a_block_weigh_the_same(length: int, sign: str) -> None:
    size = len(sign.encode()) * length
    envelope = Keyring.fresh().seal(sign * length, ABOUT)
    blocks = size // BLOCK_BYTES + 1
    assert len(from_base64url(envelope.split(".")[2])) == 12 + blocks * BLOCK_BYTES + 16


@pytest.mark.parametrize("text", ["", " \n", "\u2800\u200d", "x" * (LONGEST_BODY + 1)])
def test_a_text_that_is_empty_or_too_long_is_not_sealed(text: str) -> None:
    with pytest.raises(ValueError, match="empty, or too long"):
        Keyring.fresh().seal(text, ABOUT)


def test_of_100_000_envelopes_no_two_have_the_same_nonce() -> None:
    keyring = Keyring.fresh()
    assert len({keyring.seal("x", ABOUT)[4:20] for _ in range(100_000)}) == 100_000


def test_a_grant_opens_for_its_conversation_number_and_browser_only() -> None:
    visitor, console, other = Pair.fresh(), Pair.fresh(), Pair.fresh()
    keyring = Keyring.fresh()
    grant = seal_grant(keyring, visitor, conversation="c", number=1, to=console.name)
    assert open_grant(grant, console, conversation="c", number=1) == keyring
    with pytest.raises(CLOSED):
        open_grant(grant, other, conversation="c", number=1)
    with pytest.raises(CLOSED):
        open_grant(grant, console, conversation="c", number=2)
    with pytest.raises(CLOSED):
        open_grant(grant, console, conversation="d", number=1)
