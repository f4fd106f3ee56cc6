"""What a file holds, as tables of a page: the same records under the same headings, numbers as a workbook displays them.

Made here and not in a template: some hundred lines have a hundred columns. No screen and no sheet of paper is as wide as that, so
the columns are told in several tables, which all have the same lines. What one indicator consists of stays in one table.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from indicators.digits import DECIMALS, FigureKind
from indicators.files.columns import heading, indicator_of, kind_of
from indicators.files.export import Cell, columns_in
from indicators.files.worded import in_words, lines_in_words
from indicators.templatetags.figures import NOTHING, percent, points, shown, signed

FIRST: Final = ("label", "by")
"""The head of a line; the total has no label, and says so."""
ONCE: Final = ("from", "to", "scope", "filters", "filter_labels", "by", "key", "label")
"""Columns that are the same in all lines of a scope, or name the line: they are above the table or at its side."""
ABREAST: Final = 10
"""So many columns beside the line's name fit on a sheet of A4 that lies on its side: two rates with their parts and intervals."""


def as_tables(records: list[dict[str, Cell]], caption: str) -> SafeString:
    """One line a record in each table, one column in one of them for each that any record has."""
    columns = [column for column in columns_in(records) if column not in ONCE]
    return format_html_join(
        "",
        "{}",
        (
            (_table(f"all-{number}", records, some, caption),)
            for number, some in enumerate(_abreast(columns), 1)
        ),
    )


def as_plain_table(records: list[dict[str, Cell]], caption: str) -> SafeString:
    """The same of records that have no total and no scope: every column, as a workbook has it."""
    worded = [in_words(record) for record in records]
    columns = columns_in(worded)
    heads = format_html_join("", '<th scope="col">{}</th>', ((heading(column),) for column in columns))
    lines = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (format_html_join("", "<td>{}</td>", ((record.get(column, ""),) for column in columns)),)
            for record in worded
        ),
    )
    return _scrolled("all", caption, heads, lines)


def _abreast(columns: list[str]) -> Iterator[list[str]]:
    """The columns of each table, in their order."""
    some: list[str] = []
    for _name, found in groupby(columns, indicator_of):
        together = list(found)
        if some and len(some) + len(together) > ABREAST:
            yield some
            some = []
        some = [*some, *together]
    if some:
        yield some


def _table(name: str, records: list[dict[str, Cell]], columns: list[str], caption: str) -> SafeString:
    heads = format_html_join(
        "",
        '<th scope="col"{}>{}</th>',
        (
            ("", heading("label")),
            ("", heading("scope")),
            *((SafeString(' class="number"'), heading(column)) for column in columns),
        ),
    )
    lines = format_html_join("", "{}", ((_line(record, columns),) for record in records))
    return _scrolled(name, _caption(caption, columns), heads, lines)


def _caption(caption: str, columns: list[str]) -> str:
    """With what this table tells of all that the page does."""
    told = dict.fromkeys(indicator_of(column) or _("Outcomes") for column in columns)
    return _("%(name)s: %(words)s") % {"name": caption, "words": ", ".join(told)}


def _scrolled(name: str, caption: str, heads: SafeString, lines: SafeString) -> SafeString:
    return format_html(
        '<div class="table-scroll is-tall" role="region" tabindex="0" aria-labelledby="{0}-caption">'
        '<table class="table" id="{0}"><caption id="{0}-caption">{1}</caption>'
        "<thead><tr>{2}</tr></thead><tbody>{3}</tbody></table></div>",
        name,
        caption,
        heads,
        lines,
    )


def _line(record: dict[str, Cell], columns: list[str]) -> SafeString:
    words = in_words(record)
    cells = format_html_join(
        "", '<td class="number">{}</td>', ((_cell(column, words.get(column)),) for column in columns)
    )
    return format_html(
        '<tr data-key="{}"><th scope="row">{}</th><td>{}</td>{}</tr>',
        f"{record['scope']} {record['key'] or record['by']}",
        record["label"] or record["key"] or lines_in_words(str(record["by"])),
        words["scope"],
        cells,
    )


def _cell(column: str, value: Cell) -> str:
    match value:
        case None | "":
            return NOTHING
        case str():
            return value
    match kind_of(column):
        case None:
            return str(value)
        case FigureKind.SHARE:
            return percent(value)
        case kind:
            return shown(value, kind)


@dataclass(frozen=True)
class TwoFigures:
    """A figure that two files have differently: its line, its column, and both."""

    key: str
    line: str
    column: str
    heading: str
    first: Cell
    other: Cell
    apart: float | None


def as_pairs(
    pairs: Iterable[TwoFigures], names: tuple[str, str], heads: tuple[str, str], caption: str
) -> SafeString:
    """One line a figure, and the first less the other."""
    lines = format_html_join(
        "",
        '<tr data-key="{} {}"><th scope="row">{}</th><td>{}</td><td class="number">{}</td><td class="number">{}</td>'
        '<td class="number">{}</td></tr>',
        (
            (
                one.key,
                one.column,
                one.line,
                one.heading,
                _cell(one.column, one.first),
                _cell(one.column, one.other),
                _apart(one.column, one.apart),
            )
            for one in pairs
        ),
    )
    return format_html(
        '<table class="table" id="differing"><caption id="differing-caption">{}</caption><thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col" class="number">{}</th><th scope="col" class="number">{}</th>'
        '<th scope="col" class="number">{}</th></tr></thead><tbody>{}</tbody></table>',
        caption,
        *heads,
        *names,
        _("Difference"),
        lines,
    )


def _apart(column: str, value: float | None) -> str:
    if value is None:
        return NOTHING
    kind = kind_of(column)
    if kind is FigureKind.SHARE:
        return points(value)
    return signed(value, DECIMALS[kind] if kind else 0)
