"""The page behind a link in a letter: the shift, and one button that takes it. Opening it does nothing: programs that check links do so."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.permissions import Action, requires, signed_in
from roster import loading, shift_links
from roster.joining import ConflictError, ShiftGoneError
from roster.models import ShiftLink
from roster.rules import Conflict, coverage
from roster.views import me, page
from roster.words import Missing, refusal, shift_words


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.COUNSEL)
def link(request: HttpRequest, signed: str) -> HttpResponse:
    try:
        found = shift_links.read(signed=signed, person=signed_in(request))
    except shift_links.NoSuchLinkError:
        return page(request, "link.html", {}, tab="mine", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        return _take(request, found)
    missing = Missing().of(coverage(loading.planned([found.shift])[found.shift_id]))
    return page(request, "link.html", {"link": found, "missing": missing}, tab="mine")


def _take(request: HttpRequest, found: ShiftLink) -> HttpResponse:
    try:
        shift_links.use(link=found, counsellor=me(request), read=request.POST.get("read"), now=timezone.now())
    except shift_links.LinkUsedError:
        messages.info(request, _("This link has been used. The page shows how it is now."))
    except ShiftGoneError:
        messages.error(
            request, _("This has changed meanwhile: nothing was done. The page shows how it is now.")
        )
    except ConflictError as error:
        tell = messages.info if error.found == {Conflict.ALREADY} else messages.error
        tell(request, refusal(error.found))
    else:
        words = (
            _("You come in your colleague’s place: %(shift)s. They are told. Thank you!")
            if found.colleague_id is not None
            else _("You are on the shift: %(shift)s. Thank you!")
        )
        messages.success(request, words % {"shift": shift_words(found.shift)})
    return redirect("roster:mine")
