"""The widget's pages: the loader for host pages, the frame, its status, and a stand-in for a partner's page."""

import gzip
import math
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from chat import clock, database
from chat.frames.base import moment
from chat.services import door_status
from indicators import record
from indicators.codes import CounterKind
from partners.codes import LONGEST_THEME_CODE
from routing_rules.door import DoorState
from routing_rules.languages import LANGUAGES
from routing_rules.models import Site
from routing_rules.sites import campaign_of
from widget import button, launcher_schedule, openings, welcome

STATUS_FRESH_S = 10
LOADER_FRESH_S = 600

OPENED = {
    DoorState.OPEN: CounterKind.OPENED,
    DoorState.FULL: CounterKind.OPENED_FULL,
    DoorState.CLOSED: CounterKind.OPENED_CLOSED,
}


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """The only script that runs on a host page."""
    path = finders.find("widget/loader.js" if settings.DEBUG else "widget/packed/loader.js")
    assert isinstance(path, str)
    source = Path(path).read_bytes()
    response = HttpResponse(source, content_type="text/javascript; charset=utf-8")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(source, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={LOADER_FRESH_S}"
    return response


@require_safe
async def frame(request: HttpRequest, key: str) -> HttpResponse:
    """The visitor's chat, for the pages of this site's domains only."""
    site = await _site(key)
    now = clock.now()
    door, _ = await door_status.status(site=site, now=now)
    language = _language(request, site)
    campaign = campaign_of(site, request.GET.get("campaign", ""))
    if not site.test and await openings.is_new(request, site=site.key, now=now.timestamp()):
        await database.run(
            record.count,
            kind=OPENED[door.state],
            site=site.key,
            language=language,
            campaign=campaign,
            now=now,
        )
    # Rendered without the request: a visitor's page must not depend on who is signed in in this browser.
    with translation.override(language):
        page = render_to_string(
            "widget/frame.html",
            {
                "site": site,
                "lang": language,
                "theme": request.GET.get("theme", "")[:LONGEST_THEME_CODE],
                "campaign": campaign,
                "quick_exit": settings.ENV.neutral_url,
                "packed": not settings.DEBUG,
            },
        )
    response = HttpResponse(page)
    # django-csp reads this attribute; its decorators accept only a policy that is fixed in the code.
    response._csp_update = {  # type: ignore[attr-defined]
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["miti"],
    }
    response._csp_replace = {"frame-ancestors": site.domains or ["'none'"]}  # type: ignore[attr-defined]
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
async def status(request: HttpRequest, key: str) -> HttpResponse:
    """Open, full or closed, for launchers and the partners' own pages; the same for everybody."""
    site = await _site(key)
    now = clock.now()
    door, opening = await door_status.status(site=site, now=now)
    language = _language(request, site)
    themes = await database.run(welcome.themes, site, language)
    contacts = await database.run(welcome.contacts, language)
    closed = door.state is DoorState.CLOSED
    opens_in_s = math.ceil((opening - now).total_seconds()) if closed and opening else None
    response = JsonResponse(
        {
            "state": door.state.value,
            "label": button.label(state=door.state.value, opening=opening, language=language, now=now),
            "next_opening": moment(opening) if opening else None,
            "opens_in_s": opens_in_s,
            "label_open": button.label(state="open", opening=None, language=language, now=now),
            "later": await launcher_schedule.later(site=site, language=language, now=now),
            "languages": [
                {"code": code, "label": LANGUAGES[code]} for code in site.languages if code in LANGUAGES
            ],
            "themes": [{"code": theme.code, "label": theme.label} for theme in themes],
            "contacts": [{"label": contact.label, "number": contact.number} for contact in contacts],
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={STATUS_FRESH_S}"
    return response


async def _site(key: str) -> Site:
    site = await database.run(welcome.site, key)
    if site is None:
        raise Http404
    return site


def _language(request: HttpRequest, site: Site) -> str:
    """The requested language, else the site's first: the same for everybody on that page."""
    wanted = request.GET.get("lang", "")[:2].lower()
    return wanted if wanted in LANGUAGES else (site.languages or [settings.LANGUAGE_CODE])[0]


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
