"""The week: an overview of every pool's hours, and the form to change one pool's timetable."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.calendar import coming_days, state_sentence
from coordination.deleting import is_asked_again
from coordination.forms.week import CopyDayForm, WeekForm
from coordination.ownership import may_edit, must_edit, why_not
from coordination.shift_words import act_and_tell, say_who_is_told
from coordination.tabs import page
from coordination.timetable_savers import timetable_savers
from coordination.turns import in_turn
from coordination.views.rules import held_plans
from coordination.views.unattended import my_unattended
from coordination.weekdays import DAYS, day_name, hours_by_day, hours_text, whole_date
from partners.name_search import by_name
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from roster import closures
from routing_rules import timetables
from routing_rules.hours_text import format_hours
from routing_rules.loading import first_opening, schedules, states_at
from routing_rules.models import OpeningInterval, Pool, Timetable


@require_safe
@requires(Action.COORDINATE)
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    hours = schedules(now)
    states = {state.slug: state for state in states_at(hours, now)}
    rows: list[dict[str, Any]] = []
    for pool in Pool.objects.select_related("partner").prefetch_related("timetables__intervals"):
        today = timetables.today_at(pool=pool, now=now)
        begun = [one for one in pool.timetables.all() if one.valid_from <= today]
        coming = [one for one in pool.timetables.all() if one.valid_from > today]
        state = states.get(pool.slug)
        rows.append(
            {
                "pool": pool,
                "mine": may_edit(request, pool.partner_id),
                "days": [hours_text(day) for day in hours_by_day(begun[0] if begun else None)],
                "coming": coming[-1].valid_from if coming else None,
                "open": state is not None and state.open,
                "state": state_sentence(
                    state=state, opens=first_opening(hours, now, [pool.slug]), zone=pool.timezone, now=now
                ),
            }
        )
    # One's own pools first: people open the page for them.
    rows.sort(key=lambda row: (not row["mine"], by_name(row["pool"].name)))
    context = {
        "rows": rows,
        "days": [day_name(day) for day in DAYS],
        "held": held_plans(request),
        "unattended": my_unattended(request),
    }
    return page(request, "week.html", context, tab="week")


@requires(Action.COORDINATE)
@in_turn
def pool_week(request: HttpRequest, slug: str) -> HttpResponse:
    pool = get_object_or_404(Pool.objects.select_related("partner"), slug=slug)
    now = timezone.now()
    today = timetables.today_at(pool=pool, now=now)
    if request.method != "POST":
        return _pool_page(
            request,
            pool,
            now,
            _week_form(request, pool, today, request.POST or None, request.GET.get("from", "")),
        )
    must_edit(request, pool.partner_id)
    if "copy" in request.POST:
        return _pool_page(
            request, pool, now, _week_form(request, pool, today, _with_copies(request.POST)), copied=True
        )
    form = _week_form(request, pool, today, request.POST)
    if not form.is_valid() or _replaces_another(form, pool, today):
        return _pool_page(request, pool, now, form)
    valid_from = form.cleaned_data["valid_from"]

    def save() -> None:
        timetables.set_week(
            actor=signed_in(request), pool=pool, valid_from=valid_from, intervals=form.intervals(), now=now
        )

    if form.is_asked_about(closures.would_be_told(pool, valid_from, None, now=now, change=save)):
        return _pool_page(request, pool, now, form)
    watched = _timetables_from(pool, valid_from)
    done = _("The hours of %(pool)s from %(day)s on are saved.") % {
        "pool": pool.name,
        "day": whole_date(valid_from),
    }
    telling = closures.telling(pool, valid_from, None, now=now)
    with undo.offered(request, "timetable.set", done, *watched), telling as told:
        save()
    messages.success(
        request,
        _("The hours of %(pool)s are saved. They hold from %(day)s on.")
        % {"pool": pool.name, "day": whole_date(valid_from)},
    )
    say_who_is_told(request, told)
    if not form.intervals():
        messages.warning(
            request,
            _("Every day is empty: from then on %(pool)s opens by exceptions only.") % {"pool": pool.name},
        )
    address = reverse("coordination:pool-week", args=[pool.slug])
    return redirect(f"{address}?from={valid_from.isoformat()}" if valid_from > today else address)


def _week_form(
    request: HttpRequest, pool: Pool, today: date, data: QueryDict | None = None, shown: str = ""
) -> WeekForm:
    """The week that holds today, or the coming timetable that begins on the day `shown`."""
    begins = coming_day(data.get("shown", "") if data else shown, today)
    timetable = begins and pool.timetables.filter(valid_from=begins).prefetch_related("intervals").first()
    if not timetable:
        timetable, begins = timetables.timetable_on(pool=pool, day=today), None
    initial = {**_as_typed(timetable, begins or today), "shown": begins}
    return WeekForm(
        data, initial=initial, today=today, subject=f"pool {pool.slug}", reader=signed_in(request)
    )


def coming_day(text: str, today: date) -> date | None:
    """A day after today, or nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day > today else None


def _replaces_another(form: WeekForm, pool: Pool, today: date) -> bool:
    """Would this replace a coming timetable that its author did not look at? Then the form says what that one is first."""
    begins = form.cleaned_data["valid_from"]
    coming = pool.timetables.filter(valid_from=begins).prefetch_related("intervals").first()
    if coming is None or begins <= today or begins == form.cleaned_data["shown"]:
        return False
    if [one for day in hours_by_day(coming) for one in day] == sorted(form.intervals()):
        return False
    saved = timetable_savers([pool.slug]).get((pool.slug, begins), "")
    form.compare_with(_as_typed(coming, begins), begins, saved)
    return True


def _timetables_from(pool: Pool, day: date) -> "tuple[QuerySet[Any], ...]":
    mine = Timetable.objects.filter(pool=pool, valid_from=day)
    return mine, OpeningInterval.objects.filter(timetable__pool=pool, timetable__valid_from=day)


@only_posts
@requires(Action.COORDINATE)
@in_turn
def drop_timetable(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    timetable = get_object_or_404(Timetable.objects.select_related("pool"), pool__slug=slug, pk=pk)
    pool, begins, now = timetable.pool, timetable.valid_from, timezone.now()
    must_edit(request, pool.partner_id)
    today = timetables.today_at(pool=pool, now=now)
    form = _week_form(request, pool, today, shown=timetable.valid_from.isoformat())
    if is_asked_again(request, form):
        return _pool_page(request, pool, now, form, status=HTTPStatus.CONFLICT)
    done = _("The coming timetable of %(pool)s from %(day)s on was taken back.") % {
        "pool": pool.name,
        "day": whole_date(begins),
    }

    def drop() -> None:
        again = get_object_or_404(Timetable.objects.select_related("pool"), pk=pk)
        timetables.drop_coming(actor=signed_in(request), timetable=again, now=now)

    try:
        people = closures.would_be_told(pool, begins, None, now=now, change=drop)
        if people and request.POST.get("planned") != str(people):
            form = _week_form(request, pool, timetables.today_at(pool=pool, now=now))
            return _pool_page(request, pool, now, form, asked=(pk, people))
        telling = closures.telling(pool, begins, None, now=now)
        with undo.offered(request, "timetable.dropped", done, *_timetables(pk)), telling as told:
            drop()
    except timetables.InThePastError:
        messages.error(
            request, _("This timetable has begun: it stays in the history. Save a new one instead.")
        )
    else:
        messages.success(request, done)
        say_who_is_told(request, told)
    return redirect("coordination:pool-week", slug=slug)


def _timetables(pk: int) -> "tuple[QuerySet[Any], ...]":
    return Timetable.objects.filter(pk=pk), OpeningInterval.objects.filter(timetable=pk)


def _pool_page(
    request: HttpRequest,
    pool: Pool,
    now: datetime,
    form: WeekForm,
    *,
    copied: bool = False,
    status: int | None = None,
    asked: tuple[int, int] | None = None,
) -> HttpResponse:
    """`asked`: a coming timetable that is taken back once its author has seen how many people will be told."""
    today = timetables.today_at(pool=pool, now=now)
    all_of_them = list(pool.timetables.prefetch_related("intervals"))
    begun = [one for one in all_of_them if one.valid_from <= today]
    schedule = schedules(now, since=today).get(pool.slug)
    context: dict[str, Any] = {
        "pool": pool,
        "why_not": why_not(request, pool.partner),
        "form": form,
        "copied": copied,
        "copy_form": CopyDayForm(),
        "current": begun[0] if begun else None,
        "opened": form["shown"].value(),
        "week": _readable(begun[0] if begun else None),
        "coming": [
            (
                one,
                _readable(one),
                _week_form(request, pool, today, shown=one.valid_from.isoformat()).current(),
                *_taking_back(one, asked),
            )
            for one in reversed(all_of_them)
            if one.valid_from > today
        ],
        "past": [(one, _readable(one)) for one in begun[1:]],
        "fortnight": coming_days(pool=pool, schedule=schedule, today=today) if schedule else [],
        "today": today,
    }
    return page(
        request, "pool_week.html", context, tab="week", status=422 if asked else 200 if copied else status
    )


def _taking_back(timetable: Timetable, asked: tuple[int, int] | None) -> tuple[str, int]:
    """What the button says that takes a coming timetable back, and how many people will be told, if that was asked."""
    people = asked[1] if asked and asked[0] == timetable.pk else 0
    act = _("Take back the hours of %(pool)s from %(day)s on") % {
        "pool": timetable.pool.name,
        "day": whole_date(timetable.valid_from),
    }
    return act_and_tell(act, people), people


def _readable(timetable: Timetable | None) -> list[tuple[str, str]]:
    return [(day_name(day), hours_text(spans)) for day, spans in enumerate(hours_by_day(timetable))]


def _as_typed(timetable: Timetable | None, today: date) -> dict[str, Any]:
    week = {f"day_{day}": format_hours(spans) for day, spans in enumerate(hours_by_day(timetable))}
    return {**week, "valid_from": today}


def _with_copies(sent: QueryDict) -> QueryDict:
    """What was typed, with one day's text in the days that were ticked."""
    copies = CopyDayForm(sent)
    typed = sent.copy()
    if copies.is_valid():
        for day in copies.cleaned_data["targets"]:
            typed[f"day_{day}"] = sent.get(f"day_{copies.cleaned_data['source']}", "")
    return typed
