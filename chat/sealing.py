"""What this side encrypts: small values in Redis. What is said is sealed in the browsers, and opened nowhere else (docs/sealed.md).

AES-256-GCM (NIST SP 800-38D), with a key that is made from a secret in a file.
"""

import hmac
import os
from functools import lru_cache
from hashlib import blake2b, sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from partners.keys import key_for

NONCE = 12


def digest_of_token(token: str) -> str:
    """The digest by which stores know a visitor's browser. Keyed: a store, a dead row or a write-ahead log that has it says nothing even to
    somebody who finds the token on the visitor's computer."""
    return hmac.new(_tokens_key(), token.encode(), sha256).hexdigest()


@lru_cache(maxsize=1)
def _tokens_key() -> bytes:
    return key_for("visitors' tokens")


class Vault:
    """Encrypts small values that are kept beside the texts, with a key made from the platform's."""

    __slots__ = ("_digests", "_key")

    def __init__(self) -> None:
        secret = settings.CONTENT_KEY.encode()
        self._key = AESGCM(sha256(b"small things" + secret).digest())
        self._digests = sha256(b"digests" + secret).digest()

    def lock(self, plain: bytes, *, about: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._key.encrypt(nonce, plain, about.encode())

    def unlock(self, sealed: bytes, *, about: str) -> bytes:
        return self._key.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())

    def digest(self, plain: str, *, about: str) -> bytes:
        """A keyed digest that recognises a text which was there before."""
        return blake2b(f"{about} {plain}".encode(), digest_size=16, key=self._digests).digest()
