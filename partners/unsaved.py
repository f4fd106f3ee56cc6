"""What was typed into a form that could not be taken: the session had ended, or the form was out of date.

The browser keeps it, encrypted, in cookies for the form's page alone, for an hour; nothing of it is stored here, so a stranger who sends
forms costs nothing. It comes back to the account for which the form was made, and to no other that signs in on the same browser.
"""

import json
import os
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render

from partners.keys import key_for

COOKIE = "miti_unsaved_"
KEPT_S = 3600
PART = 3_500
MOST_PARTS = 6
NONCE = 12
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


def page_of_form(request: HttpRequest) -> str | None:
    """The page on this site that showed the form which was sent; None: another site's, or unknown."""
    form = urlsplit(request.headers.get("Referer", ""))
    if form.netloc != request.get_host() or not form.path.startswith("/"):
        return None
    return f"{form.path}?{form.query}" if form.query else form.path


def keep(response: HttpResponse, request: HttpRequest, *, back: str) -> HttpResponse:
    """The response, by which the browser gets what it sent, for the page that showed the form. A text that is too long for that is
    shown instead, to be copied; `back` is the address to go on from there. A file is not kept, nor what another account typed.
    """
    page = page_of_form(request)
    if request.method != "POST" or page is None or is_anothers(request):
        return response
    typed = request.POST.copy()
    for name in NOT_KEPT:
        typed.pop(name, None)
    nonce = os.urandom(NONCE)
    plain = json.dumps([author_of(request), int(time.time()), request.path, typed.urlencode()]).encode()
    sealed = nonce + AESGCM(key_for("unsaved forms")).encrypt(nonce, zlib.compress(plain), None)
    text = urlsafe_b64encode(sealed).decode()
    parts = [text[at : at + PART] for at in range(0, len(text), PART)]
    if len(parts) > MOST_PARTS:
        return _to_copy(request, typed, back)
    for number, part in enumerate([*parts, ""]):
        _set(response, request, number, part, urlsplit(page).path)
    return response


def _to_copy(request: HttpRequest, typed: QueryDict, back: str) -> HttpResponse:
    texts = [text for name in typed for text in typed.getlist(name) if len(text) >= LONG]
    told = {"texts": texts, "back": back, "bare": not request.user.is_authenticated}
    answer = render(request, "partners/unsaved.html", told, status=HTTPStatus.CONFLICT)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _set(response: HttpResponseBase, request: HttpRequest, number: int, part: str, path: str) -> None:
    response.set_cookie(
        f"{COOKIE}{number}",
        part,
        max_age=KEPT_S if part else 0,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def kept(request: HttpRequest) -> Unsaved | None:
    """What the browser gives back on the form's page, if this account typed it."""
    parts = [request.COOKIES.get(f"{COOKIE}{number}", "") for number in range(MOST_PARTS)]
    text = "".join(parts[: parts.index("")] if "" in parts else parts)
    if not text:
        return None
    try:
        sealed = urlsafe_b64decode(text)
        plain = AESGCM(key_for("unsaved forms")).decrypt(sealed[:NONCE], sealed[NONCE:], None)
        author, at, to, typed = json.loads(zlib.decompress(plain))
    except (ValueError, InvalidTag, zlib.error):
        return None
    if author != request.user.pk or time.time() - at > KEPT_S:
        return None
    return Unsaved(to, QueryDict(typed))


def forget(response: HttpResponseBase, request: HttpRequest) -> None:
    """The page has shown it, or it is not for whoever sees the page."""
    for number in range(MOST_PARTS):
        if f"{COOKIE}{number}" in request.COOKIES:
            response.delete_cookie(f"{COOKIE}{number}", path=request.path, samesite="Lax")
