"""When the certificate of the public address ends: asked of the address itself, by a handshake like any browser's.

Each web process asks for itself and remembers the answer: pages and metrics only read it. The worker cannot ask, it may have no way out.
"""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

PATIENCE_S = 10.0
EVERY_S = 3_600.0
SOON_AGAIN_S = 60.0
"""While nobody answers, or the certificate ends soon: whoever has mended it wants to see it."""
SOON = timedelta(days=14)
LAST_PART = 1 / 4
"""Of a certificate's whole life, where that is less: those that live for hours or days are renewed late."""
HTTPS = 443


@dataclass(frozen=True, slots=True)
class Certificate:
    begins_at: datetime
    ends_at: datetime

    def ends_soon(self, *, now: datetime) -> bool:
        left = self.ends_at - now
        return left < min(SOON, (self.ends_at - self.begins_at) * LAST_PART)


@dataclass(slots=True)
class Answer:
    """The last one to this process."""

    asked: bool = False
    certificate: Certificate | None = None
    """None: the address did not answer, or was not asked yet."""


answer = Answer()


async def ask(host: str, port: int) -> Certificate:
    """The certificate that is served there, valid or not. Raises OSError (a refused handshake and a silent address are some)."""
    context = ssl.create_default_context()
    # What is no longer valid has dates too.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with asyncio.timeout(PATIENCE_S):
        _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        served: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    found = x509.load_der_x509_certificate(served)
    return Certificate(found.not_valid_before_utc, found.not_valid_after_utc)


async def look() -> float:
    """Ask the public address and remember the answer; in how many seconds to ask again."""
    public = urlsplit(settings.PUBLIC_ORIGIN)
    try:
        found = await ask(public.hostname or "", public.port or HTTPS)
    except (OSError, ValueError):
        answer.asked, answer.certificate = True, None
        return SOON_AGAIN_S
    answer.asked, answer.certificate = True, found
    return SOON_AGAIN_S if found.ends_soon(now=datetime.now(UTC)) else EVERY_S


async def watch() -> None:
    """Ask again and again, where there is something to ask."""
    while settings.BEHIND_TLS:
        again_s = await look()
        await asyncio.sleep(again_s)
