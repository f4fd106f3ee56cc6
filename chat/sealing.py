"""The keys of transcripts, and what is encrypted with them.

Each conversation has a key of its own. The live row keeps it, wrapped by the platform's key, which is in a file outside the database:
neither the database nor the transcript store is enough to open a text. AES-256-GCM (NIST SP 800-38D) for both.
"""

import hmac
import os
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b, sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from partners.keys import key_for

NONCE, NAME, DRAFT_KEY = 12, 15, 32


@lru_cache(maxsize=1)
def _platform_key() -> AESGCM:
    return AESGCM(sha256(settings.CONTENT_KEY.encode()).digest())


@lru_cache(maxsize=1)
def _names_key() -> bytes:
    return sha256(b"names" + settings.CONTENT_KEY.encode()).digest()


def pseudonym(name: str) -> str:
    """The same pseudonym for the same name; it reveals nothing of the name."""
    return urlsafe_b64encode(blake2b(name.encode(), digest_size=NAME, key=_names_key()).digest()).decode()


def digest_of_token(token: str) -> str:
    """The digest by which stores know a visitor's browser. Keyed: a store, a dead row or a write-ahead log that has it says nothing even to
    somebody who finds the token on the visitor's computer."""
    return hmac.new(_tokens_key(), token.encode(), sha256).hexdigest()


@lru_cache(maxsize=1)
def _tokens_key() -> bytes:
    return key_for("visitors' tokens")


def new_key(conversation: str) -> bytes:
    """A fresh content key, wrapped for the live row of this conversation."""
    nonce = os.urandom(NONCE)
    return nonce + _platform_key().encrypt(nonce, AESGCM.generate_key(256), conversation.encode())


class Cipher:
    """Seals and opens the texts of one conversation. Holds its key; its `repr` does not."""

    __slots__ = ("_about", "_key", "draft_key")

    def __init__(self, conversation: str, wrapped: bytes) -> None:
        self._about = conversation.encode()
        key = _platform_key().decrypt(wrapped[:NONCE], wrapped[NONCE:], self._about)
        self._key = AESGCM(key)
        self.draft_key = urlsafe_b64encode(
            blake2b(key=key, digest_size=DRAFT_KEY, person=b"drafts").digest()
        ).decode()
        """Only for the visitor's own browser: it keeps under this key what is typed and not sent. Gone with the live row."""

    def seal(self, text: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._key.encrypt(nonce, text.encode(), self._about)

    def open(self, sealed: bytes) -> str:
        return self._key.decrypt(sealed[:NONCE], sealed[NONCE:], self._about).decode()

    def __repr__(self) -> str:
        return "Cipher(…)"


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
