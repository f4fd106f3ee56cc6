"""Whoever has all that is in Redis, and nothing else, learns no address and recognises no browser."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from uuid import uuid4

import pytest

from chat import addresses, sealing
from chat.redis_client import RedisClient
from chat.sealing import Vault, digest_of_token
from chat.volatile import Tombstone
from chat.volatile.redis import RedisVolatile
from tests.socket_clients import new_token
from tests.valkey import Valkey

ADDRESS, OTHER = "203.0.113.77", "203.0.113.78"
NOON = 20_000.5 * 86_400


def guesses(text: str, salts: list[bytes]) -> Iterator[str]:
    """Every digest that somebody could make of a guess with what is in Redis."""
    plain = text.encode()
    yield sha256(plain).hexdigest()
    for salt in salts:
        yield hmac.new(salt, plain, sha256).hexdigest()
        yield sha256(salt + plain).hexdigest()
        yield sha256(plain + salt).hexdigest()
        yield hmac.new(b"", salt + plain, sha256).hexdigest()


def dump(valkey: Valkey) -> tuple[bytes, list[bytes]]:
    """All keys and values in one piece, and every value that may be a salt."""
    with valkey.client() as client:
        named = [client.get(key) for key in client.scan_iter("miti:salt:*")]
    salts = [one for one in named if isinstance(one, bytes)]
    return b"\n".join(key + b" " + value for key, value in valkey.everything().items()), salts


async def test_an_address_cannot_be_tried_with_a_copy_of_redis(own_valkey: Valkey) -> None:
    line = RedisClient(own_valkey.url)
    volatile = RedisVolatile(line=line, vault=Vault(), presence_s=60)
    salt = await volatile.salt(now=NOON)
    token, conversation = new_token(), str(uuid4())
    origin = addresses.digest(ADDRESS, salt)
    await volatile.hold_origin(conversation, origin)
    await volatile.asked(origin, now=NOON)
    await volatile.connections(origin, here=2)
    await volatile.block(conversation, until=NOON + 60)
    ended = Tombstone(conversation, "idle", "served", row=uuid4(), survey=True, closed_at=NOON, asked_at=NOON)
    await volatile.put_tombstone(digest_of_token(token), ended, for_s=60, now=NOON)
    await line.close()

    copied, salts = dump(own_valkey)
    assert salts == [salt]
    assert origin.encode() in copied, "the digest that is looked for is there"
    for guess in (ADDRESS, token):
        assert guess.encode() not in copied
        assert [one for one in guesses(guess, salts) if one.encode() in copied] == []


def test_the_digest_needs_the_salt_and_the_file(settings: pytest.FixtureRequest) -> None:
    def forget_keys() -> None:
        addresses._key.cache_clear()
        sealing._tokens_key.cache_clear()

    salt, token = b"s" * 32, new_token()
    one = addresses.digest(ADDRESS, salt), digest_of_token(token)
    assert one == (addresses.digest(ADDRESS, salt), digest_of_token(token))
    assert addresses.digest(ADDRESS, b"t" * 32) != one[0]
    assert addresses.digest(OTHER, salt) != one[0]
    try:
        settings.CONTENT_KEY = "another platform's file"  # type: ignore[attr-defined]
        forget_keys()
        other = addresses.digest(ADDRESS, salt), digest_of_token(token)
    finally:
        forget_keys()
    assert [same for same, different in zip(one, other, strict=True) if same == different] == []
