"""Take-up month by month over two years, and what makes months not comparable: other hours, another plan, other rules of counting."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.definitions import ServiceTarget
from indicators.periods import Period, last_months, month_of, months_of
from indicators.sums import daily
from indicators.sums.figures import Query, tallies
from indicators.sums.kept import are_whole_months, kept_since
from indicators.tables.report import ReportLine, lines_of, sees_everything
from indicators.tables.tellings import Tellings
from indicators.values import Rate, without_parts
from partners.models import Staff

MONTHS: Final = 24
DRAWN: Final = ("take_up", "take_up_star", "answer_rate")
FOR_EVERYBODY: Final = ("take_up", "take_up_star")
"""What a partner's coordinator sees: rates of the whole platform, without their parts."""
SLOTS_AN_HOUR: Final = 2

Hours = frozenset[tuple[int, int]]
"""Weekdays and half hours."""


@dataclass(frozen=True)
class Month:
    """A line of the table. `breaks` are the numbers of the breaks before it; `partial`: some of its days are missing."""

    line: ReportLine
    partial: bool
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
    period = last_months(today, MONTHS)
    if not everything or filters:
        # A running month of few requests that is looked at every day would tell of single days.
        period = _settled_part(period, today)
    finer = not are_whole_months(period, today=today)
    query = Query(period=period, by="month", finer=finer, **(filters if everything else {}))
    found = tallies(query)
    lines = lines_of("month", sorted(found), found, ServiceTarget(), Tellings(query, today=today))
    opened = hours(period)
    months: list[Month] = []
    sentences: list[str] = []
    last: Hours | None = None
    for line in lines:
        partial = _is_partial(line.key, period, today)
        now_open = None if partial else opened.get(line.key)
        here = [*_changes(line), *_changed_hours(line.label, last, now_open)]
        numbers = list(range(len(sentences) + 1, len(sentences) + len(here) + 1))
        sentences += here
        months.append(Month(line if everything else _without_parts(line), partial, numbers))
        last = now_open or last
    return Trend(period, months, sentences, DRAWN if everything else FOR_EVERYBODY)


def _settled_part(period: Period, today: date) -> Period:
    months = [month for month in months_of(period) if are_whole_months(month, today=today)]
    return Period(months[0].first, months[-1].last)


def hours(period: Period) -> dict[str, Hours]:
    """By month, the half hours of the week in which some pool was open on at least half of the days; dated exceptions do not matter."""
    days: defaultdict[str, Counter[int]] = defaultdict(Counter)
    opened: defaultdict[str, Counter[tuple[int, int]]] = defaultdict(Counter)
    for day in period.all_days():
        days[day.isoformat()[:7]][day.isoweekday()] += 1
    for day, sums in daily.capacity(period):
        for slot, minutes, *_rest in sums.by_slot:
            opened[day.isoformat()[:7]][day.isoweekday(), slot] += minutes > 0
    return {
        month: frozenset(when for when, times in found.items() if times * 2 >= days[month][when[0]])
        for month, found in opened.items()
    }


def _is_partial(month: str, period: Period, today: date) -> bool:
    whole = month_of(date.fromisoformat(f"{month}-01"))
    return whole.last > period.last or whole.first < kept_since(today)


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


def _changed_hours(month: str, before: Hours | None, after: Hours | None) -> Iterator[str]:
    if before is None or after is None or before == after:
        return
    yield _("%(month)s: other opening hours: %(more)s h a week more, %(fewer)s h fewer.") % {
        "month": month,
        "more": _in_hours(len(after - before)),
        "fewer": _in_hours(len(before - after)),
    }


def _in_hours(slots: int) -> str:
    digits = 0 if slots % SLOTS_AN_HOUR == 0 else 1
    return str(number_format(slots / SLOTS_AN_HOUR, digits, use_l10n=True))


def _without_parts(line: ReportLine) -> ReportLine:
    rates = {
        code: without_parts(rate) for code in FOR_EVERYBODY if isinstance(rate := line.figures[code], Rate)
    }
    return ReportLine(line.key, line.label, dict(rates), {}, line.plans, line.versions)
