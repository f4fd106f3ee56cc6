"""A report as a file for other programs: one line of codes, their names and numbers per line of the table.

Column names carry the version of the definition that the figures were computed with.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Final

from indicators import labels
from indicators.codes import COUNTED
from indicators.definitions import DEFINITIONS, Definition, ServiceTarget
from indicators.invented import NOTE, marked
from indicators.sums.query import SERIES
from indicators.tables.breaks import WITH_HOURS
from indicators.tables.report import FiguresReport, ReportLine
from indicators.tally import Tally
from indicators.values import Count, Rate, Ratio, RoundedShare, RoundedSpread, Spread, Value
from partners.spreadsheet_cells import in_a_cell

CSV: Final = "text/csv; charset=utf-8"
Cell = str | int | float | None

WITHIN_S: Final = (20, 30, 60, 120, 180, 300)
"""The seconds of service levels."""
CHOSEN: Final = ("from", "to", "scope", "filters", "filter_labels")
"""What was chosen, in each line."""
NAMING: Final = ("by", "key", "label")
BREAKING: Final = ("plans", "rules", "partial")
"""In series only."""
PARTIAL: Final = "yes"
"""In the column `partial`: the period has not all days of this line."""
REOPENING: Final = ("hours_more", "hours_fewer")
"""In series of months and quarters only: hours a week, empty where the opening hours are those of the line before."""
OF_OWN_POOLS: Final = (
    "requests",
    "wait_served",
    "first_answer",
    "duration",
    "quiet",
    "transfers",
    "transferred",
    "requeues",
    "requeued",
    "two_way",
    "legs_lost",
)
"""The indicators that exist for the requests that a pool took; a take-up rate does not."""


def table(*reports: FiguresReport) -> list[dict[str, Cell]]:
    """The lines and the total of each report, as records with the same columns."""
    return [record for report in reports for record in _records(report)]


def columns() -> list[str]:
    """Every column that a table may have, in its order, whatever was chosen and whoever asks."""
    found = [*CHOSEN, *NAMING, *(outcome.value for outcome in COUNTED), *BREAKING, *REOPENING]
    for code, definition in DEFINITIONS.items():
        for name in _names(code, WITHIN_S):
            found += _columns_of(f"{name}_v{definition.version}", definition)
    return found


def _columns_of(label: str, definition: Definition) -> list[str]:
    """The columns of an indicator, also where it cannot be known."""
    return list(flat(label, definition.of(Tally(minutes_open=1), ServiceTarget())))


def columns_in(records: Iterable[Mapping[str, Cell]]) -> list[str]:
    """Each column that any record has, in the order of their coming; the note of a demo is the last, whichever record has most columns."""
    found = dict.fromkeys(column for record in records for column in record)
    return [*(column for column in found if column != NOTE), *([NOTE] if NOTE in found else [])]


def as_csv(records: list[dict[str, Cell]]) -> str:
    """RFC 4180, with `,` and decimal points whatever the reader's language."""
    out, records = StringIO(newline=""), marked(records)
    columns = columns_in(records)
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[_safe(record.get(column)) for column in columns] for record in records])
    return out.getvalue()


def as_csv_for_people(records: list[dict[str, Cell]]) -> str:
    """As a spreadsheet opens it here by a double click: a byte order mark, `;` between cells, decimal commas."""
    out, records = StringIO(newline=""), marked(records)
    columns = columns_in(records)
    writer = csv.writer(out, delimiter=";")
    writer.writerow(columns)
    writer.writerows([[_with_comma(_safe(record.get(column))) for column in columns] for record in records])
    return f"\ufeff{out.getvalue()}"


def _with_comma(cell: Cell) -> Cell:
    return repr(cell).replace(".", ",") if isinstance(cell, float) else cell


def _safe(cell: Cell) -> Cell:
    return in_a_cell(cell) if isinstance(cell, str) else cell


def _records(report: FiguresReport) -> Iterator[dict[str, Cell]]:
    query = report.query
    common: dict[str, Cell] = {
        "from": query.period.first.isoformat(),
        "to": query.period.last.isoformat(),
        "scope": "own_pools" if report.partial else "platform",
        "filters": " ".join(f"{name}={value}" for name, value in query.filters.items()),
        "filter_labels": "; ".join(
            f"{labels.BREAKDOWNS[name]}: {labels.of(name, value)}" for name, value in query.filters.items()
        ),
    }
    for line in report.lines:
        yield {**common, "by": query.by, "key": line.key, "label": line.label, **_figures(report, line)}
    yield {**common, "by": "total", "key": "", "label": "", **_figures(report, report.total)}


def _figures(report: FiguresReport, line: ReportLine) -> dict[str, Cell]:
    # What is told together has a line of its own on the page, and is in no column.
    cells: dict[str, Cell] = {
        outcome.value: line.outcomes.get(outcome) for outcome in COUNTED if line.outcomes
    }
    if report.query.by in SERIES:
        cells |= {
            "plans": _joined(line.plans),
            "rules": _joined(line.versions),
            "partial": PARTIAL if line.partial else "",
        }
    if report.query.by in WITH_HOURS:
        change = line.reopened
        cells |= dict(zip(REOPENING, (change.more, change.fewer) if change else (None, None), strict=True))
    for code, definition in DEFINITIONS.items():
        if code in line.figures and (not report.partial or code in OF_OWN_POOLS):
            (name,) = _names(code, (report.target.within_s,))
            label, value = f"{name}_v{definition.version}", line.figures[code]
            parts = () if report.headline_only else _columns_of(label, definition)
            cells |= dict.fromkeys(parts) | ({} if value is None else flat(label, value))
    return cells


def _names(code: str, seconds: Iterable[int]) -> list[str]:
    """A service level is a column of its own for each number of seconds."""
    return [f"{code}_{within_s}s" for within_s in seconds] if code == "service_level" else [code]


def _joined(numbers: list[int]) -> str:
    return " ".join(map(str, numbers))


def flat(name: str, value: Value | None) -> dict[str, Cell]:
    """A value as columns: the value itself, and the numbers it was computed from."""
    match value:
        case Count(n):
            return {name: n}
        case Rate(part, whole):
            low, high = value.interval or (None, None)
            return {
                name: value.share,
                f"{name}_part": part,
                f"{name}_whole": whole,
                f"{name}_low": low,
                f"{name}_high": high,
            }
        case Ratio(part, whole):
            return {name: value.share, f"{name}_part": part, f"{name}_whole": whole}
        case Spread(n, mean, median, p90, unit):
            return {
                f"{name}_n": n,
                f"{name}_mean_{unit}": mean,
                f"{name}_median_{unit}": median,
                f"{name}_p90_{unit}": p90,
            }
        case RoundedSpread(median, p90, unit):
            return {f"{name}_median_{unit}": median, f"{name}_p90_{unit}": p90}
        case RoundedShare(share):
            return {name: share}
        case None:
            return {name: None}
