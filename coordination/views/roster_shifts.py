"""One shift: its hours and what it needs, who is on it, and who could be."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination import undo
from coordination.deleting import tell_acts
from coordination.forms.roster import ShiftForm, shift_as_typed
from coordination.ownership import must_edit
from coordination.posted import whole
from coordination.roster_people import candidates
from coordination.roster_week import grid_shifts, monday_of
from coordination.tabs import page
from coordination.turns import in_turn
from coordination.views.roster import shifts_of
from coordination.writers import entries_since
from partners import letter_choices
from partners.letter_kinds import LetterKind
from partners.models import Staff
from partners.name_search import in_order
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from roster import calling_out, planning
from roster.joining import ShiftGoneError
from roster.loading import standing
from roster.models import Shift
from roster.words import shift_words
from routing_rules import timetables
from routing_rules.languages import LANGUAGES
from routing_rules.models import Pool

FORTNIGHT = timedelta(days=14)


def _to_week(day: date) -> HttpResponse:
    return redirect(f"{reverse('coordination:roster')}?week={monday_of(day).isoformat()}")


@requires(Action.COORDINATE)
@in_turn
def new_shift(request: HttpRequest, slug: str) -> HttpResponse:
    pool = get_object_or_404(Pool.objects.select_related("partner"), slug=slug)
    must_edit(request, pool.partner_id)
    now = timezone.now()
    today = timetables.today_at(pool=pool, now=now)
    initial = _day_asked(request, today)
    form = ShiftForm(request.POST or None, initial=initial, pool=pool, now=now, today=today, new=True)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        done = _("A shift of %(pool)s was added.") % {"pool": pool.name}
        with undo.offered(request, "shift.created", done, *shifts_of([pool.pk], day, day)):
            made = planning.create_many(actor=signed_in(request), pool=pool, wanted=form.wanted())
        if made:
            messages.success(request, done)
            if len(made) == 1:
                return redirect("coordination:shift", pk=made[0].pk)
            return _to_week(day)
        form.add_error("hours", _("The team has a shift with these hours on that day already."))
    return page(request, "roster_shift.html", {"form": form, "pool": pool}, tab="roster")


def _day_asked(request: HttpRequest, today: date) -> dict[str, Any]:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = today
    return {"day": day, "needed": 2}


@requires(Action.COORDINATE)
@in_turn
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    one = my_shift(request, pk)
    form = _form(request, one, request.POST or None)
    if request.method == "POST" and form.is_valid():
        first, last = sorted((one.date, form.cleaned_data["day"]))
        done = _("The shift of %(shift)s was changed.") % {"shift": shift_words(one)}
        try:
            with undo.offered(request, "shift.changed", done, *shifts_of([one.pool_id], first, last)):
                told = planning.change(
                    actor=signed_in(request), shift=one, wanted=form.wanted()[0], now=timezone.now()
                )
        except planning.AlreadyPlannedError:
            form.add_error("hours", _("The team has a shift with these hours on that day already."))
        else:
            messages.success(request, _("Saved: %(shift)s.") % {"shift": shift_words(one)})
            _tell_who_was_told(request, told)
            if told:
                tell_who_gets_no_letter(request, people_on(one))
            _tell_who_cannot_come(request, one)
            return redirect("coordination:shift", pk=pk)
    return _shift_page(request, one, form)


def my_shift(request: HttpRequest, pk: int) -> Shift:
    one = get_object_or_404(Shift.objects.select_related("pool__partner"), pk=pk)
    must_edit(request, one.pool.partner_id)
    return one


def people_on(one: Shift) -> list[int]:
    """The keys of those who are on it and may still work for its team: they are told."""
    return list(standing([one.pk]).values_list("counsellor", flat=True))


def _form(request: HttpRequest, one: Shift, data: Any) -> ShiftForm:
    now = timezone.now()
    # What has been planned for a day that is over stays as it was.
    today = min(timetables.today_at(pool=one.pool, now=now), one.date)
    initial = shift_as_typed(one)
    return ShiftForm(
        data,
        initial=initial,
        pool=one.pool,
        now=now,
        today=today,
        new=False,
        subject=f"shift {one.pk}",
        reader=signed_in(request),
    )


def _tell_who_was_told(request: HttpRequest, told: int) -> None:
    if told:
        messages.info(
            request,
            ngettext(
                "%(n)s person on it is told of the other hours.",
                "%(n)s people on it are told of the other hours.",
                told,
            )
            % {"n": told},
        )


def _tell_who_cannot_come(request: HttpRequest, one: Shift) -> None:
    (shown,) = grid_shifts([one], {one.pool_id}, now=timezone.now())
    for each in shown.people:
        if each.against:
            words = {"name": each.assignment.counsellor, "why": ", ".join(each.against)}
            messages.warning(request, _("Look at this, for %(name)s: %(why)s.") % words)


def tell_who_gets_no_letter(request: HttpRequest, counsellors: Collection[int]) -> None:
    """They are told on their page alone, which they may not open in time: whoever planned it must know."""
    people = Staff.objects.filter(counsellor__in=counsellors)
    names = [str(one) for one in in_order(letter_choices.unreached(LetterKind.SHIFT_CHANGED, people))]
    if names:
        messages.warning(
            request,
            _(
                "No letter of it goes to %(names)s: it only stands on their page. Tell them yourself if it is urgent."
            )
            % {"names": ", ".join(names)},
        )


def _shift_page(
    request: HttpRequest, one: Shift, form: ShiftForm | None = None, status: int | None = None
) -> HttpResponse:
    now = timezone.now()
    (shown,) = grid_shifts([one], {one.pool_id}, now=now)
    text, language = request.GET.get("q", "").strip()[:100], request.GET.get("language", "")
    near = Shift.objects.filter(pool=one.pool_id, date__range=(one.date - FORTNIGHT, one.date + FORTNIGHT))
    context = {
        "form": form or _form(request, one, None),
        "shift": one,
        "pool": one.pool,
        "shown": shown,
        "could_ask": len(calling_out.who_can_be_asked(one, now=now)) if shown.coverage.free else 0,
        "found": candidates(one, text=text, language=language, now=now),
        "text": text,
        "language": language,
        "languages": list(LANGUAGES.items()),
        "others": [other for other in near.exclude(pk=one.pk) if other.date >= timezone.localdate()],
        "monday": monday_of(one.date),
    }
    return page(request, "roster_shift.html", context, tab="roster", status=status)


@only_posts
@requires(Action.COORDINATE)
@in_turn
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    one = my_shift(request, pk)
    seen = request.POST.get("seen", "")
    if not seen:
        messages.error(request, _("Nothing was done: look at the shift first."))
        return redirect("coordination:shift", pk=pk)
    if whole(seen) != one.revision:
        messages.error(
            request,
            _(
                "Somebody changed this shift, or came onto it, while you were looking. It is not deleted: look at it as it is now."
            ),
        )
        tell_acts(
            request,
            entries_since(
                request.POST.get("revision", "").partition("-")[2], lambda act: act.subject == f"shift {pk}"
            ),
        )
        return _shift_page(request, one, status=409)
    done = _("The shift of %(shift)s was deleted.") % {"shift": shift_words(one)}
    people = people_on(one)
    try:
        with undo.offered(request, "shift.deleted", done, *shifts_of([one.pool_id], one.date, one.date)):
            planning.delete(actor=signed_in(request), shift=one, now=timezone.now())
    except ShiftGoneError:
        return changed_meanwhile(request, pk)
    messages.success(request, done)
    if people:
        messages.info(
            request,
            ngettext(
                "%(n)s person who was on it is told.", "%(n)s people who were on it are told.", len(people)
            )
            % {"n": len(people)},
        )
        tell_who_gets_no_letter(request, people)
    return _to_week(one.date)


def changed_meanwhile(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(request, _("This has changed meanwhile: nothing was done. The page shows how it is now."))
    if Shift.objects.filter(pk=pk).exists():
        return redirect("coordination:shift", pk=pk)
    return redirect("coordination:roster")
