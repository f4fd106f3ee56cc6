"""Releases: the figures of a closed period, frozen once, with their definitions and plans. They never change, and outlive the rows.

A correction is a release of its own, with a reason; the earlier one stays beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from django.db import IntegrityError, transaction
from django.db.models import Max

from indicators import labels
from indicators.definitions import ServiceTarget
from indicators.files.export import Cell, table
from indicators.files.profiles import records
from indicators.models import FiguresRelease
from indicators.periods import Period, month_of, quarter_code, quarter_of, year_of
from indicators.protection.combinations import CLOCKS
from indicators.protection.disclosure import PERSONAL
from indicators.releases.frozen_definitions import frozen_now
from indicators.sums.kept import are_whole_months
from indicators.sums.query import Query
from indicators.tables import protected
from indicators.tables.report import report
from partners import audit
from partners.models import Staff

TABLES: Final = ("month", "theme", "language", "network", "site", "audience", "campaign", "weekday", "slot")
"""The breakdowns that are frozen."""
SAME: Final = ("from", "to", "scope", "filters", "filter_labels", "by", "label", "partial")
"""Columns that are the same in every line, or are named anew when they are read."""
TOTAL: Final = "total"
"""In the column `by` of the line of all together, which is the last of its table. A theme, site or campaign may be called so, too: what
tells the total is its place, never its key."""
Key: TypeAlias = str | None
"""Of a line; None is the total."""
MONTHS, QUARTERS, YEARS = 13, 8, 2
HEADLINE: Final = ("requests", "take_up", "take_up_star", "answer_rate", "service_level_60s")
"""What is compared of two releases."""


class NotClosedError(ValueError):
    """The period is not over, or some of its rows are gone."""


class ReasonNeededError(ValueError):
    """This period was released before: a correction says why."""


class NothingToCorrectError(ValueError):
    """This period was not released before: its first release has no reason, and what was written is not thrown away silently."""


class FrozenMeanwhileError(Exception):
    """Somebody else froze something at the same moment."""


def closed_periods(today: date) -> dict[str, Period]:
    """What can be frozen now, by its code: `2026-11`, `2026-Q3`, `2025`; the latest first."""
    found: dict[str, Period] = {}
    for of, many in ((month_of, MONTHS), (quarter_of, QUARTERS), (year_of, YEARS)):
        period = of(today)
        for _ in range(many):
            period = of(date.fromordinal(period.first.toordinal() - 1))
            if are_whole_months(period, today=today):
                found[code_of(period)] = period
    return found


def code_of(period: Period) -> str:
    if period == month_of(period.first):
        return f"{period.first:%Y-%m}"
    return quarter_code(period) if period == quarter_of(period.first) else str(period.first.year)


def name_of(period: Period) -> str:
    """In words."""
    code = code_of(period)
    return code if code.isdigit() else labels.of("quarter" if "Q" in code else "month", code)


def freeze(*, actor: Staff, period: Period, reason: str, today: date) -> FiguresRelease:
    """Freeze the period as it is now; audited."""
    if closed_periods(today).get(code_of(period)) != period:
        raise NotClosedError
    before = (
        FiguresRelease.objects.filter(first=period.first, last=period.last).aggregate(n=Max("revision"))["n"]
        or 0
    )
    if before and not reason:
        raise ReasonNeededError
    if reason and not before:
        raise NothingToCorrectError
    content = _content(period, today)
    number = (FiguresRelease.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    try:
        # Who freezes at the same moment takes the same number, and one of both is refused by the database.
        with transaction.atomic():
            made = FiguresRelease.objects.create(
                number=number,
                first=period.first,
                last=period.last,
                revision=before + 1,
                reason=reason,
                made_on=today,
                content=content,
            )
            audit.record(
                actor=actor,
                action="figures.released",
                subject=str(number),
                detail={"period": code_of(period), "revision": before + 1},
            )
    except IntegrityError as error:
        raise FrozenMeanwhileError from error
    return made


def _content(period: Period, today: date) -> dict[str, Any]:
    whole = report(Query(period=period, by="month"), ServiceTarget())
    closed = code_of(period) in protected.closed_quarters(today)
    return {
        "tables": {by: _frozen(period, by) for by in TABLES},
        "definitions": frozen_now(),
        "plans": whole.total.plans,
        "rules": whole.total.versions,
        "protected": [
            record
            for about in PERSONAL
            if closed
            for record in records(
                code_of(period), about, protected.tables(personal=about, quarter=code_of(period), today=today)
            )
        ],
    }


def _frozen(period: Period, by: str) -> list[dict[str, Cell]]:
    lines = table(report(Query(period=period, by=by, finer=by in CLOCKS), ServiceTarget()))
    return [{column: cell for column, cell in line.items() if column not in SAME} for line in lines]


def period_of(release: FiguresRelease) -> Period:
    return Period(release.first, release.last)


def lines_of(release: FiguresRelease, by: str) -> list[dict[str, Cell]]:
    """A frozen table as a file has it: its codes under the names that they have today."""
    name = labels.namer(by)
    return [
        {
            "from": release.first.isoformat(),
            "to": release.last.isoformat(),
            "scope": "platform",
            "release": release.number,
            "by": TOTAL if key is None else by,
            "key": key or "",
            "label": "" if key is None else name(key),
            **{column: cell for column, cell in line.items() if column != "key"},
        }
        for key, line in _keyed(release, by)
    ]


def _keyed(release: FiguresRelease, by: str) -> Iterator[tuple[Key, dict[str, Any]]]:
    """The lines of a table with their keys, the total last."""
    lines = release.content["tables"][by]
    yield from ((None if number == len(lines) else line["key"], line) for number, line in enumerate(lines, 1))


def protected_of(release: FiguresRelease) -> list[dict[str, Cell]]:
    """Its protected tables: their codes under the names that they have today, in the reader's language."""
    return [
        {
            **record,
            "answer_label": _named(record["about"], record["answer"]),
            "label": _named(record["by"], record["code"]),
        }
        for record in release.content["protected"]
    ]


def _named(dimension: str, code: str) -> str:
    """Empty where the count is of no single answer, or of no single theme or language."""
    return labels.of(dimension, code) if code else ""


@dataclass(frozen=True)
class Compared:
    """One figure of one line in two releases; None where a release has no such line, or did not count it."""

    first: float | None
    other: float | None

    @property
    def apart(self) -> float | None:
        return None if self.first is None or self.other is None else self.first - self.other

    @property
    def differs(self) -> bool:
        return self.first != self.other


def compared(first: FiguresRelease, other: FiguresRelease, by: str) -> dict[Key, dict[str, Compared]]:
    """The headline of each line of both, by its key; the total last."""
    one, two = (_headlines(release, by) for release in (first, other))
    keys = [*(key for key in one if key is not None), *(key for key in two if key not in one), None]
    return {
        key: {code: Compared(one.get(key, {}).get(code), two.get(key, {}).get(code)) for code in HEADLINE}
        for key in keys
    }


def _headlines(release: FiguresRelease, by: str) -> dict[Key, dict[str, float | None]]:
    return {
        key: {code: _of_any_version(line, code) for code in HEADLINE} for key, line in _keyed(release, by)
    }


def _of_any_version(line: dict[str, Any], code: str) -> float | None:
    """Two releases may have been made with different versions of a definition; their pages say with which."""
    found = [
        cell
        for column, cell in line.items()
        if column.rpartition("_v")[0] == code and "_" not in column.rpartition("_v")[2]
    ]
    return found[0] if found else None
