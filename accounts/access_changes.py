"""A changed way into an account ends every other session and every token of it, and is in the audit log.

allauth tells of these changes by signals only; its pages ask for the password before each of them.
"""

from typing import Any

from allauth.account.signals import email_added, email_changed, email_removed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from indicators.api import tokens
from partners import accounts
from partners.models import Staff


def connect() -> None:
    authenticator_added.connect(_factor_added)
    authenticator_removed.connect(_factor_removed)
    authenticator_reset.connect(_codes_made)
    email_added.connect(_email_added)
    email_removed.connect(_email_removed)
    email_changed.connect(_email_changed)


def sign_out_everywhere(person: Staff) -> None:
    """All sessions, this one included, and all tokens."""
    accounts.access_changed(person=person, action="signed_out_everywhere")
    tokens.revoke_all(owner=person)


def _changed(request: HttpRequest, person: Staff, action: str, detail: dict[str, Any] | None = None) -> None:
    accounts.access_changed(person=person, action=action, detail=detail)
    tokens.revoke_all(owner=person)
    # This session goes on, under a new key.
    update_session_auth_hash(request, person)


def _factor_added(*, request: HttpRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    _changed(request, user, "second_factor.added", {"kind": str(authenticator.type)})


def _factor_removed(*, request: HttpRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    _changed(request, user, "second_factor.removed", {"kind": str(authenticator.type)})


def _codes_made(*, request: HttpRequest, user: Staff, **_: Any) -> None:
    _changed(request, user, "second_factor.codes_made")


def _email_added(*, request: HttpRequest, user: Staff, **_: Any) -> None:
    _changed(request, user, "email.added")


def _email_removed(*, request: HttpRequest, user: Staff, **_: Any) -> None:
    _changed(request, user, "email.removed")


def _email_changed(*, request: HttpRequest, user: Staff, **_: Any) -> None:
    _changed(request, user, "email.changed")
