"""The page of one's calendar address, and the calendar itself, which programs read without signing in."""

import hashlib
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners.permissions import Action, requires
from partners.posts import only_posts
from roster import calendar_feed
from roster.models import CalendarFeed
from roster.views import me, page

RETRY_AFTER_S = 3_600


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.COUNSEL)
def calendar(request: HttpRequest) -> HttpResponse:
    """POST makes a new address and shows it, this once."""
    person, made = me(request), ""
    if request.method == "POST":
        try:
            made = calendar_feed.make(counsellor=person, seen=_seen(request), now=timezone.now())
        except calendar_feed.AddressChangedError:
            _tell_changed(request)
    stored = CalendarFeed.objects.filter(counsellor=person).first()
    context = {
        "made": made,
        "subscribe": made.replace("https://", "webcal://", 1) if made.startswith("https://") else "",
        "feed": stored,
        "seen": stored.made_at.isoformat() if stored else "",
    }
    return page(request, "calendar.html", context, tab="calendar")


def _seen(request: HttpRequest) -> datetime | None:
    """When the address was made of which the page spoke."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError:
        return None
    return seen if timezone.is_aware(seen) else None


def _tell_changed(request: HttpRequest) -> None:
    messages.warning(
        request,
        _(
            "Nothing was done: your address has changed since you opened this page. Look at how it is now; a new address ends the one "
            "before."
        ),
    )


@only_posts
@requires(Action.COUNSEL)
def revoke(request: HttpRequest) -> HttpResponse:
    try:
        calendar_feed.revoke(counsellor=me(request), seen=_seen(request))
    except calendar_feed.AddressChangedError:
        _tell_changed(request)
    else:
        messages.success(request, _("Done: no calendar reads your shifts any more."))
    return redirect("roster:calendar")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """An address that is unknown is like one that never was."""
    person, now = calendar_feed.reader_of(secret), timezone.now()
    if person is None:
        raise Http404
    if not calendar_feed.may_read(person, now=now):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(RETRY_AFTER_S)})
    body = calendar_feed.calendar_of(person, now=now)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    answer = HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "ETag": etag,
            "Cache-Control": "no-store",
            "Content-Disposition": 'inline; filename="miti.ics"',
        },
    )
    return get_conditional_response(request, etag=etag, response=answer) or answer
