"""The Python twin reads and writes what the browsers' module does: the same vectors, the same properties.

The module itself is tried in `tests/js/sealed.test.js` and `sealed_properties.test.js`.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import assume, find, given
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
MIXED = "x é 漢 🙂 ش e\u0301 \u200d \ufeff \U0001f469\u200d\U0001f692 \U0010ffff \0 \n"


@st.composite
def long_texts(draw: st.DrawFn) -> str:
    """Of any code points, as long as a message may be: `st.text` by itself hardly draws ten of them."""
    alphabet = draw(st.text(max_size=30)) + draw(st.sampled_from([MIXED, "x", "🙂"]))
    length = draw(st.integers(200, LONGEST_BODY) | st.just(LONGEST_BODY))
    return "".join(Random(draw(st.integers(0, 2**32))).choices(alphabet, k=length))


texts = (st.text(min_size=1, max_size=200) | long_texts()).filter(has_visible_text)
blank = st.text("\0\t\n \x7f\xa0\xad\u061c\u200b\u200d\u202e\u2060\u2800\u3000\ufe0f\ufeff\U000e0020")
abouts = st.builds(
    About,
    st.uuids().map(str),
    st.just("visitor") | st.integers(1, 99).map(str),
    st.text([chr(one) for one in range(0x21, 0x7F)], min_size=1, max_size=40),
    st.sampled_from(["message", "note"]),
)


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


@given(texts, abouts)
def test_any_text_opens_as_it_was_sealed(text: str, about: About) -> None:
    keyring = Keyring.fresh()
    assert keyring.open(keyring.seal(text, about), about) == text


def test_the_texts_that_are_drawn_are_as_long_as_a_message_may_be() -> None:
    assert len(find(texts, lambda text: len(text) == LONGEST_BODY)) == LONGEST_BODY


@given(texts, abouts, abouts, st.sets(st.sampled_from(About._fields), min_size=1))
def test_it_opens_for_nobody_and_nothing_else(
    text: str, about: About, drawn: About, fields: set[str]
) -> None:
    keyring = Keyring.fresh()
    envelope = keyring.seal(text, about)
    assert keyring.open(envelope, about) == text
    other = about._replace(**{name: getattr(drawn, name) for name in fields})
    assume(other != about)
    with pytest.raises(InvalidTag):
        keyring.open(envelope, other)


@given(abouts, st.integers(1, 99).map(str), st.sampled_from("0123456789"))
def test_the_end_of_one_field_is_not_taken_for_the_beginning_of_the_next(
    about: About, number: str, digit: str
) -> None:
    keyring = Keyring.fresh()
    said = about._replace(author=number, client_id=digit + about.client_id)
    with pytest.raises(InvalidTag):
        keyring.open(keyring.seal("oui", said), about._replace(author=number + digit))


@given(blank)
def test_a_text_of_which_nothing_can_be_seen_is_not_sealed(text: str) -> None:
    with pytest.raises(ValueError, match="empty, or too long"):
        Keyring.fresh().seal(text, ABOUT)


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
    _weighs_its_blocks(sign * length)


@given(texts)
def test_any_text_weighs_its_blocks_of_utf_8(text: str) -> None:
    _weighs_its_blocks(text)


def _weighs_its_blocks(text: str) -> None:
    blocks = len(text.encode()) // BLOCK_BYTES + 1
    envelope = Keyring.fresh().seal(text, ABOUT)
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
