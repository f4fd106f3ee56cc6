"""Where a request comes from, as the salted digest that visitors' limits use too: equal in every process, forgotten every day."""

from asgiref.sync import async_to_sync
from django.http import HttpRequest

from chat import addresses, runtime
from partners import clock


def digest_of(request: HttpRequest) -> str:
    forwarded = request.headers.get("X-Forwarded-For", "")
    return keyed(addresses.outermost(peer=request.META.get("REMOTE_ADDR", ""), forwarded=forwarded))


def keyed(text: str) -> str:
    """The digest of any text under the day's salt."""
    return addresses.digest(text, async_to_sync(runtime.volatile().salt)(now=clock.seconds()))
