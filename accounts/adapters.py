"""Signing in and out, by django-allauth: no sign-up, no addresses kept, every sign-in in the audit log."""

import time
from base64 import b64decode, b64encode
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts import client_address, known_browsers, unreadable_factors
from accounts.turns import Turns
from accounts.wrong_passwords import Tries
from chat.sealing import Vault
from indicators.api import tokens
from partners import accounts, letters, second_factor
from partners.models import Staff
from partners.permissions import Action, may

LETTERS_TO_ONE = "password_letter"
"""The limit of letters to one account."""
# So allauth's limit of wrong passwords, which counts those under way, sees one.
_one_at_a_time = Turns()


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong passwords or codes for this account from here. Wait five minutes, or choose a new password with "
            "“Forgotten password”."
        ),
        # One sentence for both: which of the two was wrong is nobody's business, and allauth's French calls an account a "pseudo".
        **dict.fromkeys(
            ("username_password_mismatch", "email_password_mismatch"),
            _("This account name, e-mail or password is not right."),
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The key of allauth's rate limits."""
        return client_address.digest_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What counts as one for allauth's limit of wrong passwords: the account and where they come from."""
        return Tries(request, _account_in(credentials)).pair

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Staff | None:
        tries = Tries(request, _account_in(credentials))
        tries.count()
        _release_database()
        with _one_at_a_time.of(tries.origin):
            person: Staff | None = super().authenticate(request, **credentials)
        if person is not None:
            tries.take_back()
        return person

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_our_address(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _at_our_address(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = {"name": "Miti", "domain": urlsplit(settings.LINK_ORIGIN).netloc}
        send = partial(super().send_mail, template_prefix, email, {"current_site": site} | context)
        # A stranger who asks for a new password is not told: letters go to accounts only, so it would tell which addresses have one.
        if not letters.was_sent(send) and self.request.user.is_authenticated:
            messages.error(self.request, letters.NOT_SENT)

    def send_password_reset_mail(self, user: Staff, email: str, context: dict[str, Any]) -> None:
        """None above the hour's share, and nobody is told: the letters are in the mailbox, and a stranger may have asked for them."""
        if ratelimit.consume(context["request"], action=LETTERS_TO_ONE, key=str(user.pk)):
            super().send_password_reset_mail(user, email, context)

    def is_reauthentication_required(self, *, app: str | None = None) -> bool:
        """Do not ask for the password again right after it was given."""
        given = get_authentication_records(self.request, self.request.user)
        if given and time.time() - given[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        if settings.ENV.oidc_url and not get_reauthentication_flows(self.request.user):
            # Somebody without a password and a second factor: allauth would ask for nothing. Their institution says again who they are.
            again = f"{reverse('accounts:institution')}?{urlencode({'next': self.request.get_full_path()})}"
            raise ImmediateHttpResponse(redirect(again))
        return True

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return landing_page(request.user) if isinstance(request.user, Staff) else reverse("home")

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        super().logout(request)
        if isinstance(person, Staff):
            accounts.signed_out(person=person)

    def set_password(self, user: Staff, password: str) -> None:
        super().set_password(user, password)
        accounts.password_changed(person=user)
        tokens.revoke_all(owner=user)

    def post_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        accounts.signed_in(person=user)
        known_browsers.remember(response, user)
        return response


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Encrypts the secrets of second factors: neither the database nor a backup reveals them by itself."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to our name, which no request chooses."""
        ours: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {"id": urlsplit(settings.PUBLIC_ORIGIN).hostname or ours["id"], "name": "Miti"}

    def is_mfa_enabled(self, user: Staff | AnonymousUser, types: list[str] | None = None) -> bool:
        if not isinstance(user, Staff):
            return False
        kinds = {factor.type for factor in unreadable_factors.readable(user, self.decrypt)}
        return bool(kinds if types is None else kinds.intersection(types))

    def encrypt(self, text: str) -> str:
        return b64encode(Vault().lock(text.encode(), about="second factor")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Vault().unlock(b64decode(encrypted_text), about="second factor").decode()


def _at_our_address(url: str) -> str:
    """The same page under the address that the settings give, whatever Host the request named."""
    ours = urlsplit(settings.LINK_ORIGIN)
    return urlunsplit(urlsplit(url)._replace(scheme=ours.scheme, netloc=ours.netloc))


def _release_database() -> None:
    """Who waits for their turn holds no connection: PostgreSQL has a hundred for everybody."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


def _account_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def landing_page(person: Staff) -> str:
    """The page where this person works, or the page to set up the second factor if it is still missing."""
    if second_factor.is_missing(person):
        return reverse("mfa_activate_totp")
    for action, page in (
        (Action.COUNSEL, "counsellor_console:console"),
        (Action.COORDINATE, "coordination:home"),
        (Action.READ_FIGURES, "indicators:dashboard"),
        (Action.ADMINISTER, "admin:index"),
    ):
        if may(person, action):
            return reverse(page)
    return reverse("home")
