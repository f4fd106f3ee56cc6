"""Do the figures add up? Every night, the rows of the last days are checked against the counters and against themselves."""

from collections import Counter as Counted
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from indicators.codes import COUNTED, CounterKind, Outcome
from indicators.models import Counter, Discrepancy, MetricRow
from indicators.periods import Period, arrival, month_of
from indicators.rows.record import VERSION
from indicators.sums import daily

DAYS: Final = 7
NIGHTS: Final = 28
"""In so many nights all stored sums are made once more from the rows and compared, those of the last days every night."""

log = structlog.stdlib.get_logger(__name__)

CONTRADICTIONS: Final[dict[str, Q]] = {
    "outcome": ~Q(outcome__in=list(Outcome)),
    "served_without_times": Q(outcome=Outcome.SERVED)
    & (Q(wait_s=None) | Q(first_answer_s=None) | Q(duration_min=None)),
    "unserved_with_answer": Q(outcome__in=[one for one in COUNTED if one is not Outcome.SERVED])
    & (Q(two_way=True) | Q(leg_lost=True) | Q(first_answer_s__isnull=False)),
    "longer_quiet": Q(quiet_min__gt=F("duration_min")),
}
"""Rows that contradict themselves, by the name of the check."""


def check(*, now: datetime) -> list[Discrepancy]:
    """Check the last days, and keep what does not add up in place of what was found the night before."""
    today, _slot = arrival(now - daily.LONGEST)
    period = Period(today - timedelta(days=DAYS), today - timedelta(days=1))
    found = [*_found(period), *_sums(period, today)]
    with transaction.atomic():
        Discrepancy.objects.all().delete()
        Discrepancy.objects.bulk_create(found)
    if found:
        log.warning("the figures do not add up", rows=len(found))
    return found


def lines() -> list[str]:
    """What does not add up, a sentence for each: for the page of those who run Miti."""
    sentences = {
        "asked": _("%(day)s: requests made: %(expected)s, counted: %(found)s."),
        "outcome": _("%(day)s: rows with an outcome that does not exist: %(found)s."),
        "served_without_times": _("%(day)s: rows taken up without times: %(found)s."),
        "unserved_with_answer": _("%(day)s: rows not taken up with an answer: %(found)s."),
        "longer_quiet": _("%(day)s: rows with more silence than duration: %(found)s."),
        "daily": _("%(day)s: rows: %(expected)s, in the daily sums: %(found)s. These were made anew."),
        "daily_parts": _(
            "%(day)s: the daily sums were not those of the rows, or could not be read. They were made anew."
        ),
    }
    return [
        sentences[one.check_name] % {"day": one.day.isoformat(), "expected": one.expected, "found": one.found}
        for one in Discrepancy.objects.order_by("day", "check_name")
    ]


def _sums(recent: Period, today: date) -> Iterator[Discrepancy]:
    """Stored sums that are not those of the rows, which are forgotten: all by their number of requests, and these to the last digit: of the
    recent days, and of those whose turn it is tonight.
    """
    rows, stored = _rows_a_day(), daily.stored_requests()
    days = {*recent.all_days(), *(day for day in stored if _tonight(today, day.toordinal()))}
    compared = [Period(day, day) for day in sorted(days)]
    wrong = {day for day, n in stored.items() if rows[day] != n} | set(daily.differing(compared))
    for day in sorted(wrong):
        yield _wrong_sums(day, rows[day], stored.get(day))
        daily.forget(day)
    months = daily.stored_requests(months=True)
    expected = {first: sum(rows[day] for day in month_of(first).all_days()) for first in months}
    compared = [month_of(first) for first in months if _tonight(today, 12 * first.year + first.month)]
    wrong = {first for first, n in months.items() if expected[first] != n} | set(daily.differing(compared))
    for first in sorted(wrong):
        yield _wrong_sums(first, expected[first], months[first])
        daily.forget_all(month_of(first))


def _tonight(day: date, number: int) -> bool:
    return (number - day.toordinal()) % NIGHTS == 0


def _wrong_sums(day: date, expected: int, found: int | None) -> Discrepancy:
    told = "daily_parts" if found is None or found == expected else "daily"
    return Discrepancy(day=day, check_name=told, expected=expected, found=found or 0)


def _rows_a_day() -> Counted[date]:
    rows = MetricRow.objects.exclude(outcome=Outcome.TEST).order_by()
    return Counted(dict(rows.values_list("day").annotate(n=Count("pk"))))


def _found(period: Period) -> Iterator[Discrepancy]:
    for day in period.all_days():
        rows = MetricRow.objects.filter(day=day, version__gte=VERSION)
        for name, contradiction in CONTRADICTIONS.items():
            if n := rows.filter(contradiction).count():
                yield Discrepancy(day=day, check_name=name, expected=0, found=n)
        if MetricRow.objects.filter(day=day, version__lt=VERSION).exists():
            # Not every request of that day was counted when it was made.
            continue
        counters: dict[str, Any] = Counter.objects.filter(day=day, kind=CounterKind.ASKED).aggregate(
            n=Sum("n", default=0)
        )
        requests = rows.exclude(outcome=Outcome.TEST).count()
        if counters["n"] != requests:
            yield Discrepancy(day=day, check_name="asked", expected=counters["n"], found=requests)
