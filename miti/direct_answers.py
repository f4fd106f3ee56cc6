"""Answers a site's status and the visitor's page before Django's middleware, which costs ten times what they do.

They are asked at every page view of every partner, and depend on nobody's session, language or form. The headers are those that the same
middleware gives to every answer. What is not plain (another method, a foreign host, an unknown site, a fault) goes on to Django.
"""

import asyncio
import re
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.security import SecurityMiddleware

from chat.services import site_status
from miti.middleware import dress
from operations import metrics
from partners import clock
from routing_rules.languages import LANGUAGES
from server.request_limits import Application, Receive, Send
from widget import views

Scope = dict[str, Any]
Headers = list[tuple[bytes, bytes]]

_PATH = re.compile(r"/widget/([-a-zA-Z0-9_]+)/(status)?")
_NO_KEY = re.compile(r"/.*/status", re.DOTALL)
"""What loaders ask where a page gives no key as its site: "mon site", "../demo/". Its script must be able to read that it is unknown."""
READ = {"GET", "HEAD"}
ALLOWED = "GET, HEAD, OPTIONS"
DAY_S = 86_400
ANSWER_S = 5.0
"""The longest that a status waits for the database."""


class DirectAnswers:
    """An ASGI application for HTTP in front of Django's."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self._status_headers: dict[bool, Headers] = {}
        """Those that are the same for every status; by whether the browser came by TLS."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"])
        if not _is_for_us(scope):
            await self._django(scope, receive, send)
        elif found is None:
            if scope["method"] in READ and _NO_KEY.fullmatch(scope["path"]):
                await self._no_site(scope, send)
            else:
                await self._django(scope, receive, send)
        elif found[2]:
            await self._status(found[1], scope, receive, send)
        else:
            await self._page(found[1], scope, receive, send)

    async def _status(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        common = self._headers_of_status(_is_secure(scope))
        if method not in READ:
            await _send(send, scope, *_other_method(method), common)
            return
        try:
            async with asyncio.timeout(ANSWER_S):
                found = await _status(key, scope)
        except Http404:
            await self._no_site(scope, send)
            return
        except (TimeoutError, OperationalError):
            # Django would only ask the database once more.
            headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
            await _send(send, scope, 503, b"The database does not answer.\n", headers, common)
            return
        except Exception:
            # Django's handler logs it, and answers with the page for faults.
            await self._django(scope, receive, send)
            return
        if found["ETag"] in _header(scope, b"if-none-match"):
            await _send(send, scope, 304, b"", _own(found, b"etag", b"cache-control"), common)
        else:
            own = _own(found, b"etag", b"cache-control", b"content-type")
            await _send(send, scope, 200, found.content, own, common)

    async def _no_site(self, scope: Scope, send: Send) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        common = self._headers_of_status(_is_secure(scope))
        await _send(send, scope, 404, b"There is no such site.\n", headers, common)

    async def _page(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in READ:
            await self._django(scope, receive, send)
            return
        request = ASGIRequest(scope, BytesIO())
        try:
            response = await views.frame(request, key)
        except Exception:
            await self._django(scope, receive, send)
            return
        await _send(send, scope, response.status_code, response.content, _headers(dressed(request, response)))

    def _headers_of_status(self, secure: bool) -> Headers:
        if secure not in self._status_headers:
            request = HttpRequest()
            request.META = {"wsgi.url_scheme": "https" if secure else "http"}
            request.path_info = "/"
            if settings.SECURE_PROXY_SSL_HEADER and secure:
                request.META[settings.SECURE_PROXY_SSL_HEADER[0]] = settings.SECURE_PROXY_SSL_HEADER[1]
            response = views.for_other_sites(HttpResponse())
            del response["Content-Type"]
            self._status_headers[secure] = _headers(dressed(request, response))
        return self._status_headers[secure]


async def _status(key: str, scope: Scope) -> HttpResponse:
    """What the view answers, asked once for all who want the same within a second. Raises `Http404`."""
    standing = await site_status.standing()
    wanted = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1][:2].lower()
    made = "answered", key, wanted if wanted in LANGUAGES else "", int(clock.seconds())
    found: HttpResponse | None = standing.made.get(made)
    if found is None:
        found = standing.made[made] = await views.status(ASGIRequest(scope, BytesIO()), key)
    return found


def _other_method(method: str) -> tuple[int, bytes, Headers]:
    allow = (b"allow", ALLOWED.encode())
    if method == "OPTIONS":
        asked = [(b"access-control-allow-methods", b"GET, HEAD"), (b"access-control-max-age", b"%d" % DAY_S)]
        return 204, b"", [allow, *asked]
    return 405, b"", [allow]


def dressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response with the headers that the middleware gives to every one."""
    CSPMiddleware(_nothing).process_response(request, response)
    dress(response)
    SecurityMiddleware(_nothing).process_response(request, response)
    return response


def _nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _headers(response: HttpResponse) -> Headers:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]


def _own(response: HttpResponse, *names: bytes) -> Headers:
    """Those headers of the response that not every status has."""
    return [each for each in _headers(response) if each[0] in names]


def _is_for_us(scope: Scope) -> bool:
    """Whether the request names one of our hosts. Others are Django's to refuse."""
    host, _port = split_domain_port(_header(scope, b"host"))
    return bool(host) and validate_host(host, settings.ALLOWED_HOSTS)


def _is_secure(scope: Scope) -> bool:
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return bool(scope["scheme"] == "https")
    name, value = settings.SECURE_PROXY_SSL_HEADER
    given = _header(scope, name.removeprefix("HTTP_").replace("_", "-").lower().encode())
    return given.split(",")[0].strip() == value


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return bytes(value).decode("latin-1")
    return ""


async def _send(send: Send, scope: Scope, status: int, body: bytes, *headers: Headers) -> None:
    metrics.answered(status)
    every = [each for some in headers for each in some]
    if status not in {204, 304}:
        every.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": every})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
