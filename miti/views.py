"""The front page and the error pages."""

import sys

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from demo import facts
from partners import accounts, unsaved
from partners.models import Staff


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "miti/home.html", {"demo": facts if settings.ENV.demo else None})


def _trouble(request: HttpRequest, status: int, title: str, detail: str) -> HttpResponse:
    """Whatever the trouble is: who has typed something finds it on the page."""
    told = {"title": title, "detail": detail, "bare": True, "texts": unsaved.words_of(request)}
    try:
        # An error may happen before authentication has set the user.
        told["bare"] = not (hasattr(request, "user") and request.user.is_authenticated)
        return render(request, "miti/trouble.html", told, status=status)
    except DatabaseError:
        # It does not say who it is, nor what else a page asks.
        return HttpResponse(render_to_string("miti/trouble.html", told | {"bare": True}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _trouble(request, 400, _("This request was not understood"), _("Go back and try once more."))


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _trouble(request, 403, _("This page is not for your account"), _who_can(request))


def _who_can(request: HttpRequest) -> str:
    """Whom to ask: one's own coordinators; who is one, or has none, those of the platform."""
    person = getattr(request, "user", None)
    if not isinstance(person, Staff):
        return _("Nothing was changed. If you need it for your work, ask your coordinator.")
    names = ", ".join(accounts.who_may_do_more(person))
    if not names:
        return _("Nothing was changed. If you need it for your work, ask whoever administers the accounts.")
    return _("Nothing was changed. If you need it for your work, these people can help: %(names)s.") % {
        "names": names
    }


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is out of date, such as after signing in once more in another tab. What was typed comes back in it."""
    page = unsaved.page_of_form(request)
    if page is not None and _keeps_typed(request) and not unsaved.is_anothers(request):
        return unsaved.keep(redirect(page), request, back=page)
    return _trouble(
        request,
        403,
        _("This form has expired"),
        _("Nothing was changed. Go back, reload the page and send it once more."),
    )


def _keeps_typed(request: HttpRequest) -> bool:
    try:
        return getattr(resolve(request.path_info).func, "keeps_typed", False)
    except Resolver404:
        return False


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if request.method == "POST" and _keeps_typed(request):
        return _trouble(
            request,
            404,
            _("This is not there any more"),
            _("Somebody deleted it meanwhile, so nothing was saved or done."),
        )
    return _trouble(
        request, 404, _("There is no such page"), _("Check the address, or start from the front page.")
    )


def too_many(request: HttpRequest) -> HttpResponse:
    """Django knows no such page; allauth asks for it."""
    return _trouble(
        request,
        429,
        _("Too many tries in a short time"),
        _(
            "Nothing was changed. Wait a few minutes and try once more. If you asked for a new password, look in your mailbox, "
            "also in the unwanted mail: the letter is there already. If it goes on, tell your coordinator."
        ),
    )


def failed(request: HttpRequest) -> HttpResponse:
    # Django calls this while it handles the fault.
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _trouble(
            request,
            503,
            _("The database cannot be used just now"),
            _(
                "What you saved before is safe, and conversations go on. Try once more in a moment. For whoever operates this "
                "installation: /health/ready says what is wrong."
            ),
        )
    return _trouble(
        request,
        500,
        _("This page could not be shown"),
        _("The fault is ours. What you saved before is safe. Try once more in a moment."),
    )
