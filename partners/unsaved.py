"""What was typed into a form that could not be taken: the session had ended, or the form was out of date.

The cache keeps it in memory for an hour, encrypted under a key that only the browser has: a short cookie for the form's page alone. A
long header would be refused by proxies, and what was typed with it. An account has a few places, the oldest of which gives way, and
only a form that was made for an account is kept: a stranger who sends forms costs nothing. It comes back to that account, and to no
other that signs in on the same browser.
"""

import json
import os
import re
import secrets
import zlib
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from redis.exceptions import RedisError

from partners.keys import key_for

COOKIE = "miti_unsaved"
KEPT_S = 3600
PLACES = 4
"""Of an account at once."""
LARGEST = 128 * 1024
"""Of what is kept of one form, compressed and encrypted."""
NONCE = 12
TOKEN_BYTES = 24
COOKIE_SHAPE = re.compile(r"(?P<place>[0-9])\.(?P<token>[\w-]{32})", re.ASCII)
LONG = 100
"""Of a text that is worth copying, in letters."""
AUTHOR = "form_author"
"""The hidden field of every form that says for which account it was made."""
NOT_KEPT = ("csrfmiddlewaretoken", "password", AUTHOR)


@dataclass(frozen=True, slots=True)
class Unsaved:
    """`to` is the path to which `typed` was sent."""

    to: str
    typed: QueryDict


@lru_cache(maxsize=1_000)
def signed_author(person: int) -> str:
    """The account's key as a form carries it."""
    return Signer(salt=AUTHOR).sign(str(person))


def author_of(request: HttpRequest) -> int | None:
    """The account for which the form that was sent was made; None: no form of ours, or made for nobody."""
    with suppress(BadSignature):
        return int(Signer(salt=AUTHOR).unsign(request.POST.get(AUTHOR, "")))
    return None


def is_anothers(request: HttpRequest) -> bool:
    """Was the form made for another account than the one that is signed in now, or for nobody?"""
    author = author_of(request)
    return author is None or (request.user.is_authenticated and request.user.pk != author)


def words_of(request: HttpRequest) -> list[str]:
    """The texts of several words that were typed into a form of ours, in their order: for a page that says why it could not be taken.
    None of another account's form; while the database is away nobody knows whose it is, and its sender gets them back."""
    if request.method != "POST":
        return []
    # What was sent may be no form at all.
    with suppress(SuspiciousOperation, MultiPartParserError, OSError):
        if author_of(request) is None:
            return []
        with suppress(DatabaseError):
            if hasattr(request, "user") and is_anothers(request):
                return []
        names = [name for name in request.POST if name not in NOT_KEPT and "password" not in name]
        return [text for name in names for text in request.POST.getlist(name) if len(text.split()) > 1]
    return []


def page_of_form(request: HttpRequest) -> str | None:
    """The page on this site that showed the form which was sent; None: another site's, or unknown."""
    form = urlsplit(request.headers.get("Referer", ""))
    # A proxy may pass the host without its port.
    here = {request.get_host(), urlsplit(settings.PUBLIC_ORIGIN).netloc}
    if not form.netloc or form.netloc not in here or not form.path.startswith("/"):
        return None
    return f"{form.path}?{form.query}" if form.query else form.path


def keep(response: HttpResponse, request: HttpRequest, *, back: str) -> HttpResponse:
    """The response, by which the browser gets the key of what it sent, for the page that showed the form. What cannot be kept is
    shown instead, to be copied; `back` is the address to go on from there. A file is not kept, nor what another account typed.
    """
    page = page_of_form(request)
    follows_typing = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    if request.method != "POST" or page is None or is_anothers(request) or follows_typing:
        # Who types has the form still.
        return response
    typed = request.POST.copy()
    for name in NOT_KEPT:
        typed.pop(name, None)
    plain = json.dumps([request.path, typed.urlencode()]).encode()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    nonce = os.urandom(NONCE)
    sealed = nonce + _key(token).encrypt(nonce, zlib.compress(plain), None)
    place = _store(author_of(request), b64encode(sealed).decode())
    if place is None:
        return _to_copy(request, typed, back)
    response.set_cookie(
        COOKIE,
        f"{place}.{token}",
        max_age=KEPT_S,
        path=urlsplit(page).path,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _store(author: int | None, sealed: str) -> int | None:
    """The place that has it now; None: it is too large, or the store takes nothing."""
    if len(sealed) > LARGEST:
        return None
    count = f"unsaved-forms:{author}"
    with suppress(RedisError, OSError, ValueError):
        cache.add(count, 0, timeout=2 * KEPT_S)
        place = int(cache.incr(count)) % PLACES
        cache.set(_name(author, place), sealed, timeout=KEPT_S)
        return place
    return None


def _name(author: int | None, place: int) -> str:
    return f"unsaved-form:{author}:{place}"


def _key(token: str) -> AESGCM:
    return AESGCM(key_for("unsaved forms", token.encode()))


def _to_copy(request: HttpRequest, typed: QueryDict, back: str) -> HttpResponse:
    texts = [text for name in typed for text in typed.getlist(name) if len(text) >= LONG]
    told = {"texts": texts, "back": back, "bare": not request.user.is_authenticated}
    answer = render(request, "partners/unsaved.html", told, status=HTTPStatus.CONFLICT)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def kept(request: HttpRequest) -> Unsaved | None:
    """What this account typed into the form of the page, as the browser's cookie opens it."""
    found = COOKIE_SHAPE.fullmatch(request.COOKIES.get(COOKIE, ""))
    if found is None or not request.user.is_authenticated:
        return None
    try:
        sealed = b64decode(cache.get(_name(request.user.pk, int(found["place"])), ""))
        plain = _key(found["token"]).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        to, typed = json.loads(zlib.decompress(plain))
    except (RedisError, OSError, ValueError, InvalidTag, zlib.error):
        # It has ended, another form has its place, or it is of another account.
        return None
    return Unsaved(to, QueryDict(typed))


def forget(response: HttpResponseBase, request: HttpRequest) -> None:
    """The page has shown it, or it is not for whoever sees the page: without the browser's key nobody reads it any more."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=request.path, samesite="Lax")
