"""Export and import of plans and timetables as one file."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coordination import undo
from coordination.exchange_words import import_sentence, told_effect
from coordination.ownership import may_edit
from coordination.shift_words import say_who_is_told
from coordination.tabs import page
from coordination.turns import turn
from partners.permissions import Action, requires, signed_in
from roster import closures
from routing_rules import exchange as services
from routing_rules import exporting
from routing_rules.exchange_format import LARGEST_FILE, ImportProblem
from routing_rules.models import (
    DatedException,
    OpeningInterval,
    PlanState,
    PlanVersion,
    RuleRow,
    Timetable,
)


class ImportForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(label=gettext_lazy("A YAML or JSON file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "code"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        sent = cleaned.get("file")
        if sent is not None and sent.size > LARGEST_FILE:
            self.add_error(
                "file", _("This file is too large: %(size)s KB at most.") % {"size": LARGEST_FILE // 1024}
            )
        elif sent is not None:
            try:
                cleaned["text"] = sent.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("This is not a text file in UTF-8."))
        elif not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or put its text below."))
        elif len(cleaned["text"]) > LARGEST_FILE:
            self.add_error(
                "text", _("This file is too large: %(size)s KB at most.") % {"size": LARGEST_FILE // 1024}
            )
        return cleaned


@requires(Action.COORDINATE)
def exchange(request: HttpRequest) -> HttpResponse:
    """Show what the file would do; write it once that was seen."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    text, seen = form.cleaned_data["text"], request.POST.get("seen", "")
    try:
        if seen:
            return _write(request, text, seen)
        return _preview(request, text)
    except services.FileOvertakenError:
        messages.error(
            request,
            _(
                "Somebody changed this since you looked: nothing was written. This is what the file would do now."
            ),
        )
        return _preview(request, text, status=409)
    except services.ImportRefusedError as error:
        # The content of an uploaded file is put into the text field, so that it can be corrected here.
        return _page(request, ImportForm(initial={"text": text}), problems=error.problems)


def _write(request: HttpRequest, text: str, seen: str) -> HttpResponse:
    # Before it is anybody's turn: what is refused keeps nobody waiting.
    services.what_it_does(actor=signed_in(request), text=text, now=timezone.now())
    with (
        turn(),
        undo.offered(request, "file.imported", _("A file was imported."), *_all_it_may_write()),
        closures.telling(None, timezone.localdate(), None, now=timezone.now()) as told,
    ):
        done = services.import_file(actor=signed_in(request), text=text, now=timezone.now(), seen=seen)
    messages.success(request, done_sentence(done))
    say_who_is_told(request, told)
    return redirect("coordination:exchange" if done.draft is None else "coordination:draft")


def _preview(request: HttpRequest, text: str, status: int | None = None) -> HttpResponse:
    found = services.what_it_does(actor=signed_in(request), text=text, now=timezone.now())
    return _page(request, ImportForm(), told=told_effect(found) | {"text": text}, status=status)


def _page(
    request: HttpRequest,
    form: ImportForm,
    *,
    problems: Sequence[ImportProblem] = (),
    told: dict[str, Any] | None = None,
    status: int | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "problems": [(one.where, import_sentence(one)) for one in problems],
        "platform": may_edit(request, None),
        "would": told,
    }
    return page(request, "exchange.html", context, tab="exchange", status=422 if problems else status)


def _all_it_may_write() -> "tuple[QuerySet[Any], ...]":
    """Hours and exceptions of today and later, and the draft."""
    today = timezone.localdate() - timedelta(days=1)
    return (
        Timetable.objects.filter(valid_from__gte=today),
        OpeningInterval.objects.filter(timetable__valid_from__gte=today),
        DatedException.objects.filter(date__gte=today),
        PlanVersion.objects.filter(state=PlanState.DRAFT),
        RuleRow.objects.filter(plan__state=PlanState.DRAFT),
    )


def done_sentence(done: services.Imported) -> str:
    """What an import wrote."""
    sentence = _("Imported. Timetables: %(timetables)s; exceptions: %(exceptions)s.") % {
        "timetables": done.timetables,
        "exceptions": done.exceptions,
    }
    if done.plan_left:
        sentence += " " + _(
            "The rules are those in force, which the platform’s coordinators keep: they were left as they are."
        )
    if done.draft is not None:
        sentence += " " + _("Rules in the draft, plan %(draft)s: %(rules)s. Publish it when it is right.") % {
            "rules": done.rules,
            "draft": done.draft,
        }
    return sentence


@require_safe
@requires(Action.COORDINATE)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    content = exporting.exported(today=timezone.localdate())
    text, media = (
        (exporting.as_json(content), "application/json")
        if kind == "json"
        else (exporting.as_yaml(content), "application/yaml")
    )
    response = HttpResponse(text, content_type=f"{media}; charset=utf-8")
    name = f"miti-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
