"""The pages of the coordination, in the order of their tabs."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

TABS = [
    ("week", "coordination:home", _("Week")),
    ("exceptions", "coordination:exceptions", _("Exceptions")),
    ("rules", "coordination:rules", _("Rules")),
    ("tryit", "coordination:tryit", _("Try it")),
    ("coverage", "coordination:coverage", _("Coverage")),
    ("people", "coordination:people", _("People")),
    ("pools", "coordination:pools", _("Teams")),
    ("sites", "coordination:sites", _("Sites")),
    ("bookings", "coordination:bookings", _("Classes")),
    ("replies", "coordination:replies", _("Replies")),
    ("notices", "coordination:notices", _("Notices")),
    ("exchange", "coordination:exchange", _("Import, export")),
    ("audit", "coordination:audit", _("Log")),
]


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    tab: str,
    status: int = 200,
) -> HttpResponse:
    """A page of the coordination with its tab marked."""
    tabs = [(address, label, name == tab) for name, address, label in TABS]
    return render(request, f"coordination/{template}", {**(context or {}), "tabs": tabs}, status=status)
