"""The button that undoes the last act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from chat import clock
from coordination import undo as kept_acts
from coordination.board import answers, hours, situation
from coordination.views.board import CLOSED_EARLY
from partners import undo as services
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.unsaved import page_of_form


@only_posts
@requires(Action.COORDINATE)
def undo(request: HttpRequest) -> HttpResponse:
    kept = kept_acts.last_act(request)
    if kept is None or kept["id"] != request.POST.get("act", ""):
        messages.error(
            request, _("This can no longer be undone: ten minutes have passed, or it is undone already.")
        )
        return redirect(page_of_form(request) or "coordination:home")
    kept_acts.forget(request)
    try:
        services.undo(actor=signed_in(request), change=kept_acts.change_of(kept), action=kept["action"])
    except services.ChangedSinceError:
        messages.error(
            request, _("Somebody changed it meanwhile, so nothing was undone. Look at it as it is now.")
        )
    else:
        messages.success(request, _("Undone: everything is as it was before."))
        if kept["action"] == CLOSED_EARLY:
            hours.tell_that_it_stays_open(situation.read(clock.now()))
        answers.forget()
    return redirect(page_of_form(request) or "coordination:home")
