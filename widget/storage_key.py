"""The key under which a visitor's browser stores what must outlive a reload: the browser has the text and no lasting key, this side the key
and never the text."""

import secrets
import time
from base64 import urlsafe_b64encode

from django.conf import settings

from chat import runtime
from partners import clock

KEY_BYTES = 32
BEFORE_ASKING_S = 300
RENEWED_EVERY_S = 60


class StorageKey:
    """Belongs to one socket."""

    __slots__ = ("_key", "_renewed_at", "_token_hash")

    def __init__(self) -> None:
        self._token_hash = ""
        self._key = b""
        self._renewed_at = 0.0

    async def of(self, token_hash: str) -> str:
        """In base64url. Raises `Unreachable`."""
        self._token_hash = token_hash
        self._key = await self._kept(self._key or secrets.token_bytes(KEY_BYTES))
        return urlsafe_b64encode(self._key).decode().rstrip("=")

    async def renew(self) -> None:
        """The visitor is still there. Where the store's memory was lost, it gets the same key again."""
        if self._key and time.monotonic() - self._renewed_at > RENEWED_EVERY_S:
            await self._kept(self._key)

    def forget(self) -> None:
        """The conversation has ended."""
        self._key = b""

    async def _kept(self, key: bytes) -> bytes:
        self._renewed_at = time.monotonic()
        grace_s = max(settings.ENV.visitor_active_grace_s, settings.ENV.visitor_waiting_grace_s)
        return await runtime.volatile().storage_key(
            self._token_hash,
            key,
            now=clock.seconds(),
            for_s=max(BEFORE_ASKING_S, grace_s + RENEWED_EVERY_S),
        )
