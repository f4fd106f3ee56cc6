"""The board: its page, what an open page asks for again and again, and the acts of its buttons."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.board import answers, calls, hours, planned, situation
from coordination.board.answers import BoardAnswer
from coordination.board.calls import Called
from coordination.board.moment import EVERYBODYS
from coordination.calendar import moment_in_words
from coordination.ownership import must_edit
from coordination.shift_words import say_who_is_told
from coordination.tabs import page
from partners import clock
from partners.letters import NOT_SENT
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.wording import page_language
from roster import closures
from routing_rules.models import DatedException, Pool

CLOSED_EARLY = "board.closed_early"
NEVER = "never"
"""When a team closes that is open day and night, as its button says it."""


@require_safe
@requires(Action.COORDINATE)
def board(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    if "wall" in request.GET:
        shown = answers.answer_for_wall(page_language(), now)
        return render(request, "coordination/board_wall.html", _shown(shown, answers.clock_of(now)))
    reader = answers.reader_of(signed_in(request))
    context = _shown(answers.answer_for(reader, now), answers.clock_of(now))
    return page(request, "board.html", {**context, "everybodys": reader.own == EVERYBODYS}, tab="board")


@require_safe
@requires(Action.COORDINATE)
def now(request: HttpRequest) -> HttpResponse:
    """What an open page asks for every few seconds; 304 where it shows that already."""
    return _answer(request, answers.answer_for(answers.reader_of(signed_in(request)), clock.now()))


@require_safe
@requires(Action.COORDINATE)
def wall(request: HttpRequest) -> HttpResponse:
    """The same for a wall."""
    return _answer(request, answers.answer_for_wall(page_language(), clock.now()))


def _shown(answer: BoardAnswer, clock: str) -> dict[str, object]:
    return {"pieces": answer.pieces, "tag": answer.tag, "clock": clock}


def _answer(request: HttpRequest, answer: BoardAnswer) -> HttpResponse:
    response = (
        HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        if request.headers.get("If-None-Match") == answer.tag
        else HttpResponse(answer.body, content_type="application/json")
    )
    response.headers["ETag"] = answer.tag
    response.headers["Date-Shown"] = answers.clock_of(clock.now())
    return response


@only_posts
@requires(Action.COORDINATE)
def act(request: HttpRequest) -> HttpResponse:
    """What a button of the board does, for one team: `nudge TEAM`, `help TEAM`, `longer TEAM CLOSES`, `early TEAM CLOSES`."""
    wanted, _space, rest = request.POST.get("act", "").partition(" ")
    slug, _space, closes = rest.partition(" ")
    do = ACTS.get(wanted)
    if do is None:
        messages.error(request, _("Nothing was done: this button is not known here. Load the page again."))
        return redirect("coordination:board")
    pool = get_object_or_404(Pool, slug=slug, active=True)
    must_edit(request, pool.partner_id)
    do(request, pool, closes)
    answers.forget()
    return redirect("coordination:board")


def _nudge(request: HttpRequest, pool: Pool, _closes: str) -> None:
    now_is = situation.read(clock.now())
    team = planned.planned_at(now_is.now).get(pool.pk)
    _call(request, lambda: calls.nudge(actor=signed_in(request), pool=pool, planned=team, now_is=now_is))


def _help(request: HttpRequest, pool: Pool, _closes: str) -> None:
    now_is = situation.read(clock.now())
    _call(request, lambda: calls.call_for_help(actor=signed_in(request), pool=pool, now_is=now_is))


def _call(request: HttpRequest, do: Callable[[], Called]) -> None:
    try:
        called = do()
    except calls.JustCalledError as refusal:
        local = timezone.localtime(refusal.at)
        messages.warning(
            request,
            _("Nothing was sent: this team was called at %(time)s already.")
            % {"time": moment_in_words(local, clock.now())},
        )
    except calls.NobodyToCallError:
        messages.warning(request, _("Nothing was sent: everybody who could come is there."))
    except calls.NobodyToWriteToError as refusal:
        messages.warning(
            request,
            _("Nothing was sent: of those who are not there, nobody wants such letters.")
            if refusal.have_address
            else _("Nothing was sent: of those who are not there, nobody has an e-mail address here."),
        )
    except calls.MailAwayError:
        messages.error(request, NOT_SENT)
    else:
        messages.success(request, _called_in_words(called))
        if called.not_sent:
            messages.error(request, NOT_SENT)


def _called_in_words(called: Called) -> str:
    letters = ngettext("%(n)s letter was sent.", "%(n)s letters were sent.", called.letters)
    consoles = ngettext(
        "%(n)s console rings and asks whether somebody is there.",
        "%(n)s consoles ring and ask whether somebody is there.",
        called.consoles,
    )
    said = [(letters, called.letters), (consoles, called.consoles)]
    return " ".join(words % {"n": n} for words, n in said if n)


def _longer(request: HttpRequest, pool: Pool, closes: str) -> None:
    _change_hours(request, pool, closes, "board.opened_longer", early=False)


def _early(request: HttpRequest, pool: Pool, closes: str) -> None:
    _change_hours(request, pool, closes, CLOSED_EARLY, early=True)


def _change_hours(request: HttpRequest, pool: Pool, closes: str, action: str, *, early: bool) -> None:
    now = clock.now()
    shown = hours.moment_of_seconds(closes)
    until = hours.closed_until(pool, shown, now)
    today = timezone.localdate(now)
    days = DatedException.objects.filter(pool=pool, date__range=(today, today + timedelta(days=1)))
    words = (_("%(team)s closes early.") if early else _("%(team)s stays open longer.")) % {"team": pool.name}
    try:
        if shown is None and not (early and closes == NEVER):
            raise hours.ChangedMeanwhileError
        telling = closures.telling(pool, today - timedelta(days=1), today + timedelta(days=1), now=now)
        with undo.offered(request, action, words, days), telling as told_of_hours:
            if early:
                end = hours.close_early(actor=signed_in(request), pool=pool, closes=shown, now=now)
            else:
                assert shown is not None
                end = hours.open_longer(actor=signed_in(request), pool=pool, closes=shown, now=now)
    except hours.HoursRefusedError as refusal:
        messages.error(request, _why_not(refusal))
        return
    time = moment_in_words(timezone.localtime(end), now)
    if not early:
        messages.success(
            request, _("%(team)s stays open until %(time)s.") % {"team": pool.name, "time": time}
        )
        say_who_is_told(request, told_of_hours)
        return
    told = hours.tell_who_waits(situation.read(now), pool=pool.slug, end=end)
    said = _("%(team)s takes no new request and closes at %(time)s. Conversations that run go on.") % {
        "team": pool.name,
        "time": time,
    }
    if until != shown:
        again = moment_in_words(timezone.localtime(until), now)
        said += " " + _("It stays closed until midnight (%(time)s).") % {"time": again}
    if told:
        said += " " + ngettext(
            "%(n)s person who waits was told.", "%(n)s people who wait were told.", told
        ) % {"n": told}
    messages.success(request, said)
    say_who_is_told(request, told_of_hours)


def _why_not(refusal: hours.HoursRefusedError) -> str:
    if isinstance(refusal, hours.ClosesAnywayError):
        return _("Nothing was changed: the team closes within minutes.")
    if isinstance(refusal, hours.MidnightSoonError):
        return _(
            "Nothing was changed: it would be closed until midnight, which is within minutes. For tomorrow, add an exception."
        )
    if isinstance(refusal, hours.StrongerExceptionError):
        return _(
            "Nothing was changed: another exception of this day holds against it. Look at the exceptions."
        )
    return _("Nothing was changed: these hours have changed meanwhile. Look at the board as it is now.")


ACTS = {"nudge": _nudge, "help": _help, "longer": _longer, "early": _early}
