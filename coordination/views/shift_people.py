"""Who is on a shift: put on it, taken off, moved, and asked by letter."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination import undo
from coordination.posted import whole
from coordination.turns import in_turn
from coordination.views.roster import shifts_of
from coordination.views.roster_shifts import changed_meanwhile, my_shift, tell_who_gets_no_letter
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from roster import calling_out, planning
from roster.joining import ConflictError, ShiftGoneError
from roster.models import Shift
from roster.rules import FORBID_EVERYBODY, Conflict
from roster.words import conflict_words, shift_words
from routing_rules.models import Counsellor


def _about_somebody(
    act: Callable[[HttpRequest, Shift, Counsellor], HttpResponse],
) -> Callable[[HttpRequest, int], HttpResponse]:
    """An act on a shift and whoever was chosen, of the team or of the shift: nobody else is named to this coordinator."""

    @wraps(act)
    def chosen(request: HttpRequest, /, pk: int) -> HttpResponse:
        one = my_shift(request, pk)
        rows = Counsellor.objects.filter(Q(pools=one.pool_id) | Q(assignments__shift=one)).distinct()
        somebody = rows.select_related("staff").filter(pk=whole(request.POST.get("person", ""))).first()
        if somebody is None:
            messages.error(request, _("Nothing was done: choose somebody of the team."))
            return redirect("coordination:shift", pk=pk)
        try:
            return act(request, one, somebody)
        except ShiftGoneError:
            return changed_meanwhile(request, pk)

    return chosen


@only_posts
@requires(Action.COORDINATE)
@in_turn
@_about_somebody
def assign(request: HttpRequest, one: Shift, somebody: Counsellor) -> HttpResponse:
    done = _("%(name)s is on the shift, and is told.") % {"name": somebody}
    try:
        with undo.offered(request, "shift.assigned", done, *shifts_of([one.pool_id], one.date, one.date)):
            found = planning.assign(
                actor=signed_in(request),
                shift_id=one.pk,
                counsellor_id=somebody.pk,
                read=request.POST.get("read"),
                now=timezone.now(),
            )
    except ConflictError as error:
        _tell_refusal(request, somebody, error.found)
    else:
        messages.success(request, done)
        tell_who_gets_no_letter(request, [somebody.pk])
        _tell_doubts(request, somebody, found)
    return redirect("coordination:shift", pk=one.pk)


def _tell_refusal(request: HttpRequest, somebody: Counsellor, found: frozenset[Conflict]) -> None:
    if found == {Conflict.ALREADY}:
        messages.info(request, _("%(name)s is on the shift already.") % {"name": somebody})
        return
    why = ", ".join(conflict_words(found & FORBID_EVERYBODY))
    messages.error(request, _("%(name)s was not put on the shift: %(why)s.") % {"name": somebody, "why": why})


def _tell_doubts(request: HttpRequest, somebody: Counsellor, found: frozenset[Conflict]) -> None:
    if found:
        why = ", ".join(conflict_words(found))
        messages.warning(request, _("Look at this, for %(name)s: %(why)s.") % {"name": somebody, "why": why})


@only_posts
@requires(Action.COORDINATE)
@in_turn
def call_out(request: HttpRequest, pk: int) -> HttpResponse:
    one = my_shift(request, pk)
    asked = calling_out.call_out(actor=signed_in(request), shift=one, now=timezone.now())
    if asked:
        words = ngettext(
            "%(n)s letter leaves within minutes. One press in it takes the shift.",
            "%(n)s letters leave within minutes. One press in them takes the shift.",
            asked,
        )
        messages.success(request, words % {"n": asked})
    else:
        messages.warning(
            request,
            _("Nothing was sent: nobody is left who could come, wants such letters and was not asked yet."),
        )
    return redirect("coordination:shift", pk=pk)


@only_posts
@requires(Action.COORDINATE)
@in_turn
@_about_somebody
def remove(request: HttpRequest, one: Shift, somebody: Counsellor) -> HttpResponse:
    done = _("%(name)s is no longer on the shift, and is told.") % {"name": somebody}
    with undo.offered(request, "shift.removed", done, *shifts_of([one.pool_id], one.date, one.date)):
        planning.remove(
            actor=signed_in(request), shift_id=one.pk, counsellor_id=somebody.pk, now=timezone.now()
        )
    messages.success(request, done)
    tell_who_gets_no_letter(request, [somebody.pk])
    return redirect("coordination:shift", pk=one.pk)


@only_posts
@requires(Action.COORDINATE)
@in_turn
@_about_somebody
def move(request: HttpRequest, one: Shift, somebody: Counsellor) -> HttpResponse:
    to, _space, read = request.POST.get("to", "").partition(" ")
    other = Shift.objects.filter(pk=whole(to), pool=one.pool_id).first()
    if other is None:
        messages.error(request, _("Nothing was done: choose the shift to move to."))
        return redirect("coordination:shift", pk=one.pk)
    first, last = sorted((one.date, other.date))
    done = _("%(name)s was moved to %(shift)s, and is told.") % {
        "name": somebody,
        "shift": shift_words(other),
    }
    try:
        with undo.offered(request, "shift.person_moved", done, *shifts_of([one.pool_id], first, last)):
            found = planning.move(
                actor=signed_in(request),
                shift_id=one.pk,
                to_shift_id=other.pk,
                counsellor_id=somebody.pk,
                read=read or None,
                now=timezone.now(),
            )
    except ConflictError as error:
        _tell_refusal(request, somebody, error.found)
        return redirect("coordination:shift", pk=one.pk)
    messages.success(request, done)
    tell_who_gets_no_letter(request, [somebody.pk])
    _tell_doubts(request, somebody, found)
    return redirect("coordination:shift", pk=other.pk)
