"""Dated exceptions in words, and those that hold against one that somebody wants."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.calendar import Span, in_spans
from coordination.weekdays import day_and_month, whole_date
from routing_rules.exception_clashes import holds_against
from routing_rules.hours_text import format_hours
from routing_rules.models import DatedException, Pool
from routing_rules.timetables import ExceptionWanted
from routing_rules.weekly import DAY_MINUTES, DayException, ExceptionKind, Interval

MOST_TOLD = 5


def exception_hours(row: DatedException) -> str:
    """The hours of an exception, or that it lasts the whole day."""
    if (row.start_minute, row.end_minute) == (0, DAY_MINUTES):
        return _("the whole day")
    return format_hours([Interval(row.date.weekday(), row.start_minute, row.end_minute)])


def days_words(first: date, last: date) -> str:
    """A day, or from which to which."""
    if first == last:
        return whole_date(first)
    return _("from %(first)s to %(last)s") % {"first": day_and_month(first), "last": whole_date(last)}


def span_words(span: Span) -> str:
    """Whose, when and what: "Équipe Namur, lundi 23 novembre 2026, ouvert en plus 9:00-12:00"."""
    row = span.first
    team = row.pool.name if row.pool else _("All teams")
    when = days_words(row.date, span.last.date)
    return f"{team}, {when}, {row.get_kind_display()} {exception_hours(row)}"


def rows_words(rows: Iterable[DatedException]) -> str:
    """The same of many; of very many how many more."""
    spans = in_spans(sorted(rows, key=lambda row: (row.date, row.start_minute)))
    told = "; ".join(span_words(one) for one in spans[:MOST_TOLD])
    more = len(spans) - MOST_TOLD
    if more <= 0:
        return told
    also = ngettext("%(n)s more", "%(n)s more", more) % {"n": more}
    return f"{told}; {also}"


def rows_against(pool: Pool | None, wanted: Sequence[ExceptionWanted]) -> list[DatedException]:
    """The exceptions that would hold against what is wanted, once it is saved."""
    if not wanted:
        return []
    days = [one.date for one in wanted]
    near = (min(days) - timedelta(days=1), max(days) + timedelta(days=1))
    rows = DatedException.objects.filter(date__range=near).select_related("pool")
    concerned = Q(pool__active=True) if pool is None else Q(pool=pool)
    rows = rows.filter(concerned | Q(pool=None))
    asked: dict[date, list[DayException]] = {}
    for one in wanted:
        for day in (one.date - timedelta(days=1), one.date, one.date + timedelta(days=1)):
            asked.setdefault(day, []).append(
                DayException(one.date, one.kind, one.start, one.end, everywhere=pool is None)
            )
    return [row for row in rows if any(holds_against(_of(row), each) for each in asked.get(row.date, ()))]


def _of(row: DatedException) -> DayException:
    kind = ExceptionKind(row.kind)
    return DayException(row.date, kind, row.start_minute, row.end_minute, everywhere=row.pool_id is None)
