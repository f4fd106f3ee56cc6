"""The warning that nobody is ready for an opening; the page that shows it polls this view."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.ownership import my_pools
from coordination.unattended import Unattended, unattended
from partners.permissions import Action, requires


def my_unattended(request: HttpRequest) -> Unattended:
    """The unattended openings of the pools that this person may change."""
    return unattended(my_pools(request, active=True), now=timezone.now())


@require_safe
@requires(Action.COORDINATE)
def warning(request: HttpRequest) -> HttpResponse:
    """Answer 204 to a page that shows the same words already, so that screen readers announce changes only."""
    now = my_unattended(request)
    if request.GET.get("shown") == now.mark:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "coordination/unattended.html", {"unattended": now})
