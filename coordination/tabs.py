"""The pages of the coordination, in the order and the groups of their tabs: what is used most comes first."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from coordination.undo import acts

TABS = [
    [
        ("week", "coordination:home", _("Week")),
        ("exceptions", "coordination:exceptions", _("Exceptions")),
    ],
    [
        ("rules", "coordination:rules", _("Rules")),
        ("tryit", "coordination:tryit", _("Try it")),
        ("coverage", "coordination:coverage", _("Coverage")),
    ],
    [
        ("people", "coordination:people", _("People")),
        ("pools", "coordination:pools", _("Teams")),
    ],
    [
        ("sites", "coordination:sites", _("Sites")),
        ("bookings", "coordination:bookings", _("Classes")),
    ],
    [
        ("replies", "coordination:replies", _("Replies")),
        ("notices", "coordination:notices", _("Notices")),
    ],
    [
        ("exchange", "coordination:exchange", _("Import, export")),
        ("audit", "coordination:audit", _("Log")),
    ],
]


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
    tabs = [[(address, label, name == tab) for name, address, label in group] for group in TABS]
    context = {**(context or {}), "tabs": tabs, "undo": acts(request)}
    form = context.get("form")
    if status is None:
        status = form_status(request, form)
    return render(request, f"coordination/{template}", context, status=status)
