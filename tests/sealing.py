"""The Python twin of `chat/static/chat/sealed.js`: what is said is sealed and opened by the two ends of a conversation.

Only tests have it: the server neither seals nor opens.
"""

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chat.visible_text import has_visible_text

LONGEST_BODY, BLOCK_BYTES, NONCE_BYTES, KEY_BYTES = 4000, 64, 12, 32
ENVELOPE = re.compile(r"1\.([1-9][0-9]{0,5})\.([A-Za-z0-9_-]+)", re.ASCII)
Random = Callable[[int], bytes]


def base64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    """Raises `ValueError` where it is not the one way to write these bytes."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64url(raw) != text:
        raise ValueError(text)
    return raw


def padded(raw: bytes) -> bytes:
    raw += b"\x80"
    return raw + bytes(-len(raw) % BLOCK_BYTES)


def unpadded(block: bytes) -> bytes:
    """Raises `ValueError`."""
    raw = block.rstrip(b"\0")
    if len(block) % BLOCK_BYTES or not raw.endswith(b"\x80"):
        raise ValueError("not padded")
    return raw[:-1]


def hkdf(secret: bytes, info: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, None, info.encode()).derive(secret)


def encrypt(key: bytes, plain: bytes, about: str, random: Random = os.urandom) -> str:
    nonce = random(NONCE_BYTES)
    return base64url(nonce + AESGCM(key).encrypt(nonce, plain, about.encode()))


def decrypt(key: bytes, sealed: str, about: str) -> bytes:
    """Raises `ValueError`, `InvalidTag`."""
    raw = from_base64url(sealed)
    return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode())


def generation_key(root: str, generation: int) -> str:
    return base64url(hkdf(from_base64url(root), f"miti generation 1|{generation}"))


class About(NamedTuple):
    """What an envelope belongs to. `author`: "visitor", or the counsellor's number in this conversation."""

    conversation: str
    author: str
    client_id: str
    kind: str = "message"

    def text(self) -> str:
        return "|".join(("miti body 1", *self))


@dataclass(slots=True)
class Keyring:
    """The content keys of one conversation, by generation."""

    keys: dict[int, bytes]

    @classmethod
    def fresh(cls, generation: int = 1) -> Self:
        return cls({generation: os.urandom(KEY_BYTES)})

    @property
    def newest(self) -> int:
        return max(self.keys)

    def renew(self, least: int = 0) -> None:
        self.keys[max(self.newest + 1, least)] = os.urandom(KEY_BYTES)

    def seal(self, body: str, about: About, random: Random = os.urandom) -> str:
        """Raises `ValueError` for an empty text or one that is too long."""
        if not has_visible_text(body) or len(body) > LONGEST_BODY:
            raise ValueError("empty, or too long")
        sealed = encrypt(self._key(self.newest, about.kind), padded(body.encode()), about.text(), random)
        return f"1.{self.newest}.{sealed}"

    def open(self, envelope: str, about: About) -> str:
        """Raises `ValueError`, `KeyError`, `InvalidTag`."""
        found = ENVELOPE.fullmatch(envelope)
        if found is None:
            raise ValueError("not an envelope")
        return unpadded(decrypt(self._key(int(found[1]), about.kind), found[2], about.text())).decode()

    def _key(self, generation: int, kind: str) -> bytes:
        key = self.keys[generation]
        return hkdf(key, "miti notes 1") if kind == "note" else key


def seal_any(keyring: Keyring, body: str, about: About) -> str:
    """The same for any text, however long or empty: what no page does."""
    key = keyring.keys[keyring.newest]
    key = hkdf(key, "miti notes 1") if about.kind == "note" else key
    return f"1.{keyring.newest}.{encrypt(key, padded(body.encode()), about.text())}"


@dataclass(frozen=True, slots=True)
class Pair:
    private: ec.EllipticCurvePrivateKey

    @classmethod
    def fresh(cls) -> Self:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def name(self) -> str:
        """The public half, as frames carry it."""
        return base64url(
            self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )

    def shared(self, other: str, info: str) -> bytes:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(other))
        return hkdf(self.private.exchange(ec.ECDH(), public), info)


def seal_grant(
    keyring: Keyring, pair: Pair, *, conversation: str, number: int, to: str, random: Random = os.urandom
) -> dict[str, Any]:
    key = pair.shared(to, f"miti grant 1|{conversation}|{number}|{pair.name}|{to}")
    written = json.dumps([[g, base64url(one)] for g, one in keyring.keys.items()], separators=(",", ":"))
    sealed = encrypt(key, written.encode(), "miti grant 1", random)
    return {"key": pair.name, "generation": keyring.newest, "sealed": sealed}


def open_grant(grant: dict[str, Any], pair: Pair, *, conversation: str, number: int) -> Keyring:
    """Raises `ValueError`, `InvalidTag`."""
    key = pair.shared(grant["key"], f"miti grant 1|{conversation}|{number}|{grant['key']}|{pair.name}")
    written = json.loads(decrypt(key, grant["sealed"], "miti grant 1"))
    return Keyring({g: from_base64url(one) for g, one in written})


def seal_stored(key: str, value: Any, random: Random = os.urandom) -> str:
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return encrypt(from_base64url(key), padded(written.encode()), "miti storage 1", random)


def open_stored(key: str, sealed: str) -> Any:
    """Raises `ValueError`, `InvalidTag`."""
    return json.loads(unpadded(decrypt(from_base64url(key), sealed, "miti storage 1")))


_FIXED, _ANY = Keyring({1: sha256(b"tests").digest()}), About("c", "visitor", "a")


@lru_cache(maxsize=100)
def envelope(text: str = "x") -> str:
    """One of the right form, the same for the same text: for tests of the server, to which it is opaque."""
    return _FIXED.seal(text, _ANY, lambda size: sha256(text.encode()).digest()[:size])


def text_of(sealed: str) -> str:
    """The text of such an envelope."""
    return _FIXED.open(sealed, _ANY)
