"""Dated closures and extra openings, and holidays to take over."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination import undo
from coordination.button_words import COUNTED
from coordination.calendar import coming_days, in_spans
from coordination.exception_words import days_words, rows_against, rows_words
from coordination.forms.exceptions import EVERY_POOL, ExceptionForm, HolidaysForm, team_name
from coordination.ownership import may_edit, must_edit, my_pools
from coordination.posted import whole
from coordination.shift_words import say_who_is_told
from coordination.tabs import page
from coordination.weekdays import day_and_month
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.wording import page_language
from roster import closures
from routing_rules import timetables
from routing_rules.holidays_be import Calendar, HolidayPeriod, periods
from routing_rules.loading import schedules
from routing_rules.models import DatedException, Pool
from routing_rules.timetables import ExceptionWanted
from routing_rules.weekly import ExceptionKind


def _mine(request: HttpRequest) -> tuple[list[Pool], bool]:
    """The pools that this person may change, and whether "all teams" is among them."""
    return my_pools(request, active=True), may_edit(request, None)


@requires(Action.COORDINATE)
def exceptions(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    pools, every = _mine(request)
    chosen = request.GET.get("pool", "")
    form = ExceptionForm(
        request.POST or None, pools=pools, every=every, today=today, initial={"pool": chosen, "date": today}
    )
    if request.method == "POST" and form.is_valid() and _add(request, form, today):
        return redirect("coordination:exceptions")
    rows = DatedException.objects.filter(date__gte=today).select_related("pool__partner")
    context: dict[str, Any] = {
        "form": form,
        "holidays_form": HolidaysForm(pools=pools, every=every, initial={"pool": chosen, "year": today.year}),
        "rows": [
            (span, may_edit(request, span.first.pool.partner_id if span.first.pool else None))
            for span in in_spans(rows)
        ],
        "nothing_to_edit": not pools and not every,
    }
    return page(request, "exceptions.html", context, tab="exceptions")


def _add(request: HttpRequest, form: ExceptionForm, today: date) -> bool:
    pool = _chosen_pool(request, form.cleaned_data["pool"])
    if form.is_asked(rows_against(pool, form.wanted())):
        return False

    def save() -> None:
        timetables.add_exceptions(actor=signed_in(request), pool=pool, wanted=form.wanted(), today=today)

    days = DatedException.objects.filter(pool=pool, date__range=form.days())
    telling = closures.telling(pool, *form.days(), now=timezone.now())
    done = _("The exception is saved: %(exception)s.") % {"exception": rows_words(form.rows(pool))}
    try:
        people = closures.would_be_told(pool, *form.days(), now=timezone.now(), change=save)
        if form.is_asked_about(people):
            return False
        with undo.offered(request, "exception.added", done, days), telling as told:
            save()
    except timetables.AlreadyThereError:
        form.add_error("date", _("This exception exists already: see the list below."))
        return False
    saved = _("The exception is saved. It holds at once.")
    messages.success(request, f"{saved} {_resulting_hours(pool, *form.days())}".strip())
    say_who_is_told(request, told)
    return True


def _resulting_hours(pool: Pool | None, first: date, last: date) -> str:
    """The hours of the first and the last day as they are now, the weekly ones included; nothing for all teams."""
    schedule = pool and schedules(timezone.now(), since=first).get(pool.slug)
    if not pool or not schedule:
        return ""
    days = [
        coming_days(pool=pool, schedule=schedule, today=day, days=1)[0]
        for day in dict.fromkeys((first, last))
    ]
    return f"{pool.name}: " + "; ".join(
        f"{day_and_month(day.date)} {day.hours or _('closed')}" for day in days
    )


def _chosen_pool(request: HttpRequest, choice: str) -> Pool | None:
    """The pool of a form. The form offered only allowed pools, but ownership is checked again all the same."""
    pool = None if choice == EVERY_POOL else get_object_or_404(Pool, slug=choice)
    must_edit(request, pool.partner_id if pool else None)
    return pool


@only_posts
@requires(Action.COORDINATE)
def delete_exceptions(request: HttpRequest) -> HttpResponse:
    """Delete a day's exception, or those of several days in a row; all of them or none."""
    keys = {whole(pk) for pk in request.POST.getlist("pk")}
    rows = list(DatedException.objects.select_related("pool").filter(pk__in=keys))
    for row in rows:
        must_edit(request, row.pool.partner_id if row.pool else None)
    if not rows:
        messages.warning(request, _("This exception is not there any more: it was taken away before."))
        return redirect("coordination:exceptions")
    watched = DatedException.objects.filter(pk__in=[row.pk for row in rows])
    done = _("The exception was taken away: %(exception)s.") % {"exception": rows_words(rows)}
    first, last = min(row.date for row in rows), max(row.date for row in rows)
    of_pools = {row.pool for row in rows}
    pool = of_pools.pop() if len(of_pools) == 1 else None
    telling = closures.telling(pool, first, last, now=timezone.now())
    try:
        with undo.offered(request, "exception.deleted", done, watched), telling as told:
            timetables.delete_exceptions(actor=signed_in(request), rows=rows, today=timezone.localdate())
    except timetables.InThePastError:
        messages.error(request, _("This day is over: its exception stays in the history."))
    else:
        taken = _("The exception was taken away.")
        messages.success(request, f"{taken} {_resulting_hours(rows[0].pool, first, last)}".strip())
        say_who_is_told(request, told)
    return redirect("coordination:exceptions")


@requires(Action.COORDINATE)
def holidays(request: HttpRequest) -> HttpResponse:
    """Show the holidays of a year before they are taken over; take over those that are ticked."""
    pools, every = _mine(request)
    form = HolidaysForm(request.POST or request.GET or None, pools=pools, every=every)
    today = timezone.localdate()
    found: list[HolidayPeriod] = []
    if form.is_valid():
        found = periods(
            calendar=Calendar(form.cleaned_data["calendar"]),
            year=form.cleaned_data["year"],
            language=page_language(),
        )
        if (
            request.method == "POST"
            and request.POST.get("shown", form.cleaned_data["pool"]) != form.cleaned_data["pool"]
        ):
            form.add_error(
                "pool", _("This is another team than the button named. Look at it again, then press it.")
            )
        elif request.method == "POST":
            return _take_over(request, form, found, today)
    ticked = set(request.POST.getlist("first")) if request.method == "POST" else None
    rows = [
        (
            one,
            one.last < today,
            sum(day >= today for day in one.days()),
            ticked is None or one.first.isoformat() in ticked,
        )
        for one in found
    ]
    days = sum(days for _one, over, days, kept in rows if kept and not over)
    team = team_name(form.fields["pool"], str(form["pool"].value()))
    coming = [
        day for one, over, _days, kept in rows if kept and not over for day in one.days() if day >= today
    ]
    context = {
        "form": form,
        "periods": rows,
        "planned": _planned_on(form, coming),
        "act": COUNTED["days"](days).format(n=days, team=team),
    }
    return page(request, "holidays.html", context, tab="exceptions")


def _planned_on(form: HolidaysForm, days: Sequence[date]) -> int:
    """How many people are planned on these days in the chosen team, or in all."""
    # There are days of what was asked validly; the button may have named another team since.
    if not days or (choice := form.cleaned_data.get("pool")) is None:
        return 0
    pools = Pool.objects.all() if choice == EVERY_POOL else Pool.objects.filter(slug=choice)
    return closures.people_on(pools, days)


def _take_over(
    request: HttpRequest, form: HolidaysForm, found: Sequence[HolidayPeriod], today: date
) -> HttpResponse:
    ticked = set(request.POST.getlist("first"))
    wanted = [
        ExceptionWanted(date=day, kind=ExceptionKind.CLOSED, reason=one.name)
        for one in found
        if one.first.isoformat() in ticked
        for day in one.days()
        if day >= today
    ]
    pool = _chosen_pool(request, form.cleaned_data["pool"])
    watched = DatedException.objects.filter(pool=pool, date__in=[one.date for one in wanted])
    team = pool.name if pool else _("all teams")
    days = [one.date for one in wanted] or [today]
    first, last = min(days), max(days)
    done = _("Holidays were taken over for %(team)s, %(days)s.") % {
        "team": team,
        "days": days_words(first, last),
    }
    telling = closures.telling(pool, first, last, now=timezone.now())
    with undo.offered(request, "holidays.taken_over", done, watched), telling as told:
        new = timetables.take_over(actor=signed_in(request), pool=pool, wanted=wanted)
    messages.success(
        request,
        ngettext("%(days)s day of closure was added.", "%(days)s days of closure were added.", new)
        % {"days": new},
    )
    say_who_is_told(request, told)
    if against := rows_against(pool, wanted):
        messages.warning(
            request,
            _("It stays open all the same where another exception holds against the closure: %(rows)s.")
            % {"rows": rows_words(against)},
        )
    return redirect(f"{reverse('coordination:exceptions')}?pool={form.cleaned_data['pool']}")
