"""The console's page; everything in it comes over the socket."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.permissions import Action, requires, signed_in
from partners.wording import page_language


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
