"""The console's page; everything in it comes over the socket."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.permissions import Action, requires, signed_in
from partners.wording import page_language

WORKER = Path(__file__).parent / "static/counsellor_console/notification_worker.js"


@require_safe
@requires(Action.COUNSEL)
def console(request: HttpRequest) -> HttpResponse:
    response = render(
        request,
        "counsellor_console/console.html",
        {"lang": page_language(), "staff_name": str(signed_in(request))},
    )
    # django-csp looks for this attribute.
    response._csp_update = {"require-trusted-types-for": ["'script'"]}  # type: ignore[attr-defined]
    return response


@require_safe
@requires(Action.COUNSEL)
def notification_worker(request: HttpRequest) -> HttpResponse:
    """The console's service worker, at an address under which the console is: a worker serves only what lies beside it."""
    return HttpResponse(WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
