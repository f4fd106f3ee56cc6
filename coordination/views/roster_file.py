"""The roster as a file, out and in: what a file would do is shown first, and done by one press."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.csv_files import csv_file
from coordination.forms.csv_file import LARGEST, at_line
from coordination.forms.roster_file import (
    COLUMNS,
    MOST_CHANGES,
    MOST_LINES,
    RosterFileForm,
    lines_of,
    names_of,
)
from coordination.ownership import my_pools
from coordination.posted import whole
from coordination.roster_week import monday_of
from coordination.tabs import page
from coordination.turns import in_turn
from coordination.views.roster import shifts_of, week_in
from partners.permissions import Action, requires, signed_in
from roster.importing import LineChange, RosterChangedError, RosterImport, bring_in, what_it_does
from roster.models import Shift
from roster.words import conflict_words, hours_doubt, said_of

MOST_WEEKS = 8
TEMPLATE = "roster_file.html"


@require_safe
@requires(Action.COORDINATE)
def export(request: HttpRequest) -> HttpResponse:
    """The shifts of one's teams from a week on."""
    monday = week_in(request.GET.get("week", ""))
    weeks = min(max(whole(request.GET.get("weeks", "")) or 1, 1), MOST_WEEKS)
    last = monday + timedelta(weeks=weeks, days=-1)
    keys = [pool.pk for pool in my_pools(request, active=True)]
    rows = list(Shift.objects.filter(pool__in=keys, date__range=(monday, last)).select_related("pool"))
    answer = csv_file(f"miti-roster_{monday}_{last}.csv", COLUMNS, lines_of(rows))
    if len(rows) > MOST_LINES or len(answer.content) > LARGEST:
        # Whatever is given out can be brought in again.
        messages.error(request, _("This is more than one file takes. Take it out week by week."))
        return redirect(f"{reverse('coordination:roster')}?week={monday.isoformat()}")
    return answer


@requires(Action.COORDINATE)
@in_turn
def import_file(request: HttpRequest) -> HttpResponse:
    pools, now = my_pools(request, active=True), timezone.now()
    form = RosterFileForm(
        request.POST or None, request.FILES or None, pools=pools, today=timezone.localdate()
    )
    if request.method != "POST" or not form.is_valid():
        return page(request, TEMPLATE, {"form": form}, tab="roster")
    seen = request.POST.get("seen", "")
    if seen:
        try:
            return _write(request, form, seen)
        except RosterChangedError:
            messages.error(
                request,
                _(
                    "The roster has changed since you looked: nothing was written. This is what the file would do now."
                ),
            )
    found = what_it_does(form.lines, now=now)
    return _preview(request, form, found, status=409 if seen else None)


def _preview(
    request: HttpRequest, form: RosterFileForm, found: RosterImport, status: int | None
) -> HttpResponse:
    names = names_of(
        {key for one in found.changes for key in (*one.added, *one.removed)}
        | {one.counsellor for one in found.problems}
    )
    for problem in found.problems:
        words = said_of(names.get(problem.counsellor, ""), ", ".join(conflict_words(problem.found)))
        form.add_error(None, at_line(problem.line, words))
    if len(found.changes) > MOST_CHANGES:
        form.add_error(
            None,
            _(
                "Shifts that this file changes: %(n)s. One file can change %(most)s at most: make two of it. Lines that change nothing "
                "do not count."
            )
            % {"n": len(found.changes), "most": MOST_CHANGES},
        )
    context: dict[str, Any] = {"form": form}
    if not form.errors:
        context |= {
            "found": found,
            "changes": [_told(one, names) for one in found.changes],
            "shifts": sum(one.shift is None or one.other_needs for one in found.changes),
        }
    return page(request, TEMPLATE, context, tab="roster", status=status)


def _told(one: LineChange, names: dict[int, str]) -> dict[str, Any]:
    return {
        "shift": one.shift
        or Shift(
            pool=one.line.pool,
            date=one.line.wanted.day,
            start_minute=one.line.wanted.start,
            end_minute=one.line.wanted.end,
        ),
        "pool": one.line.pool,
        "new": one.shift is None,
        "needs": one.other_needs,
        "needed": one.line.wanted.needed,
        "added": [names.get(key, "") for key in one.added],
        "removed": [names.get(key, "") for key in one.removed],
        "doubt": hours_doubt(one.doubts),
    }


def _write(request: HttpRequest, form: RosterFileForm, seen: str) -> HttpResponse:
    days = [one.wanted.day for one in form.lines]
    first, last = min(days), max(days)
    watched = shifts_of(sorted({one.pool.pk for one in form.lines}), first, last)
    words = _("A file of shifts was brought in.")
    with undo.offered(request, "roster.imported", words, *watched):
        done = bring_in(actor=signed_in(request), lines=form.lines, seen=seen, now=timezone.now())
    shifts = len(done.changes)
    messages.success(
        request,
        ngettext("%(n)s shift of the file is written.", "%(n)s shifts of the file are written.", shifts)
        % {"n": shifts},
    )
    if people := done.added + done.removed:
        messages.success(
            request, ngettext("%(n)s person is told.", "%(n)s people are told.", people) % {"n": people}
        )
    return redirect(f"{reverse('coordination:roster')}?week={monday_of(first).isoformat()}")
