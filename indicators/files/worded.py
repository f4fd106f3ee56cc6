"""A line of a file as people read it: the codes whose name stands in no other column become words of the reader's language.

CSV and the API keep them: outside programs compare them.
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from indicators import labels
from indicators.files.export import Cell
from indicators.protection.disclosure import THRESHOLD, CellKind


def in_words(record: Mapping[str, Cell]) -> dict[str, Cell]:
    """The same columns, but for the words of an answer, which then stand in the column of its code."""
    return {
        column: _worded(column, cell, record) for column, cell in record.items() if column != "answer_label"
    }


def _worded(column: str, cell: Cell, record: Mapping[str, Cell]) -> Cell:
    if not isinstance(cell, str) or not cell:
        return cell
    match column:
        case "scope":
            return str(labels.SCOPES.get(cell, cell))
        case "by":
            return lines_in_words(cell)
        case "about":
            return str(labels.DIMENSIONS.get(cell, cell))
        case "answer":
            return labels.of(str(record["about"]), cell)
        case "count":
            return {"<10": f"< {THRESHOLD}", CellKind.WITHHELD.value: _("withheld")}.get(cell, cell)
        case "partial":
            return _("some days are missing")
    return cell


def lines_in_words(by: str) -> str:
    """What each line of a table is one of."""
    return _("Total") if by == "total" else str(labels.BREAKDOWNS.get(by, by))
