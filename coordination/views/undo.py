"""The button that undoes an act."""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.services import duty
from coordination import undo as kept_acts
from coordination.board import answers, hours, situation
from coordination.ownership import must_edit
from coordination.shift_words import say_what_places_mean, say_who_is_told, say_who_is_told_again
from coordination.views.board import CLOSED_EARLY
from coordination.views.plans import refusal_sentence
from coordination.weekdays import whole_moment
from partners import clock
from partners import undo as services
from partners.audit import AlreadyUndoneError
from partners.audit import undone as undone_already
from partners.models import AuditEntry, Staff
from partners.permissions import Action, requires, signed_in
from partners.posts import only_posts
from partners.undo import Change
from partners.unsaved import page_of_form
from roster import closures, places, theme_needs, undone
from roster.closures import ToldOfHours
from roster.models import Shift
from roster.places import ToldOfPlaces
from roster.undoing import BroughtBack, who_cannot_come
from roster.words import conflict_words, said_of, shift_words
from routing_rules import publishing
from routing_rules.models import (
    Counsellor,
    DatedException,
    OpeningInterval,
    PlanVersion,
    Pool,
    RuleRow,
    Timetable,
)
from routing_rules.plan_versions import NotPublishableError, PlanError, StaleDraftError


class CannotComeError(Exception):
    """These would be put where they cannot be: nothing was undone."""

    def __init__(self, who: list[BroughtBack]) -> None:
        self.who = who
        super().__init__()


def _in_words(one: BroughtBack) -> str:
    why = ", ".join(conflict_words(one.why))
    return said_of(f"{one.counsellor}, {one.shift.pool.name}, {shift_words(one.shift)}", why)


HOURS = {one._meta.label_lower for one in (DatedException, OpeningInterval, Pool, Timetable)}


def _themes_of(change: Change) -> set[str]:
    """The themes that the rows keep by code, which the database does not check: those of shifts and of rules."""
    found: set[str] = set()
    for row in change.before:
        if row["model"] == Shift._meta.label_lower:
            found.update(row["fields"]["themes"])
        elif row["model"] == RuleRow._meta.label_lower:
            found.update(RuleRow(content=row["fields"]["content"]).rule.themes)
    return found


def _put_back(
    request: HttpRequest, act: dict[str, Any], change: Change
) -> tuple[ToldOfHours, ToldOfPlaces, int]:
    """Put the rows back. Of hours and places that are there again, and of shifts as they were, people are told only if they know of the
    act; return how many they are."""
    hours_back = any(row["model"] in HOURS for row in (*change.before, *change.after))
    yesterday = timezone.localdate() - timedelta(days=1)
    told = ToldOfHours()
    with ExitStack() as stack:
        if hours_back:
            told = stack.enter_context(closures.telling(None, yesterday, None, now=timezone.now()))
        held = stack.enter_context(places.telling(_accounts(change), now=timezone.now()))
        services.undo(
            actor=signed_in(request),
            change=change,
            act=kept_acts.key_of(act["id"]),
            action=act["action"],
            subject=act["subject"],
            # An act that the release before 0.2.0 kept has none.
            about=act.get("about"),
        )
    theme_needs.keep(_themes_of(change))
    people = undone.tell(change.before, change.after, since=kept_acts.began(act), now=timezone.now())
    return told, held, people


def _accounts(change: Change) -> set[int]:
    """Of those whose account, or what they can take, was changed."""
    rows = (*change.before, *change.after)
    counsellors = {row["pk"] for row in rows if row["model"] == Counsellor._meta.label_lower}
    of_these = Counsellor.objects.filter(pk__in=counsellors).values_list("staff", flat=True)
    return {row["pk"] for row in rows if row["model"] == Staff._meta.label_lower} | set(of_these)


def _tell_already_undone(request: HttpRequest, entry: AuditEntry) -> None:
    words = {"name": entry.actor or _("somebody else"), "moment": whole_moment(entry.at)}
    if entry.actor == signed_in(request):
        messages.info(
            request, _("You have undone this already, on %(moment)s: it was not done twice.") % words
        )
    else:
        messages.info(request, _("%(name)s has undone this already, on %(moment)s.") % words)


def _bring_back(request: HttpRequest, act: dict[str, Any], brought: int, before: int) -> None:
    """Bring the rules of the plan before into force again, unless yet another plan is in force by now."""
    must_edit(request, None)
    earlier = PlanVersion.objects.filter(number=before).first()
    try:
        if earlier is None:
            raise StaleDraftError
        plan = publishing.undo(
            actor=signed_in(request),
            brought=brought,
            to=earlier,
            act=kept_acts.key_of(act["id"]),
            action=act["action"],
            now=timezone.now(),
        )
    except AlreadyUndoneError as twice:
        _tell_already_undone(request, twice.entry)
    except NotPublishableError as refusal:
        messages.error(request, _("Nothing was undone. %(who)s") % {"who": refusal_sentence(refusal)})
    except PlanError:
        messages.error(
            request, _("Somebody changed it meanwhile, so nothing was undone. Look at it as it is now.")
        )
    else:
        messages.success(
            request,
            _("Undone: the rules of plan %(old)s are in force again, as plan %(new)s.")
            % {"old": before, "new": plan.number},
        )


@only_posts
@requires(Action.COORDINATE)
def undo(request: HttpRequest) -> HttpResponse:
    act_id = request.POST.get("act", "")
    act = kept_acts.taken(request, act_id)
    if act is None:
        if (entry := undone_already(kept_acts.key_of(act_id))) is not None:
            _tell_already_undone(request, entry)
        else:
            messages.error(request, _("This can no longer be undone: ten minutes have passed."))
        return redirect(page_of_form(request) or "coordination:home")
    if (plans := kept_acts.plans_of(act)) is not None:
        _bring_back(request, act, *plans)
        return redirect(page_of_form(request) or "coordination:home")
    change = kept_acts.change_of(act)
    try:
        with transaction.atomic():
            told, held, people = _put_back(request, act, change)
            hindered = who_cannot_come(change.before, change.after, now=timezone.now())
            if any(one.alone for one in hindered):
                raise CannotComeError(hindered)
    except CannotComeError as refusal:
        for one in refusal.who:
            messages.error(request, _("Nothing was undone. %(who)s.") % {"who": _in_words(one)})
    except AlreadyUndoneError as twice:
        _tell_already_undone(request, twice.entry)
    except theme_needs.ThemeGoneError:
        messages.error(
            request,
            _(
                "Nothing was undone: a theme that it needs was deleted meanwhile. Make the theme again first, or leave it."
            ),
        )
    except services.ChangedSinceError:
        messages.error(
            request, _("Somebody changed it meanwhile, so nothing was undone. Look at it as it is now.")
        )
    else:
        duty.follow_capacity(
            [row["pk"] for row in change.before if row["model"] == Counsellor._meta.label_lower]
        )
        messages.success(request, _("Undone: everything is as it was before."))
        say_who_is_told(request, told)
        say_what_places_mean(request, held)
        say_who_is_told_again(request, people)
        for one in hindered:
            messages.warning(request, _("Look at this. %(who)s.") % {"who": _in_words(one)})
        if act["action"] == CLOSED_EARLY:
            hours.tell_that_it_stays_open(situation.read(clock.now()))
        answers.forget()
    return redirect(page_of_form(request) or "coordination:home")
