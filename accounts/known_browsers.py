"""Browsers from which somebody has signed in before: what others do at the same address does not keep them out.

The cookie tells nothing: a number of the browser, and a keyed digest of the account.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from partners.models import Staff

COOKIE = "miti_known"
SALT = "accounts.known_browsers"
KEPT_S = 180 * 24 * 3600


def remember(response: HttpResponse, person: Staff) -> None:
    value = signing.dumps([secrets.token_hex(8), _digest(person)], salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=KEPT_S,
        path="/accounts/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def number_of(request: HttpRequest, account: str) -> str:
    """The number of this browser if the account of this name or e-mail signed in with it before, else nothing."""
    try:
        number, digest = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    named = Staff.objects.filter(Q(username__iexact=account) | Q(email__iexact=account))
    return str(number) if any(constant_time_compare(digest, _digest(person)) for person in named[:5]) else ""


def _digest(person: Staff) -> str:
    return salted_hmac(SALT, str(person.pk), algorithm="sha256").hexdigest()
