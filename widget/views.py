"""The widget's pages: the loader for host pages, the frame, its status, and a stand-in for a partner's page."""

import gzip
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import database
from chat.services import site_status
from indicators.codes import CounterKind
from indicators.rows import record
from partners import clock
from partners.codes import LONGEST_THEME_CODE
from partners.permissions import requires_staff
from routing_rules.door import DoorState
from routing_rules.models import Site
from routing_rules.sites import campaign_of
from widget import foreign_page, frame_page, openings, status_answer, trial, welcome

LOADER_FRESH_S = 600

OPENED = {
    DoorState.OPEN: CounterKind.OPENED,
    DoorState.FULL: CounterKind.OPENED_FULL,
    DoorState.CLOSED: CounterKind.OPENED_CLOSED,
}


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """The script for host pages; with `panel`, the rest of it, a module for the first click.

    Both have one address, so that a host page's policy that lets the first one run lets the second one, too.
    """
    name = "host_panel.js" if "panel" in request.GET else "loader.js"
    path = finders.find(f"widget/{name}" if settings.DEBUG else f"widget/packed/{name}")
    assert isinstance(path, str)
    source = Path(path).read_bytes()
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(source, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    for_other_sites(response)
    response["Cache-Control"] = f"public, max-age={LOADER_FRESH_S}"
    return response


@require_safe
async def frame(request: HttpRequest, key: str) -> HttpResponse:
    """The visitor's chat, for the pages of this site's domains only."""
    status = (await site_status.standing()).of(key)
    if status is None:
        raise Http404
    if foreign_page.page_that_may_not(request, status.site):
        foreign = await database.run(_foreign, request, key)
        if foreign is not None:
            return foreign
    is_new = await openings.is_new(request, site=key, now=clock.seconds())
    opened = await database.run(_open, request, key, status.door.state, is_new)
    return _page(request, opened)


def _foreign(request: HttpRequest, key: str) -> HttpResponse | None:
    """Words for a page that may not frame this site's chat, read anew; it is no opening that counts."""
    site = Site.objects.filter(key=key, active=True).first()
    origin = foreign_page.page_that_may_not(request, site) if site else ""
    if site is None or not origin:
        return None
    return foreign_page.response(request, site, origin=origin, language=_language(request, site))


@require_safe
@requires_staff
def try_it(request: HttpRequest, key: str) -> HttpResponse:
    """The same for staff who try it out: nothing of it is counted."""
    response = _page(request, _open(request, key, DoorState.CLOSED, is_new=False))
    trial.begin(response)
    return response


def _page(request: HttpRequest, opened: "_Opened | None") -> HttpResponse:
    if opened is None:
        raise Http404
    return frame_page.response(
        opened.site,
        language=opened.language,
        theme=request.GET.get("theme", "")[:LONGEST_THEME_CODE],
        campaign=opened.campaign,
        quick_exit=settings.ENV.neutral_url,
    )


class _Opened(NamedTuple):
    site: Site
    language: str
    campaign: str


def _open(request: HttpRequest, key: str, state: DoorState, is_new: bool) -> _Opened | None:
    """Count that the widget is opened on this site, if it is; None: there is no such site."""
    # Read anew: who may frame the page must not be a second old.
    site = Site.objects.filter(key=key, active=True).first()
    if site is None:
        return None
    language = _language(request, site)
    campaign = campaign_of(site, request.GET.get("campaign", ""))
    if is_new and not site.test:
        record.count(
            kind=OPENED[state],
            site=site.key,
            language=language,
            campaign=campaign,
            now=clock.now(),
        )
    return _Opened(site, language, campaign)


def _language(request: HttpRequest, site: Site) -> str:
    return welcome.language_of(site, request.GET.get("lang", ""))


@require_safe
async def status(request: HttpRequest, key: str) -> HttpResponse:
    """Open, full or closed, for launchers and the partners' own pages; the same for everybody."""
    standing = await site_status.standing()
    shown = standing.of(key)
    if shown is None:
        raise Http404
    found = status_answer.answer(standing, shown, language=_language(request, shown.site))
    response = HttpResponse(found.body, content_type="application/json")
    response["ETag"] = found.etag
    response["Cache-Control"] = found.cache_control
    return for_other_sites(response)


def for_other_sites(response: HttpResponse) -> HttpResponse:
    """The response, which the scripts of every partner's page may read."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    """A partner's page, with the one line that embeds the widget."""
    if not settings.ENV.demo:
        raise Http404
    sites = list(Site.objects.filter(active=True).order_by("pk"))
    wanted = request.GET.get("site", "demo")
    site = next((one for one in sites if one.key == wanted), None)
    if site is None:
        raise Http404
    response = render(request, "widget/demo.html", {"site_key": site.key, "site": site, "sites": sites})
    response._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]
    return response
