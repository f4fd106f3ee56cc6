"""Whether somebody may open a console, and whether they still may."""

import time
from collections.abc import Collection

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from chat import database
from chat.shared_query import SharedQuery
from partners import sessions
from partners.models import Staff
from partners.permissions import Action, may
from partners.prepared_query import PreparedQuery
from routing_rules.models import Counsellor

SignedIn = tuple[int, str]
"""An account, and the digest of a session that it signed in to."""


def counsellor_of(user: Staff | AnonymousUser) -> tuple[int, int, str] | None:
    """The counsellor's id, the account's id and the first name; None for somebody who may not counsel."""
    if not may(user, Action.COUNSEL):
        return None
    person = Counsellor.objects.filter(staff=user).first()
    return None if person is None else (person.pk, user.pk, str(user))


COLUMNS = [column.attname for column in Staff._meta.concrete_fields]
_accounts = PreparedQuery(lambda keys: Staff.objects.filter(pk__in=keys).order_by().values_list(*COLUMNS))


def _find_valid(asked: Collection[SignedIn]) -> set[SignedIn]:
    rows = _accounts.rows({staff for staff, _ in asked})
    people = {person.pk: person for person in (Staff.from_db(None, COLUMNS, row) for row in rows)}
    kept = sessions.valid({session for _, session in asked})
    found = {
        (staff, session)
        for staff, session in asked
        if staff in people and session in kept and _belongs_to(kept[session], people[staff])
    }
    # Whoever has a console open is at work.
    sessions.renew_rows(kept[session] for _, session in found)
    return found


def _belongs_to(session: Session, person: Staff) -> bool:
    # A session that began with an older password is over, though its row may still be there.
    begun_with = sessions.contents(session).get(HASH_SESSION_KEY, "")
    return may(person, Action.COUNSEL) and constant_time_compare(begun_with, person.get_session_auth_hash())


_valid = SharedQuery(database.in_thread(_find_valid))


ASKED_EVERY_S = 5.0


class Stay:
    """Whether one console may stay: asked when something was done there or told about rights, else some seconds after the last time."""

    __slots__ = ("_ask_at",)

    def __init__(self) -> None:
        self._ask_at = 0.0

    def ask_again(self) -> None:
        self._ask_at = 0.0

    async def is_granted(self, staff: int, session: str) -> bool:
        now = time.monotonic()
        if now < self._ask_at:
            return True
        self._ask_at = now + ASKED_EVERY_S
        if await may_stay(staff, session):
            return True
        self._ask_at = 0.0
        return False


async def may_stay(staff: int, session: str) -> bool:
    """Whether this session is still signed in and this account still a counsellor's."""
    return (staff, session) in await _valid.now((staff, session))
