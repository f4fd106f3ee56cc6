"""The warning that an opening has nobody ready: asked for again and again by the page that shows it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from coordination.ownership import may_edit
from coordination.unattended import Unattended, unattended
from partners.permissions import Action, requires
from routing_rules.models import Pool


def my_unattended(request: HttpRequest) -> Unattended:
    """Of the pools that this person keeps: their partner's, or all of them."""
    pools = [pool for pool in Pool.objects.filter(active=True) if may_edit(request, pool.partner_id)]
    return unattended(pools, now=timezone.now())


@requires(Action.COORDINATE)
def warning(request: HttpRequest) -> HttpResponse:
    """Nothing (204) for a page that shows the same words already: a screen reader is told of changes only."""
    now = my_unattended(request)
    if request.GET.get("shown") == now.mark:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "coordination/unattended.html", {"unattended": now})
