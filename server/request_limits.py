"""How much a browser may send in one request, and what one origin's requests may hold of a process.

Django reads the whole body before a view sees it, and writes a large one to a file.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from server import origins
from server.connection_limit import most_of_one

MOST_BYTES = 1_048_576
"""Four times the largest file that a form accepts; less than what Django keeps in memory."""
MOST_BYTES_TOGETHER = 64 * MOST_BYTES
"""The bodies of all requests that a process has not answered yet. More are refused (503): try again."""
MOST_BYTES_OF_ONE = 4 * MOST_BYTES
"""Of these, the bodies of one origin's requests."""
SMALL_BYTES = 4_096
"""A body of no more is never refused for what others hold: every form for signing in, and nearly every other. Connections bound them."""

WORDS = {
    413: b"This is too large: one megabyte at most.\n",
    503: b"Too many are sending just now. Try again in a moment.\n",
}

Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


class _TooMuch(Exception):
    """The body is larger than the limit."""


class _Busy(Exception):
    """The bodies of all requests together are larger than the limit."""


def bounded(application: Application) -> Application:
    """The same application, which refuses larger requests (413), and those of an origin, or bodies, while it holds too many (503)."""
    held = 0
    held_by, open_of = origins.HeldByOrigin(), origins.HeldByOrigin()

    async def within(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        origin = origins.of_request(scope)
        received = 0

        async def counted() -> Event:
            nonlocal received, held
            event = await receive()
            size = len(event.get("body", b""))
            received += size
            held += size
            of_one = held_by.add(origin, size)
            if received > MOST_BYTES:
                raise _TooMuch
            if size and received > SMALL_BYTES and (held > MOST_BYTES_TOGETHER or of_one > MOST_BYTES_OF_ONE):
                raise _Busy
            return event

        nonlocal held
        if _announced(scope) > MOST_BYTES:
            await _refuse(send, 413)
            return
        try:
            if open_of.add(origin, 1) > most_of_one():
                raise _Busy
            await application(scope, counted, send)
        except _TooMuch:
            # Raised while the body is read: nothing has been answered yet.
            await _refuse(send, 413)
        except _Busy:
            await _refuse(send, 503)
        finally:
            held -= received
            held_by.add(origin, -received)
            open_of.add(origin, -1)

    return within


def _announced(scope: dict[str, Any]) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send, status: int) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"connection", b"close"),
    ]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": WORDS[status]})
