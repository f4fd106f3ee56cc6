"""The pages of the coordination, in the order and the groups of their tabs: what is used most comes first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from coordination.undo import acts
from partners.models import Staff
from partners.permissions import Action, may, signed_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@dataclass(frozen=True, slots=True)
class Tab:
    """A page: the name by which views mark it, its address, its label."""

    name: str
    address: str
    label: "StrPromise"
    action: Action = Action.COORDINATE
    """Whoever may not do this does not see it."""


@dataclass(frozen=True, slots=True)
class TabGroup:
    """Pages that belong together; the group leads to its first one."""

    label: "StrPromise"
    pages: tuple[Tab, ...]


GROUPS = (
    TabGroup(_("Now"), (Tab("board", "coordination:board", _("Now")),)),
    TabGroup(_("Shifts"), (Tab("roster", "coordination:roster", _("Shifts")),)),
    TabGroup(
        _("Timetables"),
        (
            Tab("week", "coordination:home", _("Week")),
            Tab("exceptions", "coordination:exceptions", _("Exceptions")),
        ),
    ),
    TabGroup(
        _("Rules"),
        (
            Tab("rules", "coordination:rules", _("Plans")),
            Tab("tryit", "coordination:tryit", _("Try it")),
            Tab("what-if", "coordination:what-if", _("What if"), Action.COORDINATE_ALL),
            Tab("coverage", "coordination:coverage", _("Coverage")),
            Tab("exchange", "coordination:exchange", _("Import, export")),
        ),
    ),
    TabGroup(
        _("People"),
        (
            Tab("people", "coordination:people", _("Everybody")),
            Tab("pools", "coordination:pools", _("Teams")),
        ),
    ),
    TabGroup(
        _("Sites and classes"),
        (
            Tab("sites", "coordination:sites", _("Sites")),
            Tab("bookings", "coordination:bookings", _("Classes")),
        ),
    ),
    TabGroup(
        _("Texts"),
        (
            Tab("replies", "coordination:replies", _("Replies")),
            Tab("notices", "coordination:notices", _("Notices and numbers")),
        ),
    ),
    TabGroup(_("Log"), (Tab("audit", "coordination:audit", _("Log")),)),
)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as the page shows it; `pages` of the current group only, where there are several: page and whether it is the current one."""

    label: "StrPromise"
    address: str
    current: bool
    pages: tuple[tuple[Tab, bool], ...]


def shown_groups(tab: str, person: Staff) -> list[ShownGroup]:
    """The groups, with the one marked that holds this page, and of its pages those that this person may see."""
    found = []
    for group in GROUPS:
        current = any(one.name == tab for one in group.pages)
        pages = (
            tuple((one, one.name == tab) for one in group.pages if may(person, one.action))
            if current and len(group.pages) > 1
            else ()
        )
        found.append(ShownGroup(group.label, group.pages[0].address, current, pages))
    return found


def form_status(request: HttpRequest, form: Any) -> int:
    """409 for a form that another one overtook, 422 for one with errors; a page that only shows what was typed is no refusal."""
    shows_unsaved = request.method != "POST" and bool(request.POST)
    if form is None or shows_unsaved or not form.errors:
        return 200
    return 409 if getattr(form, "overtaken", False) else 422


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    tab: str,
    status: int | None = None,
) -> HttpResponse:
    """A page of the coordination with its tab marked; 422 when its form has errors, unless a status is given."""
    context = {**(context or {}), "tabs": shown_groups(tab, signed_in(request)), "undo": acts(request)}
    form = context.get("form")
    if status is None:
        status = form_status(request, form)
    return render(request, f"coordination/{template}", context, status=status)
