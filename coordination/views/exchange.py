"""Export and import of plans and timetables as one file."""

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
from coordination.exchange_words import import_sentence
from coordination.ownership import may_edit
from coordination.tabs import page
from partners.permissions import Action, requires, signed_in
from routing_rules import exchange as services
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
    form = ImportForm(request.POST or None, request.FILES or None)
    problems: list[ImportProblem] = []
    if request.method == "POST" and form.is_valid():
        try:
            with undo.offered(request, "file.imported", _("A file was imported."), *_all_it_may_write()):
                done = services.import_file(
                    actor=signed_in(request), text=form.cleaned_data["text"], now=timezone.now()
                )
        except services.ImportRefusedError as error:
            problems = error.problems
            # The content of an uploaded file is put into the text field, so that it can be corrected here.
            form = ImportForm(initial={"text": form.cleaned_data["text"]})
        else:
            messages.success(request, done_sentence(done))
            return redirect("coordination:exchange" if done.draft is None else "coordination:draft")
    context = {
        "form": form,
        "problems": [(one.where, import_sentence(one)) for one in problems],
        "platform": may_edit(request, None),
    }
    return page(request, "exchange.html", context, tab="exchange", status=422 if problems else None)


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
    content = services.exported(today=timezone.localdate())
    text, media = (
        (services.as_json(content), "application/json")
        if kind == "json"
        else (services.as_yaml(content), "application/yaml")
    )
    response = HttpResponse(text, content_type=f"{media}; charset=utf-8")
    name = f"miti-{timezone.localdate().isoformat()}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
