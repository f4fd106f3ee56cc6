"""Staff try the chat as a visitor sees it: what they ask is a test, in no figure.

The page of their link leaves a signed cookie in their browser, which only the visitors' sockets receive and which says nothing of whose it
is. It holds for a while, so that a second try is a test as well.
"""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.http.cookie import parse_cookie

COOKIE, PATH = "miti_trial", "/ws/visitor/"
HOLDS_S = 3600
_signer = TimestampSigner(salt="a trial of the chat")


def begin(response: HttpResponse) -> None:
    """What is asked from this browser from now on is a test."""
    response.set_cookie(
        COOKIE,
        _signer.sign("trial"),
        max_age=HOLDS_S,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def is_trial(scope: dict[str, Any]) -> bool:
    """Whether this connection comes from a browser of staff who try it out."""
    for name, value in scope["headers"]:
        if name == b"cookie" and (mark := parse_cookie(value.decode("latin-1")).get(COOKIE)):
            try:
                return _signer.unsign(mark, max_age=HOLDS_S) == "trial"
            except BadSignature:
                return False
    return False
