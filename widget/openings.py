"""Whether a page that is asked for is another opening of the widget, or a reload. Nothing is stored in the browser for it."""

from django.http import HttpRequest

from chat import addresses

WINDOW_S = 600
RELOAD = ("no-cache", "max-age=0")
"""What browsers send as Cache-Control when somebody reloads the page itself."""
BACK = "back"
"""What the address says when the next page of a host brings a conversation back by itself."""


async def is_new(request: HttpRequest, *, site: str, now: float) -> bool:
    """Count this page, or not.

    An address may have opened the site as often within ten minutes as it has pages open now, and once more: the page that is about to
    come. So everybody in a class counts, and who loads the page again and again counts once.
    """
    if request.headers.get("Cache-Control", "").lower() in RELOAD or BACK in request.GET:
        return False
    address = await addresses.digest_of_peer(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded=request.headers.get("X-Forwarded-For", ""),
        now=now,
    )
    return await addresses.opens_another(address, site=site, within_s=WINDOW_S, now=now)
