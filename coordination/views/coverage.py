"""The coverage of the coming week: how many could take each theme in each language, the holes, and what to do about one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from chat.services.rules_in_force import on_the_books
from coordination import hole_letters, hole_people
from coordination.coverage import CoverageCell, Stretch, cell, half_hour_begun, stretches
from coordination.forms.coverage import HoleForm
from coordination.hole_help import Helper, HelpKind, who_could_help
from coordination.hole_letters import Hole
from coordination.ownership import may_edit
from coordination.posted import whole
from coordination.tabs import page
from coordination.weekdays import day_and_month
from partners.models import Staff
from partners.name_search import in_order
from partners.permissions import Action, requires, signed_in
from routing_rules.eligibility import reachable_pools
from routing_rules.facts import members
from routing_rules.hours_text import format_hours
from routing_rules.languages import LANGUAGES
from routing_rules.loading import NoPlanInForceError, published_plan, schedules
from routing_rules.models import Counsellor, Site, Theme
from routing_rules.plans import Plan
from routing_rules.sites import themes_offered
from routing_rules.snapshot import WaitingRequest

HELP_WORDS = {
    HelpKind.OTHER_TEAM: gettext_lazy(
        "They handle this theme, in teams that are not open then: open one of these teams, or put them into one that is."
    ),
    HelpKind.OTHER_THEME: gettext_lazy(
        "They are in a team that is open then, and handle other themes: could they take this one too?"
    ),
    HelpKind.LANGUAGE_ONLY: gettext_lazy("They are in other teams, and handle other themes."),
}


def _plan() -> Plan | None:
    try:
        return published_plan()
    except NoPlanInForceError:
        return None


def _open_time(plan: Plan, first: date, days: int) -> list[Stretch]:
    """The stretches in which a team is open to which the plan may send."""
    hours = schedules(timezone.now())
    rules_pools = [rule.pools() for rule in plan]
    if None not in rules_pools:
        named = frozenset[str]().union(*(pools for pools in rules_pools if pools is not None))
        hours = {slug: schedule for slug, schedule in hours.items() if slug in named}
    return list(_to_come(stretches(hours, first, days=days), timezone.localtime()))


def _to_come(found: Iterable[Stretch], now: datetime) -> Iterable[Stretch]:
    """Without what is past: the half hour that runs is the first."""
    begun = half_hour_begun(now)
    for one in found:
        if one.day > now.date():
            yield one
        elif one.day == now.date() and one.end > begun:
            yield replace(one, start=max(one.start, begun))


@require_safe
@requires(Action.COORDINATE)
def coverage(request: HttpRequest) -> HttpResponse:
    sites = in_order(Site.objects.filter(active=True), lambda one: one.name)
    chosen = next((one for one in sites if one.key == request.GET.get("site")), sites[0] if sites else None)
    context: dict[str, Any] = {"sites": sites, "chosen": chosen}
    plan = _plan()
    if chosen is None or plan is None:
        return page(request, "coverage.html", context, tab="coverage")
    columns = _open_time(plan, timezone.localdate(), 7)
    spoken = [
        code for code in chosen.languages if request.GET.get("language", code) == code
    ] or chosen.languages
    people = members()
    rows: list[tuple[Theme, list[CoverageCell]]] = [
        (
            theme,
            [
                cell(
                    plan=plan,
                    people=people,
                    open_pools=column.pools,
                    theme=theme.code,
                    languages=spoken,
                    site=chosen.key,
                    audience=chosen.audience,
                )
                for column in columns
            ],
        )
        for theme in themes_offered(chosen)
    ]
    context |= {
        "languages": [(code, LANGUAGES.get(code, code)) for code in spoken],
        "offered": [(code, LANGUAGES.get(code, code)) for code in chosen.languages],
        "language": request.GET.get("language", ""),
    }
    return page(request, "coverage.html", context | _drawn(chosen, columns, rows), tab="coverage")


def _drawn(
    site: Site, columns: list[Stretch], rows: list[tuple[Theme, list[CoverageCell]]]
) -> dict[str, Any]:
    """The coverage table without stretches in which every theme is closed, and its holes one by one."""
    kept = [
        position
        for position in range(len(columns))
        if any(cells[position].counts is not None for _theme, cells in rows)
    ]
    heads = [
        {"day": day_and_month(columns[position].day), "hours": format_hours([columns[position].interval])}
        for position in kept
    ]
    spoken_by = _speakers()
    holes = []
    for theme, cells in rows:
        by_language: dict[str, list[tuple[str, str]]] = {}
        for head, position in zip(heads, kept, strict=True):
            for language in cells[position].holes:
                when = f"{head['day']} {head['hours']}"
                address = _address(site, theme.code, language, columns[position])
                by_language.setdefault(language, []).append((when, address))
        holes += [
            {
                "theme": theme,
                "language": LANGUAGES.get(language, language),
                "when": when,
                "speakers": _speakers_sentence(spoken_by.get(language, 0)),
            }
            for language, when in by_language.items()
        ]
    return {
        "heads": heads,
        "rows": [(theme, [cells[position] for position in kept]) for theme, cells in rows],
        "holes": holes,
    }


def _speakers() -> dict[str, int]:
    """How many people on the books speak each language."""
    found: dict[str, int] = {}
    for skills in on_the_books().values():
        for language in skills.languages:
            found[language] = found.get(language, 0) + 1
    return found


def _speakers_sentence(count: int) -> str:
    if not count:
        return _("Nobody on the books speaks it: invite somebody who does.")
    return ngettext("%(n)s person speaks it.", "%(n)s people speak it.", count) % {"n": count}


def _address(site: Site, theme: str, language: str, stretch: Stretch) -> str:
    asked: dict[str, str | int] = {
        "site": site.key,
        "theme": theme,
        "language": language,
        "day": stretch.day.isoformat(),
        "start": stretch.start,
        "end": stretch.end,
    }
    return f"{reverse('coordination:hole')}?{urlencode(asked)}"


@requires(Action.COORDINATE)
def hole(request: HttpRequest) -> HttpResponse:
    """Who could help where nobody could take a theme in a language; write to those who are ticked."""
    form = HoleForm(request.GET, now=timezone.localtime())
    plan = _plan()
    pools = _pools_then(plan, form.chosen_site(), form.hole()) if plan and form.is_valid() else None
    if pools is None:
        # Nobody is asked to come for hours that are over or closed.
        messages.error(
            request, _("This opening is over, or is none any more: here is the coverage as it is now.")
        )
        return redirect("coordination:coverage")
    found = form.hole()
    helpers = who_could_help(on_the_books(), theme=found.theme, language=found.language, pools=pools)
    mine, others = _mine(request, helpers)
    if request.method == "POST":
        return _ask(request, found, {one.staff_id: one.staff for one, _kind in mine})
    people = hole_people.shown(mine, found)
    context = {
        "theme": Theme.objects.get(code=found.theme),
        "language": LANGUAGES.get(found.language, found.language),
        "code": found.language,
        "day": day_and_month(found.day),
        "hours": found.hours,
        "groups": [
            (
                words,
                [one for one in people if one.kind is kind],
                others.get(kind, 0),
            )
            for kind, words in HELP_WORDS.items()
        ],
        "nobody": not helpers,
        "nobody_of_mine": not mine,
    }
    return page(request, "hole.html", context, tab="coverage")


def _pools_then(plan: Plan, site: Site, found: Hole) -> frozenset[str] | None:
    """The pools that are open at its beginning and to which the plan sends such a request; None: nothing is open then."""
    open_then = next(
        (one.pools for one in _open_time(plan, found.day, 1) if one.start <= found.start < one.end), None
    )
    if open_then is None:
        return None
    request = WaitingRequest(
        "coverage", found.theme, found.language, site.key, asked_at=0.0, audience=site.audience
    )
    return reachable_pools(plan, request, open_then)


def _mine(
    request: HttpRequest, helpers: list[Helper]
) -> tuple[list[tuple[Counsellor, HelpKind]], dict[HelpKind, int]]:
    """Those whom this person may manage, and how many others there are of each kind."""
    rows = Counsellor.objects.select_related("staff__partner").prefetch_related("pools", "themes")
    people = rows.in_bulk([one.person for one in helpers])
    mine, others = [], dict.fromkeys(HelpKind, 0)
    for one in helpers:
        person = people[one.person]
        if may_edit(request, person.staff.partner_id):
            mine.append((person, one.kind))
        else:
            others[one.kind] += 1
    return mine, others


def _ask(request: HttpRequest, found: Hole, mine: dict[int, Staff]) -> HttpResponse:
    ticked = [mine[pk] for pk in map(whole, request.POST.getlist("person")) if pk in mine]
    back = redirect(request.get_full_path())
    if not ticked:
        messages.error(request, _("Nobody was written to: tick who is to get a letter."))
        return back
    sent, tried = hole_letters.ask(actor=signed_in(request), people=ticked, hole=found)
    if sent:
        messages.success(
            request,
            ngettext("%(n)s letter is on its way.", "%(n)s letters are on their way.", sent) % {"n": sent},
        )
    if tried > sent:
        messages.warning(
            request,
            ngettext(
                "%(n)s letter did not leave: they do not want such letters, have no address, or the mail server does not answer.",
                "%(n)s letters did not leave: they do not want such letters, have no address, or the mail server does not answer.",
                tried - sent,
            )
            % {"n": tried - sent},
        )
    if not tried:
        messages.warning(request, _("They were asked today already: no second letter was sent."))
    return back
