"""How much a browser may send in one request. Django reads all of it before it looks at the first byte, and what is large into a file."""

from collections.abc import Awaitable, Callable
from typing import Any

MOST_BYTES = 1_048_576
"""Four times the largest file that anybody has a form for; less than what Django keeps in memory."""

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


class _TooMuch(Exception):
    """More has come than may."""


def bounded(application: Application) -> Application:
    """The same, for requests of at most so many bytes; others are refused (413)."""

    async def within(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        come = 0

        async def counted() -> Event:
            nonlocal come
            event = await receive()
            come += len(event.get("body", b""))
            if come > MOST_BYTES:
                raise _TooMuch
            return event

        if _announced(scope) > MOST_BYTES:
            await _refuse(send)
            return
        try:
            await application(scope, counted, send)
        except _TooMuch:
            # It comes while the body is read: nothing has been answered yet.
            await _refuse(send)

    return within


def _announced(scope: dict[str, Any]) -> int:
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(told) if told.isdigit() else 0


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"This is too large: one megabyte at most.\n"})
