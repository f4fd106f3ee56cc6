"""When one is usually free, and when away: the page on which volunteers say so."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partners.permissions import Action, requires
from partners.posts import only_posts
from roster import loading, own_times
from roster.forms import AbsenceForm
from roster.models import Absence, Shift, UsualTime
from roster.own_times import BANDS
from roster.views import me, page
from roster.words import hours_words
from routing_rules.models import Counsellor
from routing_rules.weekly import Interval


@requires(Action.COUNSEL)
def times(request: HttpRequest) -> HttpResponse:
    person, today = me(request), timezone.localdate()
    form = AbsenceForm(request.POST if "first_day" in request.POST else None, today=today)
    usual = set(request.POST.getlist("free")) if "usual" in request.POST else None
    overtaken = False
    if request.method == "POST" and usual is not None:
        stored = _boxes(person)
        overtaken = request.POST.get("seen", _mark(stored)) != _mark(stored)
        if not overtaken:
            return _save_usual(request, person, usual)
    if request.method == "POST" and form.is_valid():
        first, last = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
        told = own_times.add_absence(counsellor=person, first=first, last=last, now=timezone.now())
        _tell_of_absence(request, person, first, last, told=told)
        return redirect(f"{reverse('roster:times')}#away")
    context = {
        "form": form,
        "days": _bands(person, usual),
        "seen": _mark(_boxes(person)),
        "overtaken": overtaken,
        "stored": [
            label for _name, boxes in _bands(person, None) for _value, label, ticked in boxes if ticked
        ],
        "bands": [tuple(hours_words(*band).split("-")) for band in BANDS],
        "absences": Absence.objects.filter(counsellor=person, last_day__gte=today),
    }
    refused = 422 if request.method == "POST" and form.errors else 200
    return page(request, "times.html", context, tab="times", status=409 if overtaken else refused)


def _boxes(person: Counsellor) -> set[str]:
    """The boxes that are ticked by what is stored."""
    rows = list(UsualTime.objects.filter(counsellor=person))
    return {
        f"{weekday}-{number}"
        for weekday in range(7)
        for number, (start, end) in enumerate(BANDS)
        if any(one.weekday == weekday and one.start_minute <= start and one.end_minute >= end for one in rows)
    }


def _mark(boxes: set[str]) -> str:
    """What a form was made from, to find out whether another one was saved since."""
    return " ".join(sorted(boxes))


def _bands(person: Counsellor, typed: set[str] | None) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Each weekday with its bands: the value of the box, its label, whether it is ticked; `typed`: what could not be saved."""
    ticked = _boxes(person) if typed is None else typed
    days = []
    for weekday in range(7):
        name = capfirst(str(WEEKDAYS[weekday]))
        boxes = [
            (f"{weekday}-{number}", f"{name} {hours_words(*band)}", f"{weekday}-{number}" in ticked)
            for number, band in enumerate(BANDS)
        ]
        days.append((name, boxes))
    return days


def _save_usual(request: HttpRequest, person: Counsellor, ticked: set[str]) -> HttpResponse:
    own_times.set_usual_times(
        counsellor=person,
        intervals=[
            Interval(weekday, *band)
            for weekday in range(7)
            for number, band in enumerate(BANDS)
            if f"{weekday}-{number}" in ticked
        ],
    )
    messages.success(
        request, _("Saved: your coordinators see when you are usually free. It puts you on no shift.")
    )
    return redirect("roster:times")


def _tell_of_absence(
    request: HttpRequest, person: Counsellor, first: date, last: date, *, told: bool
) -> None:
    messages.success(request, _("Saved: nobody puts you on a shift on these days."))
    rows = loading.standing(Shift.objects.filter(date__range=(first, last))).filter(counsellor=person)
    if rows.exists():
        messages.warning(
            request,
            _(
                "You are on shifts on these days. They stay yours, though your places count as free: "
                "give them back, or look for somebody in your place."
            ),
        )
    if told:
        messages.info(request, _("Your coordinators are told."))


@only_posts
@requires(Action.COUNSEL)
def drop_absence(request: HttpRequest, pk: int) -> HttpResponse:
    own_times.drop_absence(counsellor=me(request), absence=pk)
    messages.success(request, _("You are not away on these days any more."))
    return redirect(f"{reverse('roster:times')}#away")
