"""A report as a workbook: typed cells under headings in words, and a second sheet with the definitions."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from indicators import labels
from indicators.definitions import DEFINITIONS
from indicators.files.export import Cell
from indicators.glossary import GLOSSARY
from indicators.invented import NOTE, marked

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS: Final[dict[str, Any]] = {
    NOTE: _("Note"),
    "from": _("First day"),
    "to": _("Last day"),
    "scope": _("Scope"),
    "filters": _("Filters"),
    "filter_labels": _("Filters in words"),
    "by": _("Lines of the table"),
    "key": _("Code"),
    "label": _("Label"),
    "plans": _("Routing plans"),
    "rules": _("Rules of counting"),
    "release": _("Release"),
    "quarter": _("Quarter"),
    "about": _("Question"),
    "answer": _("Answer"),
    "answer_label": _("Answer in words"),
    "code": _("Code"),
    "count": _("Answers given"),
    "version": _("Version"),
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
DAYS: Final = ("from", "to")
KEYS_ARE_DAYS: Final = ("day", "week")
PER_CONVERSATION: Final = ("transfers", "requeues")


def as_xlsx(records: list[dict[str, Cell]]) -> bytes:
    out, records = BytesIO(), marked(records)
    # Texts stay texts: the spreadsheet must not make formulas or links of them.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        percent = book.add_format({"num_format": "0.0%"})
        decimal = book.add_format({"num_format": "0.00"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        # Excel's own number for the short date of the reader's country.
        date_ = book.add_format({"num_format": 14})
        _figures(book.add_worksheet(gettext("Figures")), records, head, percent, decimal, date_)
        _definitions(book.add_worksheet(gettext("Definitions")), head, wrapped)
    return out.getvalue()


def _figures(
    sheet: Any, records: list[dict[str, Cell]], head: Any, percent: Any, decimal: Any, date_: Any
) -> None:
    columns = list(dict.fromkeys(column for record in records for column in record))
    sheet.freeze_panes(1, columns.index("label") + 1 if "label" in columns else 0)
    sheet.set_column(0, len(columns) - 1, 14)
    for number, column in enumerate(columns):
        sheet.write_string(0, number, heading(column), head)
        for line, record in enumerate(records, start=1):
            cell = record.get(column)
            if isinstance(cell, str) and (day := _day(column, record)):
                sheet.write_datetime(line, number, day, date_)
            elif isinstance(cell, str):
                sheet.write_string(line, number, cell)
            elif cell is not None:
                sheet.write_number(line, number, cell, {"%": percent, ".": decimal}.get(kind_of(column)))


def _day(column: str, record: dict[str, Cell]) -> datetime | None:
    """The day that this text is, if it is one: a spreadsheet sorts and groups days only if they are dates."""
    if column in DAYS or (column == "key" and record.get("by") in KEYS_ARE_DAYS):
        return datetime.fromisoformat(str(record[column])) if record[column] else None
    return None


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


def kind_of(column: str) -> str:
    """`%` for shares, `.` for means, nothing for counts."""
    found = _INDICATOR.fullmatch(column)
    if found is None or found["code"] == "requests":
        return ""
    if found["part"] in {None, "low", "high"}:
        return "." if found["code"] in PER_CONVERSATION else "%"
    return "." if found["part"].startswith("mean") else ""


def _definitions(sheet: Any, head: Any, wrapped: Any) -> None:
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 8)
    sheet.set_column(3, 4, 60)
    heads = (
        gettext("Code"),
        gettext("Indicator"),
        gettext("Version"),
        gettext("Meaning"),
        gettext("Formula"),
    )
    for number, words in enumerate(heads):
        sheet.write_string(0, number, words, head)
    for line, (code, definition) in enumerate(DEFINITIONS.items(), start=1):
        entry = GLOSSARY[code]
        sheet.write_string(line, 0, code, wrapped)
        sheet.write_string(line, 1, str(entry.name), wrapped)
        sheet.write_number(line, 2, definition.version, wrapped)
        sheet.write_string(line, 3, str(entry.meaning), wrapped)
        sheet.write_string(line, 4, str(entry.formula), wrapped)
