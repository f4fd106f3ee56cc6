"""A report as a workbook: typed cells under headings in words, and a second sheet with the definitions."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext

from indicators.digits import FigureKind, number_format_of
from indicators.files.columns import heading, kind_of
from indicators.files.definition_lines import DefinitionLine, todays_definitions
from indicators.files.export import Cell, columns_in
from indicators.files.worded import in_words
from indicators.invented import marked

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS: Final = ("from", "to")
KEYS_ARE_DAYS: Final = ("day", "week")
SHORT_DATE: Final = 14
"""Excel's own number for the short date of the reader's country."""


def as_xlsx(records: list[dict[str, Cell]], definitions: Sequence[DefinitionLine] | None = None) -> bytes:
    """With today's definitions, if no others are given."""
    out = BytesIO()
    # Texts stay texts: the spreadsheet must not make formulas or links of them.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        _figures(book, book.add_worksheet(gettext("Figures")), marked(records), head)
        lines = todays_definitions() if definitions is None else definitions
        _definitions(book.add_worksheet(gettext("Definitions")), lines, head, wrapped)
    return out.getvalue()


def _figures(book: Any, sheet: Any, records: list[dict[str, Cell]], head: Any) -> None:
    day_format = book.add_format({"num_format": SHORT_DATE})
    formats = {kind: book.add_format({"num_format": number_format_of(kind)}) for kind in FigureKind}
    worded = [in_words(record) for record in records]
    columns = columns_in(worded)
    sheet.freeze_panes(1, columns.index("label") + 1 if "label" in columns else 0)
    sheet.set_column(0, len(columns) - 1, 14)
    for number, column in enumerate(columns):
        kind = kind_of(column)
        sheet.write_string(0, number, heading(column), head)
        for line, (record, words) in enumerate(zip(records, worded, strict=True), start=1):
            cell = words.get(column)
            if isinstance(cell, str) and (day := _day(column, record)):
                sheet.write_datetime(line, number, day, day_format)
            elif isinstance(cell, str):
                sheet.write_string(line, number, cell)
            elif cell is not None:
                sheet.write_number(line, number, cell, *([formats[kind]] if kind else []))


def _day(column: str, record: dict[str, Cell]) -> datetime | None:
    """The day that this text is, if it is one: a spreadsheet sorts and groups days only if they are dates."""
    if column in DAYS or (column == "key" and record.get("by") in KEYS_ARE_DAYS):
        return datetime.fromisoformat(str(record[column])) if record[column] else None
    return None


def _definitions(sheet: Any, lines: Sequence[DefinitionLine], head: Any, wrapped: Any) -> None:
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
    for place, line in enumerate(lines, start=1):
        sheet.write_string(place, 0, line.code, wrapped)
        sheet.write_string(place, 1, line.name, wrapped)
        sheet.write_number(place, 2, line.version, wrapped)
        sheet.write_string(place, 3, line.meaning, wrapped)
        sheet.write_string(place, 4, line.formula, wrapped)
