"""The pages of releases: the list, one of them with its tables and files, and two side by side."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from indicators import current_day, labels
from indicators.files.export import CSV, as_csv_for_people
from indicators.files.export_share import too_many
from indicators.files.page_table import as_plain_table, as_tables
from indicators.files.workbook import XLSX, as_xlsx
from indicators.glossary import GLOSSARY
from indicators.models import FiguresRelease
from indicators.releases import freezing
from indicators.releases.release_form import ReleaseForm
from partners import audit
from partners.permissions import Action, requires, signed_in

PROTECTED = "protected"
KINDS = {"csv": (CSV, as_csv_for_people), "xlsx": (XLSX, as_xlsx)}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.READ_ALL_FIGURES)
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
        except freezing.FrozenMeanwhileError:
            form.add_error(None, _("Somebody else made a release at this moment. Look at it first."))
    return render(request, "indicators/releases.html", {"form": form, "releases": _listed()})


def _listed() -> list[dict[str, Any]]:
    """With what each changed of the one before of the same period; the newest first."""
    listed, before = [], dict[tuple[Any, Any], FiguresRelease]()
    for one in FiguresRelease.objects.order_by("number"):
        earlier = before.get((one.first, one.last))
        changed = None if earlier is None else freezing.changed_cells(earlier, one)
        name = freezing.name_of(freezing.period_of(one))
        listed.append({"release": one, "name": name, "changed": changed, "before": earlier})
        before[one.first, one.last] = one
    return listed[::-1]


@require_safe
@requires(Action.READ_ALL_FIGURES)
def release(request: HttpRequest, number: int) -> HttpResponse:
    """One release: a table, its definitions, and the plans that were in force."""
    found, by = _chosen(request, number, protected=True)
    definitions = [
        (GLOSSARY[code].name if code in GLOSSARY else code, version)
        for code, version in found.content["definitions"].items()
    ]
    ways = [(code, labels.BREAKDOWNS[code]) for code in found.content["tables"]]
    if found.content["protected"]:
        ways.append((PROTECTED, _("Profiles and satisfaction")))
    context = {
        "release": found,
        "name": freezing.name_of(freezing.period_of(found)),
        "by": by,
        "ways": ways,
        "tables": _tables(found, by),
        "definitions": definitions,
        "others": FiguresRelease.objects.exclude(number=number).order_by("-number"),
    }
    return render(request, "indicators/release.html", context)


def _tables(found: FiguresRelease, by: str) -> SafeString:
    caption = {"number": found.number, "by": str(labels.BREAKDOWNS.get(by, "")).lower()}
    if by == PROTECTED:
        return as_plain_table(
            found.content["protected"], _("Release %(number)s: what visitors told of themselves") % caption
        )
    return as_tables(freezing.lines_of(found, by), _("Release %(number)s, by %(by)s") % caption)


@require_safe
@requires(Action.READ_ALL_FIGURES)
def file(request: HttpRequest, number: int, extension: str) -> HttpResponse:
    """A table of a release, or with `by=protected` its protected tables."""
    if extension not in KINDS:
        raise Http404
    found, by = _chosen(request, number, protected=True)
    lines = found.content["protected"] if by == PROTECTED else freezing.lines_of(found, by)
    if refusal := too_many(signed_in(request)):
        return refusal
    audit.record(
        actor=signed_in(request),
        action="figures.exported",
        subject=f"release {number} {extension}",
        detail={"by": by},
    )
    content_type, write = KINDS[extension]
    name = f"miti-release-{number}_{by}.{extension}"
    return HttpResponse(
        write(lines),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@requires(Action.READ_ALL_FIGURES)
def compare(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """Two releases side by side, line by line."""
    first, by = _chosen(request, number)
    second, _by = _chosen(request, other)
    name = labels.namer(by)
    lines = [
        (_("Total") if key == freezing.TOTAL else name(key), key, list(figures.items()))
        for key, figures in freezing.compared(first, second, by).items()
    ]
    context = {
        "sides": [(one, freezing.name_of(freezing.period_of(one))) for one in (first, second)],
        "by": by,
        "heading": labels.BREAKDOWNS[by],
        "ways": [(code, labels.BREAKDOWNS[code]) for code in freezing.TABLES],
        "heads": [GLOSSARY[code.removesuffix("_60s")].name for code in freezing.HEADLINE],
        "lines": lines,
    }
    return render(request, "indicators/release_compare.html", context)


def _chosen(request: HttpRequest, number: int, *, protected: bool = False) -> tuple[FiguresRelease, str]:
    """With `protected` its protected tables may be chosen, too."""
    found = get_object_or_404(FiguresRelease, number=number)
    by = request.GET.get("by", "month")
    if protected and by == PROTECTED and found.content["protected"]:
        return found, by
    if by not in found.content["tables"]:
        raise Http404
    return found, by
