"""The roster of the teams: a week as a grid, and a whole week planned at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.forms.roster import FARTHEST, CopyWeekForm, ProposedWeekForm
from coordination.ownership import my_pools
from coordination.roster_week import DAY, grid, holidays_in, monday_of, proposed
from coordination.tabs import page
from coordination.turns import in_turn
from coordination.weekdays import day_name
from partners.name_search import in_order
from partners.permissions import Action, requires, signed_in
from roster.copying import WEEK, CopiedWeek, copy_week, week_of
from roster.models import Assignment, Shift, ShiftLink
from roster.planning import ShiftWanted, create_many
from roster.proposals import ProposedShift
from roster.words import day_words, hours_words
from routing_rules.models import Pool


def week_in(text: str) -> date:
    """The Monday of the day that is written; of this week for what is no day, or too far away."""
    today = timezone.localdate()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return monday_of(today)
    return monday_of(day if abs(day - today) <= FARTHEST else today)


def shifts_of(pools: list[int], first: date, last: date) -> "tuple[QuerySet[Any], ...]":
    """What an act on these teams and days may change, for undoing it: what goes with a shift before the shift. What people are told
    of it is not among it: they may have read it."""
    days = (first, last)
    return (
        ShiftLink.objects.filter(shift__pool__in=pools, shift__date__range=days),
        Assignment.objects.filter(shift__pool__in=pools, shift__date__range=days),
        Shift.objects.filter(pool__in=pools, date__range=days),
    )


@require_safe
@requires(Action.COORDINATE)
def week(request: HttpRequest) -> HttpResponse:
    monday = week_in(request.GET.get("week", ""))
    mine = my_pools(request, active=True)
    keys = {pool.pk for pool in mine}
    everybody = "all" in request.GET
    others = in_order(Pool.objects.filter(active=True).exclude(pk__in=keys).select_related("partner"))
    pools = [*mine, *(others if everybody or not mine else [])]
    rows = grid(pools, keys, monday, now=timezone.now())
    holidays = holidays_in(monday)
    context = {
        "rows": rows,
        "lacking": sum(row.lacking for row in rows if row.mine),
        "coming": any(row.coming for row in rows if row.mine),
        "planned": any(row.planned for row in rows),
        "days": [(day, holidays.get(day, "")) for day in (monday + n * DAY for n in range(7))],
        "monday": monday,
        "sunday": monday + 6 * DAY,
        "before": monday - WEEK,
        "after": monday + WEEK,
        "today": timezone.localdate(),
        "plans": bool(mine),
        "everybody": everybody,
        "others": len(others) if not everybody else 0,
    }
    return page(request, "roster.html", context, tab="roster")


@requires(Action.COORDINATE)
@in_turn
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a week like the one before, or from the opening hours."""
    monday = week_in(request.GET.get("week", ""))
    source = week_in(request.GET.get("like", "") or (monday - WEEK).isoformat())
    pools, now = my_pools(request, active=True), timezone.now()
    # Also what was typed before the session ended, which is shown and saves nothing.
    act, sent = request.POST.get("act", ""), request.method == "POST"
    copying = CopyWeekForm(request.POST if act == "copy" else None)
    proposing = ProposedWeekForm(request.POST if act == "propose" else None)
    proposals = proposed(pools, monday, now=now)
    # Somebody may have planned a team since the page was shown: to tick it then is no mistake.
    copying.offer(_copies(pools, source, with_none=act == "copy"))
    proposing.offer(
        [(pool, _proposals(proposals[pool.pk])) for pool in pools if proposals[pool.pk] or act == "propose"]
    )
    if sent and act == "copy" and copying.is_valid():
        chosen = [pool for pool in pools if pool.slug in copying.cleaned_data["teams"]]
        with_people = copying.cleaned_data["with_people"]

        def copied(pool: Pool) -> CopiedWeek:
            return copy_week(
                actor=signed_in(request),
                pool=pool,
                source=source,
                target=monday,
                with_people=with_people,
                # What people are told is of this act, and undone with it.
                now=timezone.now(),
            )

        return _do(request, chosen, monday, "shifts.copied", copied)
    if sent and act == "propose" and proposing.is_valid():
        chosen = [pool for pool in pools if pool.slug in proposing.cleaned_data["teams"]]
        needed = proposing.cleaned_data["needed"]

        def planned(pool: Pool) -> CopiedWeek:
            wanted = [ShiftWanted(one.day, one.start, one.end, needed) for one in proposals[pool.pk]]
            return CopiedWeek(new=len(create_many(actor=signed_in(request), pool=pool, wanted=wanted)))

        return _do(request, chosen, monday, "shifts.created", planned)
    context = {
        "copying": copying,
        "proposing": proposing,
        "form": proposing if act == "propose" else copying,
        "monday": monday,
        "holidays": sorted(holidays_in(monday).items()),
        "source": source,
        "weeks": [monday - number * WEEK for number in range(1, 9)],
    }
    return page(request, "roster_plan.html", context, tab="roster")


def _copies(pools: list[Pool], source: date, *, with_none: bool) -> list[tuple[Pool, str]]:
    """The teams that have shifts in that week, each with how many; `with_none`: the others too."""
    found = week_of([pool.pk for pool in pools], source)
    counted = [(pool, sum(one.pool_id == pool.pk for one in found)) for pool in pools]
    return [
        (pool, ngettext("%(n)s shift", "%(n)s shifts", number) % {"n": number})
        for pool, number in counted
        if number or with_none
    ]


def _proposals(found: list[ProposedShift]) -> str:
    """How many, and when, as short as it fits."""
    if not found:
        return _("nothing more")
    by_hours: dict[str, list[str]] = {}
    for one in found:
        by_hours.setdefault(hours_words(one.start, one.end), []).append(day_name(one.day.weekday()))
    when = "; ".join(f"{hours} {', '.join(days)}" for hours, days in by_hours.items())
    return ngettext("%(n)s shift (%(when)s)", "%(n)s shifts (%(when)s)", len(found)) % {
        "n": len(found),
        "when": when,
    }


def _do(
    request: HttpRequest,
    pools: list[Pool],
    monday: date,
    action: str,
    act: Callable[[Pool], CopiedWeek],
) -> HttpResponse:
    """Plan the week of each team, tell what became of it, and offer to undo all of it."""
    watched = shifts_of([pool.pk for pool in pools], monday, monday + timedelta(days=6))
    words = _("The week of %(day)s was planned.") % {"day": day_words(monday)}
    with undo.offered(request, action, words, *watched):
        done = [act(pool) for pool in pools]
    new = sum(one.new for one in done)
    if new:
        messages.success(request, ngettext("%(n)s shift is new.", "%(n)s shifts are new.", new) % {"n": new})
    else:
        messages.info(request, _("Nothing is new: what is suggested was planned already."))
    people, left_out = sum(one.people for one in done), sum(one.left_out for one in done)
    if people:
        messages.success(
            request,
            ngettext(
                "%(n)s place is taken by who was there before; they are told.",
                "%(n)s places are taken by who was there before; they are told.",
                people,
            )
            % {"n": people},
        )
    _tell_left_out(request, done, left_out)
    return redirect(f"{reverse('coordination:roster')}?week={monday.isoformat()}")


def _tell_left_out(request: HttpRequest, done: list[CopiedWeek], left_out: int) -> None:
    closed, there = sum(each.closed for each in done), sum(each.there for each in done)
    if left_out:
        words = ngettext(
            "%(n)s place stays free: who was there is away, elsewhere, or no longer of the team.",
            "%(n)s places stay free: who was there is away, elsewhere, or no longer of the team.",
            left_out,
        )
        messages.warning(request, words % {"n": left_out})
    if closed:
        words = ngettext(
            "%(n)s shift was left out: the team is closed then.",
            "%(n)s shifts were left out: the team is closed then.",
            closed,
        )
        messages.warning(request, words % {"n": closed})
    if there:
        words = ngettext(
            "%(n)s shift was there already and stays as it is.",
            "%(n)s shifts were there already and stay as they are.",
            there,
        )
        messages.warning(request, words % {"n": there})
