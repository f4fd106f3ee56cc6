"""Take-up month by month over two years, and what makes months not comparable: other hours, another plan, other rules of counting."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from indicators.definitions import ServiceTarget
from indicators.periods import Period, last_months, month_of, months_of
from indicators.sums.figures import tallies
from indicators.sums.kept import are_whole_months, kept_since
from indicators.sums.query import Query
from indicators.tables.breaks import hours_of_lines
from indicators.tables.report import ReportLine, lines_of, sees_everything
from indicators.tables.tellings import Tellings
from indicators.values import Rate, without_parts
from partners.models import Staff

MONTHS: Final = 24
DRAWN: Final = ("take_up", "take_up_star", "answer_rate")
FOR_EVERYBODY: Final = ("take_up", "take_up_star")
"""What a partner's coordinator sees: rates of the whole platform, without their parts."""


@dataclass(frozen=True)
class Month:
    """A line of the table. `breaks` are the numbers of the breaks before it."""

    line: ReportLine
    breaks: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Trend:
    period: Period
    months: list[Month]
    breaks: list[str]
    """In words, in the order of their numbers, which begin with 1."""
    codes: tuple[str, ...]
    """The indicators that are shown."""

    @property
    def empty(self) -> bool:
        return not any(sum(month.line.outcomes.values()) for month in self.months)


def trend(person: Staff, filters: Mapping[str, Any], *, today: date) -> Trend:
    """What this person may see: without the right to all figures, the rates of the whole platform, and no filter."""
    everything = sees_everything(person)
    period = _kept_part(last_months(today, MONTHS), today)
    if not everything or filters:
        # A running month of few requests that is looked at every day would tell of single days.
        period = _settled_part(period, today)
    finer = not are_whole_months(period, today=today)
    query = Query(period=period, by="month", finer=finer, **(filters if everything else {}))
    found = tallies(query)
    opened = hours_of_lines("month", period, today=today)
    months: list[Month] = []
    sentences: list[str] = []
    tellings = Tellings(query, today=today)
    for line in lines_of(query, sorted(found), found, ServiceTarget(), tellings, opened=opened):
        here = list(_changes(line))
        numbers = list(range(len(sentences) + 1, len(sentences) + len(here) + 1))
        sentences += here
        months.append(Month(line if everything else _without_parts(line), numbers))
    return Trend(period, months, sentences, DRAWN if everything else FOR_EVERYBODY)


def _kept_part(period: Period, today: date) -> Period:
    """Without the months of which no row is kept any more: they would be lines of zeros."""
    return Period(max(period.first, month_of(kept_since(today)).first), period.last)


def _settled_part(period: Period, today: date) -> Period:
    months = [month for month in months_of(period) if are_whole_months(month, today=today)]
    return Period(months[0].first, months[-1].last)


def _changes(line: ReportLine) -> Iterator[str]:
    if line.breaks:
        plans = ", ".join(map(str, line.plans))
        yield _("%(month)s: another routing plan (%(plans)s).") % {"month": line.label, "plans": plans}
    if line.recounted:
        rules = ", ".join(map(str, line.versions))
        yield _("%(month)s: counted by other rules (%(rules)s); the definitions say what changed.") % {
            "month": line.label,
            "rules": rules,
        }
    if line.reopened:
        numbers = {"month": line.label, **line.reopened.numbers()}
        yield (_("%(month)s: other opening hours: %(more)s h a week more, %(fewer)s h fewer.") % numbers)


def _without_parts(line: ReportLine) -> ReportLine:
    rates = {
        code: without_parts(rate) for code in FOR_EVERYBODY if isinstance(rate := line.figures[code], Rate)
    }
    return ReportLine(line.key, line.label, dict(rates), {}, line.plans, line.versions, partial=line.partial)
