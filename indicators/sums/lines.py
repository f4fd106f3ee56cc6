"""The sums of each day (`indicators.sums.daily`), added up to what a query asks for. What of it may be told, `figures` decides."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from django.db.models import QuerySet

from indicators import current_day
from indicators.codes import Outcome
from indicators.models import MetricRow
from indicators.periods import Period, months_of, quarter_code, quarter_of, until_yesterday
from indicators.sums import cells, daily
from indicators.sums.cells import CellChoice
from indicators.sums.query import BY_DAY, BY_TIME, COUNTED_BY, OF_DAYS, SERIES, Query, in_period
from indicators.tally import Tally, total


def lines_of(query: Query) -> dict[str, Tally]:
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    if query.by in SERIES:
        # A month without requests is a line of zeros.
        lines.update({_key(query.by, day): Tally() for day in query.period.all_days()})
    add_requests(query, lines)
    if query.counters_known and query.by in COUNTED_BY:
        _doors(query, lines)
    else:
        for tally in lines.values():
            tally.counters = None
    if query.capacity_known and query.by in BY_TIME:
        _capacity(query, lines)
    return dict(lines)


def add_requests(query: Query, lines: defaultdict[str, Tally]) -> None:
    choice = _choice(query)
    grain = cells.grain_for(cells.GRAINS, choice.needs(query.by in BY_DAY))
    for day, sums in daily.requests(query.period, grain, months=query.by not in OF_DAYS):
        sums.add_to(lines, sums.grid.lines(cells.GRAINS[grain], choice, _line_of(query.by, day)))


def by_both(query: Query, one: str, other: str) -> dict[tuple[str, str], Tally]:
    """The requests of the query by two things at once, whatever its breakdown; how people worked may not be told of it as it is."""
    lines: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
    choice = _choice(query)
    grain = cells.grain_for(cells.GRAINS, set(choice.only) | {one, other})
    dimensions = cells.GRAINS[grain]
    for _day, sums in daily.requests(query.period, grain, months=True):
        keys = [sums.grid.lines(dimensions, choice._replace(by=by), None) for by in (one, other)]
        sums.add_to(
            lines,
            [
                None if first is None or second is None else (first, second)
                for first, second in zip(*keys, strict=True)
            ],
        )
    return dict(lines)


def by_month(query: Query, counted: Collection[Outcome]) -> dict[date, Counter[str]]:
    """For each whole month of the period, by its first day: how many requests of each line ended like this, none included.

    Of the running month until yesterday: what comes in today changes nothing that is shown.
    """
    months = list(months_of(query.period))
    found: dict[date, Counter[str]] = {month.first: Counter() for month in months}
    choice = _choice(query)
    grain = cells.grain_for(cells.GRAINS, choice.needs(query.by in BY_DAY))
    over = until_yesterday(Period(months[0].first, months[-1].last), current_day.today())
    for day, sums in daily.requests(over, grain, months=query.by not in OF_DAYS) if over else ():
        of_month = found[day.replace(day=1)]
        lines = sums.grid.lines(cells.GRAINS[grain], choice, _line_of(query.by, day))
        for cell, outcome, n in sums.outcomes():
            if (line := lines[cell]) is not None:
                of_month[line] += n if outcome in counted else 0
    return found


def requests_by_slot(query: Query) -> Iterator[tuple[date, int, str, int]]:
    """Day, half hour, outcome and how many, of the requests of the query, whatever its breakdown. A line may come in several pieces."""
    choice = _choice(query)._replace(by="slot")
    grain = cells.grain_for(cells.GRAINS, choice.needs(of_days=False))
    for day, sums in daily.requests(query.period, grain):
        slots = sums.grid.lines(cells.GRAINS[grain], choice, None)
        for cell, outcome, n in sums.outcomes():
            if (slot := slots[cell]) is not None:
                yield day, int(slot), outcome, n


def _doors(query: Query, lines: defaultdict[str, Tally]) -> None:
    choice = _choice(query)
    grain = cells.grain_for(cells.DOORS, choice.needs(query.by in BY_DAY))
    for day, sums in daily.doors(query.period, grain, months=query.by not in OF_DAYS):
        sums.add_to(lines, sums.grid.lines(cells.DOORS[grain], choice, _line_of(query.by, day)))


def _capacity(query: Query, lines: defaultdict[str, Tally]) -> None:
    for day, sums in daily.capacity(query.period, months=query.by not in OF_DAYS):
        for slot, minutes_open, unready, _ready in sums.by_slot:
            tally = lines[_line_of(query.by, day) or str(slot)]
            tally.minutes_open += minutes_open
            tally.minutes_unready += unready


def openings(query: Query) -> Tally:
    """The counters and the open minutes of the whole period, as far as they exist for this query."""
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    monthly = replace(query, by="month")
    _doors(monthly, lines)
    if query.capacity_known:
        _capacity(monthly, lines)
    return total(lines.values())


def requests(query: Query) -> QuerySet[MetricRow]:
    """The rows of the period that match the filters, tests left out: for the tables of personal answers, which are in no daily sums."""
    rows = MetricRow.objects.filter(in_period(query.period)).exclude(outcome=Outcome.TEST)
    filters = {
        "theme_asked": query.theme,
        "language": query.language,
        "site_network": query.network,
        "site": query.site,
        "audience": query.audience,
        "campaign": query.campaign,
    }
    rows = rows.filter(**{field: value for field, value in filters.items() if value})
    return rows if query.pools is None else rows.filter(pool_served__in=query.pools)


def _choice(query: Query) -> CellChoice:
    only = {name: frozenset({chosen}) for name, chosen in query.filters.items()}
    return CellChoice(query.by, only if query.pools is None else {**only, "pool": query.pools})


def _line_of(by: str, day: date) -> str | None:
    """The line to which all of this day belongs; None where its cells say which."""
    return _key(by, day) if by in BY_DAY else None


@lru_cache(maxsize=4096)
def _key(by: str, day: date) -> str:
    match by:
        case "day":
            return day.isoformat()
        case "week":
            return (day - timedelta(days=day.weekday())).isoformat()
        case "month":
            return f"{day.year}-{day.month:02}"
        case "quarter":
            return quarter_code(quarter_of(day))
        case "weekday":
            return str(day.isoweekday())
    raise ValueError(f"no series of days: {by}")
