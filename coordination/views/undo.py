"""The button that undoes an act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from chat import clock
from chat.services import duty
from coordination import undo as kept_acts
from coordination.board import answers, hours, situation
from coordination.views.board import CLOSED_EARLY
from partners import undo as services
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.unsaved import page_of_form
from routing_rules.models import Counsellor


@only_posts
@requires(Action.COORDINATE)
def undo(request: HttpRequest) -> HttpResponse:
    act = kept_acts.taken(request, request.POST.get("act", ""))
    if act is None:
        messages.error(
            request, _("This can no longer be undone: ten minutes have passed, or it is undone already.")
        )
        return redirect(page_of_form(request) or "coordination:home")
    change = kept_acts.change_of(act)
    try:
        services.undo(actor=signed_in(request), change=change, action=act["action"], subject=act["subject"])
    except services.ChangedSinceError:
        messages.error(
            request, _("Somebody changed it meanwhile, so nothing was undone. Look at it as it is now.")
        )
    else:
        duty.follow_capacity(
            [row["pk"] for row in change.before if row["model"] == Counsellor._meta.label_lower]
        )
        messages.success(request, _("Undone: everything is as it was before."))
        if act["action"] == CLOSED_EARLY:
            hours.tell_that_it_stays_open(situation.read(clock.now()))
        answers.forget()
    return redirect(page_of_form(request) or "coordination:home")
