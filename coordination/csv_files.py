"""Files for spreadsheets, as those of Belgium open them: semicolons, and a mark that says how letters are written."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

from partners.spreadsheet_cells import in_a_cell


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A download of this name."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(head)
    writer.writerows([in_a_cell(str(cell)) for cell in row] for row in rows)
    response = HttpResponse(f"\ufeff{out.getvalue()}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_table(text: str) -> "csv.DictReader[str]":
    """The lines of such a file as it comes back: with semicolons or commas, and lines that end in any way that spreadsheets end them."""
    head = text.splitlines()[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    return csv.DictReader(StringIO(text, newline=None), delimiter=delimiter)
