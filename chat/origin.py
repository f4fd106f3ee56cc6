"""May this page open a socket here? Scheme, host and port must all be ours: other checks compare hosts only."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

SCHEMES = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


def own_origin(scope: dict[str, Any]) -> str:
    """The origin of our own pages, as the browser writes it."""
    if settings.ENV.public_url:
        whole = urlsplit(settings.ENV.public_url)
        return f"{whole.scheme}://{whole.netloc}".lower()
    host = _header(scope, b"host")
    return f"{SCHEMES.get(scope.get('scheme', 'ws'), 'http')}://{host}".lower()


def is_own(scope: dict[str, Any]) -> bool:
    """False where the Origin is missing, `null`, foreign, or the Host is not one we serve."""
    given = _header(scope, b"origin").lower()
    return bool(urlsplit(given).hostname) and given == own_origin(scope) and _is_served(given)


def _is_served(origin: str) -> bool:
    if settings.ENV.public_url:
        return True
    host = urlsplit(origin).hostname or ""
    allowed = [one.strip("[]").lower() for one in settings.ALLOWED_HOSTS]
    return "*" in allowed or any(
        host == one or (one.startswith(".") and (host == one[1:] or host.endswith(one))) for one in allowed
    )


def _header(scope: dict[str, Any], name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""
