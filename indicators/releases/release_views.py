"""The pages of releases: the list, one of them with its tables and files, and two side by side."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from indicators import current_day, labels
from indicators.files.columns import heading
from indicators.files.export import CSV, as_csv_for_people
from indicators.files.export_share import too_many
from indicators.files.page_table import TwoFigures, as_pairs, as_plain_table, as_tables
from indicators.files.workbook import XLSX, as_xlsx
from indicators.glossary import GLOSSARY
from indicators.models import FiguresRelease
from indicators.questions.takes import file_takes, takes
from indicators.releases import freezing
from indicators.releases.differences import PROTECTED, ChangedFigure, changed, numbers_changed, tables_of
from indicators.releases.frozen_definitions import definitions_of
from indicators.releases.release_form import ReleaseForm
from partners import audit
from partners.permissions import Action, requires, signed_in

KINDS = {"csv": CSV, "xlsx": XLSX}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ_ALL_FIGURES)
@takes()
def page(request: HttpRequest) -> HttpResponse:
    """List them; POST freezes a period."""
    today = current_day.today()
    form = ReleaseForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        period = form.periods[form.cleaned_data["period"]]
        try:
            made = freezing.freeze(
                actor=signed_in(request), period=period, reason=form.cleaned_data["reason"], today=today
            )
            return redirect("indicators:release", made.number)
        except freezing.ReasonNeededError:
            form.add_error("reason", _("This period was released before: say what is corrected."))
        except freezing.NothingToCorrectError:
            form.add_error(
                "reason",
                _("This period was not released before: leave this empty, or choose another period."),
            )
        except freezing.FrozenMeanwhileError:
            form.add_error(None, _("Somebody else made a release at this moment. Look at it first."))
    return render(request, "indicators/releases.html", {"form": form, "releases": _listed()})


def _listed() -> list[dict[str, Any]]:
    """With what each changed of the one before of the same period; the newest first."""
    listed, before = [], dict[tuple[Any, Any], FiguresRelease]()
    for one in FiguresRelease.objects.order_by("number"):
        earlier = before.get((one.first, one.last))
        changed = None if earlier is None else sum(numbers_changed(one, earlier).values())
        name = freezing.name_of(freezing.period_of(one))
        listed.append({"release": one, "name": name, "changed": changed, "before": earlier})
        before[one.first, one.last] = one
    return listed[::-1]


@require_safe
@requires(Action.READ_ALL_FIGURES)
@takes("by")
def release(request: HttpRequest, number: int) -> HttpResponse:
    """One release: a table, its definitions, and the plans that were in force."""
    found, by = _chosen(request, number)
    ways = [(code, labels.BREAKDOWNS[code]) for code in found.content["tables"]]
    if found.content["protected"]:
        ways.append((PROTECTED, _("Profiles and satisfaction")))
    context = {
        "release": found,
        "name": freezing.name_of(freezing.period_of(found)),
        "by": by,
        "ways": ways,
        "tables": _tables(found, by),
        "definitions": definitions_of(found.content),
        "others": FiguresRelease.objects.exclude(number=number).order_by("-number"),
    }
    return render(request, "indicators/release.html", context)


def _tables(found: FiguresRelease, by: str) -> SafeString:
    caption = {"number": found.number, "by": str(labels.BREAKDOWNS.get(by, "")).lower()}
    if by == PROTECTED:
        return as_plain_table(
            freezing.protected_of(found), _("Release %(number)s: what visitors told of themselves") % caption
        )
    return as_tables(freezing.lines_of(found, by), _("Release %(number)s, by %(by)s") % caption)


@require_safe
@requires(Action.READ_ALL_FIGURES)
@file_takes("by")
def file(request: HttpRequest, number: int, extension: str) -> HttpResponse:
    """A table of a release, or with `by=protected` its protected tables."""
    if extension not in KINDS:
        raise Http404
    found, by = _chosen(request, number)
    lines = freezing.protected_of(found) if by == PROTECTED else freezing.lines_of(found, by)
    if refusal := too_many(signed_in(request)):
        return refusal
    audit.record(
        actor=signed_in(request),
        action="figures.exported",
        subject=f"release {number} {extension}",
        detail={"by": by},
    )
    content = (
        as_csv_for_people(lines) if extension == "csv" else as_xlsx(lines, definitions_of(found.content))
    )
    name = f"miti-release-{number}_{by}.{extension}"
    return HttpResponse(
        content,
        content_type=KINDS[extension],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@requires(Action.READ_ALL_FIGURES)
@takes("by")
def compare(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """Two releases side by side: every figure that differs, and the key figures of its lines. At first a table in which some do."""
    first, second = (get_object_or_404(FiguresRelease, number=one) for one in (number, other))
    numbers = numbers_changed(first, second)
    by = request.GET.get("by") or next((table for table, n in numbers.items() if n), next(iter(numbers)))
    if by not in tables_of(first, second):
        raise Http404
    context = {
        "sides": [(one, freezing.name_of(freezing.period_of(one))) for one in (first, second)],
        "by": by,
        "ways": [(code, _lines_by(code), n) for code, n in numbers.items()],
        "changed": sum(numbers.values()),
        "differing": _differing(first, second, by) if numbers[by] else None,
        "heading": _lines_by(by),
        "heads": [GLOSSARY[code.removesuffix("_60s")].name for code in freezing.HEADLINE],
        "lines": [] if by == PROTECTED else _key_figures(first, second, by),
    }
    return render(request, "indicators/release_compare.html", context)


def _lines_by(by: str) -> Any:
    return _("Profiles and satisfaction") if by == PROTECTED else labels.BREAKDOWNS[by]


def _key_figures(first: FiguresRelease, second: FiguresRelease, by: str) -> list[tuple[str, str, list[Any]]]:
    """Of the lines in which one of them differs."""
    name = labels.namer(by)
    return [
        (
            _("Total") if key is None else name(key),
            freezing.TOTAL if key is None else key,
            list(figures.items()),
        )
        for key, figures in freezing.compared(first, second, by).items()
        if any(figure.differs for figure in figures.values())
    ]


def _differing(first: FiguresRelease, second: FiguresRelease, by: str) -> SafeString:
    names = [_("Release %(number)s") % {"number": one.number} for one in (first, second)]
    # The names of a dimension are read once.
    pair = partial(_pair, cache(labels.namer))
    return as_pairs(
        [pair(one, protected=by == PROTECTED) for one in changed(first, second, by)],
        (names[0], names[1]),
        (str(_lines_by(by)), _("Figure")),
        _("Every figure of this table that differs"),
    )


def _pair(namer: Callable[[str], Callable[[str], str]], one: ChangedFigure, *, protected: bool) -> TwoFigures:
    line, key = _("Total"), freezing.TOTAL
    if one.line is not None:
        dimension, key = one.line
        line = namer(dimension)(key)
        if protected:
            line = f"{labels.BREAKDOWNS[dimension]} · {line}"
    figure = heading(one.column)
    if protected:
        about, _mark, answer = one.column.partition("=")
        told = namer(about)(answer) if answer else _("Everybody who answered")
        figure = f"{labels.DIMENSIONS[about]} · {told}"
    return TwoFigures(key, line, one.column, figure, one.first, one.other, one.apart)


def _chosen(request: HttpRequest, number: int) -> tuple[FiguresRelease, str]:
    """A release and one of its tables."""
    found = get_object_or_404(FiguresRelease, number=number)
    by = request.GET.get("by", "month")
    if by not in tables_of(found):
        raise Http404
    return found, by
