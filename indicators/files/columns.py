"""What the columns of files are called in words, and of which kind their figures are."""

import re
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from indicators import labels
from indicators.digits import FigureKind, kind_of_parts, kind_of_value
from indicators.glossary import GLOSSARY
from indicators.invented import NOTE

COLUMNS: Final[dict[str, Any]] = {
    "from": _("First day"),
    "to": _("Last day"),
    "scope": _("Scope"),
    "filters": _("Filters, as codes"),
    "filter_labels": _("Filters in words"),
    "by": _("Lines of the table"),
    "key": _("Code"),
    "label": _("Label"),
    "plans": _("Routing plans"),
    "rules": _("Rules of counting"),
    "partial": _("To know"),
    "hours_more": _("Opening hours: more (h a week)"),
    "hours_fewer": _("Opening hours: fewer (h a week)"),
    "release": _("Release"),
    "quarter": _("Quarter"),
    "about": _("Question"),
    "answer": _("Answer"),
    "answer_label": _("Answer in words"),
    "code": _("Code"),
    "count": _("Answers given"),
    "version": _("Version"),
    NOTE: _("Note"),
}
PARTS: Final[dict[str, Any]] = {
    "part": _("counted"),
    "whole": _("out of"),
    "low": _("interval, low"),
    "high": _("interval, high"),
    "n": _("requests"),
    "mean_s": _("mean (s)"),
    "median_s": _("median (s)"),
    "p90_s": _("90th percentile (s)"),
    "mean_min": _("mean (min)"),
    "median_min": _("median (min)"),
    "p90_min": _("90th percentile (min)"),
}
_INDICATOR = re.compile(r"(?P<code>\w+?)(?:_(?P<within>\d+)s)?_v(?P<version>\d+)(?:_(?P<part>\w+))?")


def heading(column: str) -> str:
    """The heading of a column, in words, with the version of its definition."""
    if column in COLUMNS:
        return str(COLUMNS[column])
    if column in labels.OUTCOMES:
        return str(labels.OUTCOMES[column])
    found = _INDICATOR.fullmatch(column)
    indicator = indicator_of(column)
    if found is None or not indicator:
        return column
    part = f", {PARTS[found['part']]}" if found["part"] else ""
    return f"{indicator} v{found['version']}{part}"


def indicator_of(column: str) -> str:
    """The name of the indicator whose value, or part of a value, the column holds; nothing if it is of none."""
    found = _INDICATOR.fullmatch(column)
    if found is None or found["code"] not in GLOSSARY:
        return ""
    return f"{GLOSSARY[found['code']].name}" + (f" {found['within']} s" if found["within"] else "")


def kind_of(column: str) -> FigureKind | None:
    """None where its numbers are no figures, but those of a plan, a version or a release."""
    if column in labels.OUTCOMES or column == "count":
        return FigureKind.COUNT
    found = _INDICATOR.fullmatch(column)
    if found is None:
        return None
    match found["part"] and found["part"].partition("_")[0]:
        case None | "low" | "high":
            return kind_of_value(found["code"])
        case "mean" | "median":
            return FigureKind.TIME
        case "p90":
            return FigureKind.PERCENTILE
        case "n":
            return FigureKind.COUNT
    return kind_of_parts(found["code"])
