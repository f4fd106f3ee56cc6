"""What a frame shows on a page that is not among its site's addresses: words instead of the empty box that browsers draw."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from routing_rules.models import Site
from routing_rules.sites import shows_widget
from widget import frame_page


def page_that_may_not(request: HttpRequest, site: Site) -> str:
    """The origin of the page that frames the chat without being allowed to; empty where it may, or where the browser does not say."""
    if request.headers.get("Sec-Fetch-Dest") != "iframe":
        return ""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
        origin = f"{page.scheme}://{page.netloc}"
        allowed = page.netloc == request.get_host() or shows_widget(site, origin)
    except ValueError:
        return ""
    return "" if allowed or not page.netloc else origin


def response(request: HttpRequest, site: Site, *, origin: str, language: str) -> HttpResponse:
    """The words, without any script: every page may frame them."""
    with translation.override(language):
        answer = render(
            request,
            "widget/foreign.html",
            {
                "site": site,
                "origin": origin,
                "lang": language,
                "dir": "rtl" if translation.get_language_bidi() else "ltr",
                "style": frame_page.style(),
            },
            status=403,
        )
    answer._csp_replace = {"frame-ancestors": ["*"], "script-src": ["'none'"]}  # type: ignore[attr-defined]
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer
