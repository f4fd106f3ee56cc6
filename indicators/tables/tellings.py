"""How much of each line of an answer is told: by its days, requests and people (`indicators.protection.telling`)."""

from datetime import date, timedelta

from indicators.periods import Period, month_of, quarter_from
from indicators.protection import few_people
from indicators.protection.telling import EXACTLY, LineTelling
from indicators.sums.figures import outcomes_together_in
from indicators.sums.kept import are_whole_months
from indicators.sums.query import BY_TIME, SERIES, Query


class Tellings:
    """Of one question. Lines of whole months are told exactly, also beside a month that is not over."""

    def __init__(self, query: Query, *, today: date) -> None:
        self._query = query
        self._today = today
        self._exactly = LineTelling(filtered=True) if query.filters else EXACTLY
        self._together = outcomes_together_in(query, today=today) if query.finer else {}
        self._days_of_few = few_people.days_of_few(query.period) if query.finer else frozenset()

    def of_line(self, key: str) -> LineTelling:
        days = self._days_of(key)
        if not self._query.finer or (
            self._query.by in ("month", "quarter") and are_whole_months(days, today=self._today)
        ):
            return self._exactly
        return self._finer(days, key, of_one_thing=self._query.by not in (*BY_TIME, "plan"))

    def of_total(self) -> LineTelling:
        period = self._query.period
        if not self._query.finer or are_whole_months(period, today=self._today):
            return self._exactly
        return self._finer(period, "", of_one_thing=False)

    def _finer(self, days: Period, key: str, *, of_one_thing: bool) -> LineTelling:
        return LineTelling(
            finer=True,
            filtered=bool(self._query.filters),
            of_one_thing=of_one_thing,
            together=self._together.get(key, self._together[""]),
            of_few=any(days.first <= day <= days.last for day in self._days_of_few),
        )

    def _days_of(self, key: str) -> Period:
        """The days of a line: those of the whole period where it is not a line of days."""
        whole = self._query.period
        if self._query.by not in SERIES:
            return whole
        days = _period_of(self._query.by, key)
        return Period(max(days.first, whole.first), min(days.last, whole.last))


def _period_of(by: str, key: str) -> Period:
    match by:
        case "day":
            return Period(date.fromisoformat(key), date.fromisoformat(key))
        case "week":
            monday = date.fromisoformat(key)
            return Period(monday, monday + timedelta(days=6))
        case "month":
            return month_of(date.fromisoformat(f"{key}-01"))
    return quarter_from(key)
