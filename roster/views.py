"""The volunteers' pages: my shifts, those I can take, and when I am free."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from partners.name_search import in_order
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from roster import loading, notices, signing_up
from roster.joining import ConflictError, ShiftGoneError
from roster.models import Assignment, Shift
from roster.my_shifts import my_roster
from roster.rules import Conflict
from roster.words import Missing, day_words, hours_words, refusal, shift_words
from routing_rules.models import Counsellor

WEEKS: Final = 2
MOST_WEEKS: Final = 8
TABS = [
    ("mine", "roster:mine", gettext_lazy("My shifts")),
    ("times", "roster:times", gettext_lazy("When I am free")),
    ("calendar", "roster:calendar", gettext_lazy("My calendar")),
]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, tab: str, status: int = 200
) -> HttpResponse:
    """A page of the volunteers with its tab marked."""
    tabs = [(address, label, name == tab) for name, address, label in TABS]
    return render(request, f"roster/{template}", {**context, "tabs": tabs}, status=status)


def me(request: HttpRequest) -> Counsellor:
    """The skills of the counsellor who has signed in."""
    rows = Counsellor.objects.select_related("staff").prefetch_related("pools", "themes")
    return get_object_or_404(rows, staff=signed_in(request))


@require_safe
@requires(Action.COUNSEL)
def mine(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    weeks = MOST_WEEKS if request.GET.get("weeks") == str(MOST_WEEKS) else WEEKS
    # One's own are shown to the last; the open ones of the near future, as a phone shows few.
    until = timezone.localdate() + timedelta(weeks=weeks)
    found = my_roster(
        counsellor=me(request), until=timezone.localdate() + timedelta(weeks=MOST_WEEKS), now=now
    )
    missing = Missing()
    context = {
        "notices": [(one, _was(one.was)) for one in notices.unread(signed_in(request))],
        "mine": [(one, missing.of(one.coverage)) for one in found.mine],
        "replacements": found.replacements,
        "open": [(one, missing.of(one.coverage)) for one in found.open if one.shift.date <= until],
        "later": sum(one.shift.date > until for one in found.open),
        "most_weeks": MOST_WEEKS,
        "teams": found.teams,
    }
    return page(request, "mine.html", context, tab="mine")


def _was(was: dict[str, Any]) -> str:
    """The day and hours of a shift before it was moved."""
    if not was:
        return ""
    day = day_words(date.fromisoformat(was["date"]))
    return f"{day}, {hours_words(was['start_minute'], was['end_minute'])}"


def _act(
    request: HttpRequest, pk: int, act: Callable[[Counsellor], object], done: Callable[[object], str]
) -> HttpResponse:
    """Do it, and say what became of it on the page of one's shifts."""
    try:
        result = act(me(request))
    except ShiftGoneError:
        messages.error(
            request, _("This has changed meanwhile: nothing was done. The page shows how it is now.")
        )
    except ConflictError as error:
        tell = messages.info if error.found == {Conflict.ALREADY} else messages.error
        tell(request, refusal(error.found))
    except signing_up.TooLateError:
        messages.error(
            request,
            _(
                "It begins too soon to be given back. Look for somebody in your place: you find it at the shift."
            ),
        )
    else:
        messages.success(request, done(result))
    return redirect("roster:mine")


def _named(pk: int) -> str:
    shift = Shift.objects.filter(pk=pk).first()
    return shift_words(shift) if shift else ""


@only_posts
@requires(Action.COUNSEL)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda person: signing_up.take(
            counsellor=person, shift_id=pk, read=request.POST.get("read"), now=timezone.now()
        ),
        lambda _row: _("You are on the shift: %(shift)s. Thank you!") % {"shift": _named(pk)},
    )


@only_posts
@requires(Action.COUNSEL)
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda person: signing_up.give_back(counsellor=person, shift_id=pk, now=timezone.now()),
        lambda told: _given_back(pk, told=bool(told)),
    )


def _given_back(pk: int, *, told: bool) -> str:
    left = _("You are no longer on the shift: %(shift)s. If that was a mistake, take it again below.") % {
        "shift": _named(pk)
    }
    return " ".join([left, _("Your coordinators are told.")]) if told else left


@require_safe
@requires(Action.COUNSEL)
def replacement(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom one can ask to come in one's place."""
    person = me(request)
    row = get_object_or_404(Assignment.objects.select_related("shift__pool"), shift=pk, counsellor=person)
    could = signing_up.could_come(row.shift, instead_of=person.pk, now=timezone.now())
    if row.replacement_wanted_at is not None:
        could = notices.not_asked(could, row.shift, since=row.replacement_wanted_at)
    people = in_order(Counsellor.objects.filter(pk__in=could).select_related("staff").order_by("pk"))
    expected = person.pk not in loading.planned([row.shift])[row.shift_id].not_coming
    context = {"row": row, "people": people, "expected": expected}
    return page(request, "replacement.html", context, tab="mine")


@only_posts
@requires(Action.COUNSEL)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask everybody who could come, or the one who was chosen."""
    asked = request.POST.get("colleague", "")
    return _act(
        request,
        pk,
        lambda person: signing_up.look_for_replacement(
            counsellor=person, shift_id=pk, asked=_number(asked), now=timezone.now()
        ),
        _asked,
    )


def _asked(people: object) -> str:
    assert isinstance(people, int)
    if not people:
        return _("Colleagues see that you look for somebody.")
    return ngettext(
        "%(n)s colleague is asked.",
        "%(n)s colleagues are asked.",
        people,
    ) % {"n": people}


@only_posts
@requires(Action.COUNSEL)
def stop_looking(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda person: signing_up.stop_looking(counsellor=person, shift_id=pk),
        lambda _row: _("You come yourself: nobody is looked for any more."),
    )


@only_posts
@requires(Action.COUNSEL)
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    colleague = _number(request.POST.get("colleague", "")) or 0
    return _act(
        request,
        pk,
        lambda person: signing_up.take_over(
            counsellor=person,
            shift_id=pk,
            colleague_id=colleague,
            read=request.POST.get("read"),
            now=timezone.now(),
        ),
        lambda _row: (
            _("You come in your colleague’s place: %(shift)s. They are told. Thank you!")
            % {"shift": _named(pk)}
        ),
    )


def _number(text: str) -> int | None:
    # A key that no database can hold is nobody's.
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@only_posts
@requires(Action.COUNSEL)
def read(request: HttpRequest) -> HttpResponse:
    """The notices that were on the page are read."""
    seen = [one for text in request.POST.getlist("notice") if (one := _number(text)) is not None]
    notices.mark_read(person=signed_in(request), notices=seen, now=timezone.now())
    return redirect("roster:mine")
