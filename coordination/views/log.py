"""The audit log: who did what, when. Never what anybody said."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.acts import ACTS, SUBJECTS, act_in_words
from coordination.csv_files import csv_file
from coordination.log_scope import actor_in_words, entries_of
from coordination.log_words import LogNames, detail_in_words, person_of, subject_in_words
from coordination.ownership import may_edit
from coordination.tabs import page
from coordination.weekdays import whole_moment
from partners.models import AuditEntry, Staff
from partners.name_search import by_name, keys_of
from partners.permissions import Action, requires, signed_in

A_PAGE = 50
MOST_IN_A_FILE = 10_000
LogLine = tuple[AuditEntry, str, str, str, str]
FILTERS = ("act", "to", "who", "since", "until")


def _entries(request: HttpRequest) -> "QuerySet[AuditEntry]":
    """What concerns one's own partner; for the platform's coordinators, everything; as it is looked for."""
    own, people = signed_in(request).partner, Staff.objects.only("first_name", "username", "email")
    if may_edit(request, None):
        entries = AuditEntry.objects.all()
    elif own is None:
        return AuditEntry.objects.none()
    else:
        # Whoever is not named here is not found by name either.
        entries, people = entries_of(own), people.filter(partner=own)
    entries = entries.select_related("actor")
    asked = request.GET
    if asked.get("act", "") in ACTS:
        entries = entries.filter(action=asked["act"])
    if asked.get("to", "") in SUBJECTS:
        entries = entries.filter(subject__startswith=f"{asked['to']} ")
    if who := asked.get("who", "").strip()[:100]:
        entries = entries.filter(actor__in=keys_of(who, people))
    if since := _day(asked.get("since", "")):
        entries = entries.filter(at__date__gte=since)
    if until := _day(asked.get("until", "")):
        entries = entries.filter(at__date__lte=until)
    return entries


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _in_words(request: HttpRequest, entries: Iterable[AuditEntry]) -> list[LogLine]:
    """Each with who acted, the act, what it was done to, and the details."""
    entries = list(entries)
    keys = {key for one in entries if (key := person_of(one.subject)) is not None}
    people: dict[int | None, str] = {
        one.pk: str(one) for one in Staff.objects.filter(pk__in=keys) if may_edit(request, one.partner_id)
    }
    names = LogNames.load(people)
    reader, everybody = signed_in(request), may_edit(request, None)
    return [
        (
            one,
            actor_in_words(one, reader=reader, everybody=everybody),
            act_in_words(one.action),
            subject_in_words(one.subject, names),
            detail_in_words(one.detail, names),
        )
        for one in entries
    ]


@require_safe
@requires(Action.COORDINATE)
def log(request: HttpRequest) -> HttpResponse:
    shown = Paginator(_entries(request), A_PAGE).get_page(request.GET.get("page"))
    asked = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    context: dict[str, Any] = {
        "entries": _in_words(request, shown),
        "shown": shown,
        "acts": sorted(((code, str(label)) for code, label in ACTS.items()), key=lambda act: by_name(act[1])),
        "subjects": sorted(
            ((code, str(label)) for code, label in SUBJECTS.items()), key=lambda one: by_name(one[1])
        ),
        "asked": asked,
        "query": urlencode(asked),
        "everything": may_edit(request, None),
    }
    return page(request, "log.html", context, tab="audit")


@require_safe
@requires(Action.COORDINATE)
def export(request: HttpRequest) -> HttpResponse:
    """The latest of what is looked for, as a file."""
    return csv_file(
        "miti-log.csv",
        [_("When"), _("Who"), _("What"), _("To what"), _("Details")],
        (
            [whole_moment(entry.at), who, act, subject, detail]
            for entry, who, act, subject, detail in _in_words(request, _entries(request)[:MOST_IN_A_FILE])
        ),
    )
