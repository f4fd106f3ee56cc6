"""The sessions of staff, in the database: it holds a digest of each key, and ciphertext. A copy of it opens nothing.

The key itself is in the browser's cookie only. What a session holds is encrypted too: allauth keeps there what somebody is just setting up
or sending.
"""

import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from asgiref.sync import sync_to_async
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction

from partners import clock
from partners.prepared_query import PreparedQuery

COLUMN = 40
"""Characters of Django's column: 160 bits of the digest."""
NONCE = 12
BEGAN = "_began"
"""When the person signed in, in seconds, beside what else the session holds."""
BEGUN = "socialaccount_states"
"""Where allauth keeps that somebody went to their institution to sign in."""
BEGUN_S = 600
"""So long may they take there. Anybody begins, without an account: what holds nothing else is no session yet."""
ACTS = "undo"
"""Where a session holds a list to which requests that run at once each add, and from which they take."""
RENEWALS = 10
"""So often is the end of a used session moved in one idle time; each is a write."""


def digest_of(key: str) -> str:
    """What the database knows of a session's key. The key is 32 random characters: a slow hash would protect nothing more."""
    return hashlib.sha256(key.encode()).hexdigest()[:COLUMN]


def contents(row: Session) -> dict[str, Any]:
    """What a session holds; nothing when it was written under another secret key."""
    return SessionStore().decode(row.session_data)


def valid(digests: Iterable[str]) -> dict[str, Session]:
    """Of these sessions those that have not ended, by digest."""
    return {key: Session(key, data, ends) for key, data, ends in _unended.rows(clock.now(), list(digests))}


_unended = PreparedQuery(
    lambda now, digests: Session.objects.filter(expire_date__gt=now, pk__in=digests).values_list(
        "session_key", "session_data", "expire_date"
    )
)


def ends_at(held: dict[str, Any], *, now: datetime) -> datetime:
    """When a session that was used now ends: some time without use, or some hours after signing in."""
    if held.keys() == {BEGAN, BEGUN}:
        return now + timedelta(seconds=min(BEGUN_S, settings.SESSION_IDLE_S))
    began = datetime.fromtimestamp(held.get(BEGAN, now.timestamp()), UTC)
    longest = began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(longest, now + timedelta(seconds=settings.SESSION_IDLE_S))


def renew(session: SessionBase) -> None:
    """Somebody uses this session."""
    if isinstance(session, SessionStore) and session.row is not None:
        renew_rows([session.row])


def renew_rows(rows: Iterable[Session]) -> None:
    now = clock.now()
    grain = timedelta(seconds=settings.SESSION_IDLE_S / RENEWALS)
    for row in rows:
        if row.expire_date - now > timedelta(seconds=settings.SESSION_IDLE_S) - grain:
            continue
        ends = ends_at(contents(row), now=now)
        if ends - row.expire_date >= grain:
            # One that ended meanwhile stays ended.
            # A database that takes nothing now, such as a read-only one, still shows pages until the session ends.
            with suppress(DatabaseError):
                Session.objects.filter(pk=row.pk, expire_date__gt=now).update(expire_date=ends)


def merged(loaded: list[Any], mine: list[Any], stored: list[Any]) -> list[Any]:
    """What a request that read `loaded` and made it `mine` adds and takes, done to what other requests have stored meanwhile."""
    new = [one for one in mine if one not in loaded and one not in stored]
    taken = [one for one in loaded if one not in mine]
    return [*new, *(one for one in stored if one not in taken)]


class SessionStore(db.SessionStore):
    row: Session | None = None
    """As it was loaded."""

    def save(self, must_create: bool = False) -> None:
        if must_create or self.row is None or self.session_key is None:
            super().save(must_create)
            return
        # Django's own writes all that this request read, and so drops what another one has added since.
        with transaction.atomic():
            digest = digest_of(self.session_key)
            if (stored := Session.objects.select_for_update().filter(pk=digest).first()) is not None:
                lists = [contents(self.row).get(ACTS, []), self.get(ACTS, []), contents(stored).get(ACTS, [])]
                if any(lists):
                    self[ACTS] = merged(*lists)
            super().save(must_create)

    def encode(self, session_dict: dict[str, Any]) -> str:
        nonce = os.urandom(NONCE)
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        return b64encode(nonce + _key(settings.SECRET_KEY).encrypt(nonce, plain, None)).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        try:
            sealed = b64decode(session_data, validate=True)
            found: dict[str, Any] = json.loads(
                _key(settings.SECRET_KEY).decrypt(sealed[:NONCE], sealed[NONCE:], None)
            )
        except (ValueError, InvalidTag):
            # Of another secret key, or damaged: whoever has it signs in again.
            return {}
        return found

    def load(self) -> dict[str, Any]:
        digest = digest_of(self.session_key or "")
        self.row = valid([digest]).get(digest)
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=digest_of(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = clock.now()
        data.setdefault(BEGAN, now.timestamp())
        return Session(
            session_key=digest_of(str(self.session_key)),
            session_data=self.encode(data),
            expire_date=ends_at(data, now=now),
        )

    def cycle_key(self) -> None:
        """Somebody signed in, or has just given the password: their time begins."""
        super().cycle_key()
        self[BEGAN] = clock.now().timestamp()

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(pk=digest_of(key)).delete()

    # The same for who asks without waiting in a thread.

    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def asave(self, must_create: bool = False) -> None:
        await sync_to_async(self.save)(must_create)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)


@lru_cache(maxsize=2)
def _key(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"sessions" + secret.encode()).digest())
