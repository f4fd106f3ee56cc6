"""Signing in with the account that somebody has at their institution (OpenID Connect).

The institution says who it is. Who that is here, with which role and for which partner, is given here: only an existing account comes in,
and nothing is created, linked or stored, neither what the institution tells nor its tokens.
"""

from http import HTTPStatus
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.discovery import ProviderSession
from partners import accounts
from partners.models import Staff

SIGNING_IN = "login"
PROVIDER_ID = "institution"


class InstitutionAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        # allauth would keep it in the session while the second factor is asked for.
        sociallogin.token = None
        if sociallogin.state.get("process") != SIGNING_IN:
            raise ImmediateHttpResponse(refused(request))
        given = sociallogin.email_addresses
        # Some institutions say "true", or anything that is in a form: only a real yes counts.
        person = account_of(given[0].email) if given and given[0].verified is True else None
        if person is None:
            raise ImmediateHttpResponse(refused(request))
        accounts.address_confirmed(person=person, email=given[0].email)
        sociallogin.user = person

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def get_requests_session(self) -> ProviderSession:
        return ProviderSession()

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> None:
        raise ImmediateHttpResponse(failed(request))


def account_of(email: str) -> Staff | None:
    """The active account that this address signs in to.

    The institution speaks for its own domains only. The address must be the account's: confirmed by a letter, or given by whoever invited
    somebody who never came in yet, and so could not change it.
    """
    if email.rpartition("@")[2].lower() not in settings.ENV.oidc_email_domains:
        return None
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    if (row := confirmed.select_related("user").first()) is not None:
        return row.user  # type: ignore[no-any-return]
    invited = Staff.objects.filter(email__iexact=email, is_active=True, last_login=None)
    return invited.first()


def refused(request: HttpRequest) -> HttpResponse:
    detail = _(
        "No account here has the address that your institution gave. Ask your coordinator to invite this address, or sign in with "
        "your password and confirm the address on your account’s page."
    )
    return _page(request, detail, HTTPStatus.FORBIDDEN)


def failed(request: HttpRequest) -> HttpResponse:
    detail = _("Your institution did not say who you are. Try once more, or sign in with your password.")
    return _page(request, detail, HTTPStatus.FORBIDDEN)


def _page(request: HttpRequest, detail: str, status: HTTPStatus) -> HttpResponse:
    told = {"title": _("You are not signed in"), "detail": detail, "bare": True}
    return render(request, "miti/trouble.html", told, status=status)
