"""Bodies are UTF-8: another encoding is refused before Django reads the request.

Django obeys every `charset` that Python knows. For names of what is no text, such as `hex`, or that cannot replace what they do not know,
it fails outside of all its error handling; and with any `charset` it reads the query there, whose faults it then cannot answer.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[..., Awaitable[None]]

_UTF_8 = re.compile(rb';\s*charset\s*=\s*"?utf-?8"?\s*(?=;|$)', re.IGNORECASE)


def in_utf_8(application: Application) -> Application:
    """The same application, which never sees a `charset` and refuses every other than UTF-8 (415)."""

    async def plain(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = [
            (name, _UTF_8.sub(b"", value) if name == b"content-type" else value)
            for name, value in scope["headers"]
        ]
        if any(name == b"content-type" and b"charset" in value.lower() for name, value in headers):
            await _refuse(send)
            return
        await application({**scope, "headers": headers}, receive, send)

    return plain


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 415, "headers": headers})
    await send({"type": "http.response.body", "body": b"Send UTF-8, please.\n"})
