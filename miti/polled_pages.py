"""Answers what open pages ask for every few seconds in one thread, with Django's whole middleware.

Django's own way hands each middleware and the view to a thread of the request's own, which is made for it and opens a connection to the
database; that costs more than what is answered. Here a few threads stay, each with its connection, and one of them does all of a request.
Whatever is read anew for each of its readers stays with Django's way: a slow page must not hold the threads that these share.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import Any

from asgiref.sync import sync_to_async
from django.core import signals
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import reverse, set_script_prefix

from server.request_limits import Application, Receive, Send

Scope = dict[str, Any]

POLLED = ("coordination:board-now", "coordination:board-wall")
THREADS = 2
READ = {"GET", "HEAD"}


class OneThreadHandler(BaseHandler):
    """Django's middleware and views without a step through the event loop between them."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)

    def answer(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Status, headers and body. Called in a thread that stays."""
        set_script_prefix(scope.get("root_path", "") or "/")
        # What Django does with connections before and after a request is for the thread that sends this.
        signals.request_started.send(sender=self.__class__, scope=scope)
        response = self.get_response(ASGIRequest(scope, BytesIO()))
        try:
            return response.status_code, _headers(response), response.getvalue()
        finally:
            response.close()


class PolledPages:
    """An ASGI application for HTTP in front of Django's."""

    def __init__(self, django: Application) -> None:
        self._django = django
        # By this, what the stores answer is awaited on the event loop that they belong to.
        self._answer = sync_to_async(
            OneThreadHandler().answer,
            thread_sensitive=False,
            executor=ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="polled"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in _paths() or scope["method"] not in READ:
            await self._django(scope, receive, send)
            return
        status, headers, body = await self._answer(scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@cache
def _paths() -> frozenset[str]:
    return frozenset(map(reverse, POLLED))


def _headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    named = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", one.output(header="").strip().encode("ascii")) for one in response.cookies.values()
    ]
    return named + cookies
