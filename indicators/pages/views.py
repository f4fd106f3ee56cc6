"""The pages of the figures. A view reads the choice, computes a report and renders it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from indicators import current_day, labels
from indicators.codes import TOGETHER
from indicators.definition_changes import CHANGES, PROTECTED, DefinitionChange
from indicators.definitions import DEFINITIONS
from indicators.digits import kind_of_parts, kind_of_value
from indicators.files.export import CSV, Cell, as_csv_for_people, table
from indicators.files.export_share import too_many
from indicators.files.page_table import as_tables
from indicators.files.profiles import profile, records
from indicators.files.workbook import XLSX, as_xlsx
from indicators.glossary import GLOSSARY, HELPED_OF_SERVED
from indicators.labels import BREAKDOWNS, COUNTERS
from indicators.periods import quarter_from
from indicators.protection.disclosure import PERSONAL
from indicators.questions.choice import FiguresForm, ProfileForm, QuarterForm, choice_of
from indicators.questions.takes import takes
from indicators.tables import protected
from indicators.tables.report import FiguresReport, for_person
from indicators.tables.who_served import by_network, by_partner
from partners import audit
from partners.permissions import Action, requires, signed_in

SPREADS = ("wait_served", "wait_abandoned", "first_answer", "duration")
RATES = (
    "answer_rate",
    "two_way",
    "abandonment",
    "quiet",
    "out_of_network",
    "transferred",
    "transfers",
    "requeued",
    "requeues",
    "legs_lost",
    "reach",
    "unmet_open_time",
)


@require_safe
@requires(Action.READ_FIGURES)
def dashboard(request: HttpRequest) -> HttpResponse:
    person = signed_in(request)
    choice = _choice(request)
    context: dict[str, Any] = {"choice": choice, "definitions": DEFINITIONS, "counters": COUNTERS}
    if choice.is_valid():
        main, *rest = for_person(person, choice.query(), choice.target)
        platform = rest[0] if rest else main
        helped = _helped_of_served(platform)
        context |= {
            "report": main,
            "helped_of_served": helped,
            "helped_then": helped is not None and quarter_from(helped.quarter) == main.query.period,
            "platform": platform,
            "heading": BREAKDOWNS[main.query.by],
            **_withheld(main),
            "outcomes_together": any(one.key == TOGETHER for one in main.outcomes),
            "networks": by_network(main),
            "partners": by_partner(main.query) if main.whole_months and not main.partial else [],
            "spreads": [(DEFINITIONS[code], GLOSSARY[code], main.total.figures[code]) for code in SPREADS],
            "rates": [
                (
                    DEFINITIONS[code],
                    GLOSSARY[code],
                    main.total.figures[code],
                    kind_of_value(code),
                    kind_of_parts(code),
                )
                for code in RATES
            ],
        }
    return render(request, "indicators/dashboard.html", context, status=choice.status)


def _withheld(main: FiguresReport) -> dict[str, bool]:
    """Whether it is withheld of some line how long things took, or how people worked, because these would be few."""
    lines = (main.total, *main.lines)
    return {
        "few_people": any(line.times_told and line.figures["first_answer"] is None for line in lines),
        "times_withheld": not all(line.times_told for line in lines),
    }


def _helped_of_served(platform: FiguresReport) -> protected.HelpedOfServed | None:
    """Of the period, if it is a published quarter, else of the latest one; not with a filter, which these answers do not have."""
    if platform.query.filters:
        return None
    today = current_day.today()
    if found := protected.helped_in(platform.query.period, today=today):
        return found
    latest = next(iter(protected.closed_quarters(today)), None)
    return None if latest is None else protected.helped_of_served(quarter=latest, today=today)


@require_safe
@requires(Action.READ_FIGURES)
def everything(request: HttpRequest) -> HttpResponse:
    """All that the file of the same choice holds, as a table."""
    choice = _choice(request)
    context: dict[str, Any] = {"choice": choice}
    if choice.is_valid():
        reports = for_person(signed_in(request), choice.query(), choice.target)
        context["tables"] = as_tables(table(*reports), _("All figures"))
        context |= _withheld(reports[0])
    return render(request, "indicators/all.html", context, status=choice.status)


@require_safe
@requires(Action.READ_FIGURES)
def export_csv(request: HttpRequest) -> HttpResponse:
    return _export(request, "csv", CSV, as_csv_for_people)


@require_safe
@requires(Action.READ_FIGURES)
def export_xlsx(request: HttpRequest) -> HttpResponse:
    return _export(request, "xlsx", XLSX, as_xlsx)


@require_safe
@requires(Action.READ_FIGURES)
def profiles(request: HttpRequest) -> HttpResponse:
    today = current_day.today()
    choice = ProfileForm(request.GET, today=today)
    context: dict[str, Any] = {"choice": choice}
    if choice.is_valid():
        about, quarter = choice.cleaned_data["about"], choice.cleaned_data["quarter"]
        published = protected.tables(personal=about, quarter=quarter, today=today)
        context |= {"profile": profile(about, published), "period": quarter_from(quarter)}
    return render(request, "indicators/profiles.html", context, status=choice.status)


@require_safe
@requires(Action.READ_FIGURES)
def profiles_csv(request: HttpRequest) -> HttpResponse:
    """Every protected table of one quarter."""
    today = current_day.today()
    choice = QuarterForm(request.GET, today=today)
    if not choice.is_valid():
        return HttpResponse(_sentences(choice), status=400, content_type="text/plain; charset=utf-8")
    if refusal := too_many(signed_in(request)):
        return refusal
    quarter = choice.cleaned_data["quarter"]
    lines = [
        line
        for about in PERSONAL
        for line in records(quarter, about, protected.tables(personal=about, quarter=quarter, today=today))
    ]
    audit.record(
        actor=signed_in(request),
        action="figures.exported",
        subject="profiles csv",
        detail={"quarter": quarter},
    )
    return _file(as_csv_for_people(lines), CSV, f"miti-profiles_{quarter}.csv")


@require_safe
@requires(Action.READ_FIGURES)
@takes()
def definitions(request: HttpRequest) -> HttpResponse:
    entries = [(code, definition.version, GLOSSARY[code]) for code, definition in DEFINITIONS.items()]
    entries.append(("helped_of_served", protected.VERSION, HELPED_OF_SERVED))
    changes = [(_since(change), _changed(change), change) for change in reversed(CHANGES)]
    return render(request, "indicators/definitions.html", {"entries": entries, "changes": changes})


def _since(change: DefinitionChange) -> str:
    return change.since if change.since.isdigit() else labels.of("month", change.since)


def _changed(change: DefinitionChange) -> str:
    """Whose definition changed."""
    if change.of_all:
        return _("All that there were")
    return ", ".join(
        _("Profiles and satisfaction") if code == PROTECTED else str(GLOSSARY[code].name)
        for code in change.codes
    )


def _choice(request: HttpRequest) -> FiguresForm:
    return choice_of(signed_in(request), request.GET)


def _export(
    request: HttpRequest, kind: str, content_type: str, write: Callable[[list[dict[str, Cell]]], str | bytes]
) -> HttpResponse:
    person = signed_in(request)
    choice = _choice(request)
    if not choice.is_valid():
        return HttpResponse(_sentences(choice), status=400, content_type="text/plain; charset=utf-8")
    if refusal := too_many(person):
        return refusal
    reports = for_person(person, choice.query(), choice.target)
    audit.record(
        actor=person, action="figures.exported", subject=kind, detail={"choice": choice.query_string}
    )
    period, by = choice.cleaned_data["span"], choice.cleaned_data["by"]
    return _file(
        write(table(*reports)), content_type, f"miti-indicators_{period.first}_{period.last}_{by}.{kind}"
    )


def _file(content: str | bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _sentences(choice: Form) -> str:
    return "".join(
        f"{sentence}\n" if field == NON_FIELD_ERRORS else f"{field}: {sentence}\n"
        for field, errors in choice.errors.items()
        for sentence in errors
    )
