"""Metric rows, counters and capacity, summed up by the database into the tallies that the definitions read.

Only sums and histograms leave the database, never a row.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

from indicators import pending
from indicators.codes import OTHER_CAMPAIGN, Outcome
from indicators.disclosure import THRESHOLD
from indicators.models import Capacity, Counter, MetricRow, OnDuty
from indicators.periods import Period, quarter_code, quarter_of
from indicators.tally import Tally, total

BREAKDOWNS: Final[dict[str, Any]] = {
    "day": F("day"),
    # Days are grouped into weeks and months in Python here: SQLite would call Python for each row to do it.
    "week": F("day"),
    "month": F("day"),
    "quarter": F("day"),
    "weekday": F("day"),
    "slot": F("slot"),
    "theme": F("theme_asked"),
    "language": F("language"),
    "network": F("site_network"),
    "site": F("site"),
    "campaign": F("campaign"),
    "audience": F("audience"),
    "plan": F("plan_number"),
}
FEWEST_OTHERS: Final = 2
"""Campaigns that are shown together; with fewer, the others would be one campaign."""
SERIES: Final = ("day", "week", "month", "quarter")
BY_TIME: Final = (*SERIES, "weekday", "slot")
COUNTED_BY: Final = (*BY_TIME, "language", "site", "campaign")
"""The breakdowns that counters have; an opening of the widget has no theme and no network."""
HISTOGRAMS: Final = (
    ("wait_s", Outcome.SERVED, "waits_served"),
    ("wait_s", Outcome.ABANDONED, "waits_abandoned"),
    ("first_answer_s", Outcome.SERVED, "first_answers"),
    ("duration_min", Outcome.SERVED, "durations"),
    ("transfers", Outcome.SERVED, "transfers"),
    ("requeues", Outcome.SERVED, "requeues"),
)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A period, one breakdown, and filters (empty ones filter nothing)."""

    period: Period
    by: str = "theme"
    theme: str = ""
    language: str = ""
    network: str = ""
    site: str = ""
    pools: frozenset[str] | None = None
    """Only what these pools took; None for everything."""

    @property
    def counters_known(self) -> bool:
        return not self.theme and not self.network and self.pools is None

    @property
    def capacity_known(self) -> bool:
        return self.counters_known and not self.language and not self.site


def tallies(query: Query) -> dict[str, Tally]:
    """One tally for each line of the breakdown, by its key: a code, a number, or a date as ISO 8601
    writes it.
    """
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    if query.by in SERIES:
        # A month without requests is a line of zeros.
        lines.update({_key(query.by, day): Tally() for day in query.period.all_days()})
    _outcomes(query, lines)
    rows = requests(query).annotate(line=BREAKDOWNS[query.by]).order_by()
    for field, outcome, attribute in HISTOGRAMS:
        counts = (
            rows.filter(outcome=outcome)
            .exclude(**{field: None})
            .values("line", field)
            .annotate(n=Count("pk"))
        )
        for count in counts:
            getattr(lines[_key(query.by, count["line"])], attribute)[count[field]] += count["n"]
    if query.counters_known and query.by in COUNTED_BY:
        _counters(query, lines)
    else:
        for tally in lines.values():
            tally.counters = None
    if query.capacity_known and query.by in BY_TIME:
        _capacity(query, lines)
    return _rare_campaigns_together(lines) if query.by == "campaign" else dict(lines)


def _rare_campaigns_together(lines: Mapping[str, Tally]) -> dict[str, Tally]:
    """Merge rare campaigns: a page could name one for a single visitor, and the figures would show that visitor's outcome."""
    named = sorted((key for key in lines if key and key != OTHER_CAMPAIGN), key=lambda key: lines[key].served)
    others = [key for key in named if lines[key].served < THRESHOLD]
    # The others must not be one campaign, nor a few requests: the smallest of those that could be shown join them.
    while others and len(others) < len(named) and _is_small([lines[key] for key in others]):
        others.append(named[len(others)])
    if OTHER_CAMPAIGN in lines:
        others.append(OTHER_CAMPAIGN)
    shown = {key: tally for key, tally in lines.items() if key not in others}
    return shown | ({OTHER_CAMPAIGN: total(lines[key] for key in others)} if others else {})


def _is_small(others: Sequence[Tally]) -> bool:
    return len(others) < FEWEST_OTHERS or sum(one.requests for one in others) < THRESHOLD


def openings(query: Query) -> Tally:
    """The counters and the open minutes of the whole period, as far as they exist for this query."""
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    monthly = replace(query, by="month")
    _counters(monthly, lines)
    if query.capacity_known:
        _capacity(monthly, lines)
    return total(lines.values())


def requests(query: Query) -> QuerySet[MetricRow]:
    """The rows of the period that match the filters. Only this function excludes tests; everything else uses it."""
    rows = MetricRow.objects.filter(in_period(query.period)).exclude(outcome=Outcome.TEST)
    filters = {
        "theme_asked": query.theme,
        "language": query.language,
        "site_network": query.network,
        "site": query.site,
    }
    rows = rows.filter(**{field: value for field, value in filters.items() if value})
    return rows if query.pools is None else rows.filter(pool_served__in=query.pools)


def in_period(period: Period) -> Q:
    """The rows of its days."""
    return Q(day__gte=period.first, day__lte=period.last)


def _outcomes(query: Query, lines: defaultdict[str, Tally]) -> None:
    rows = requests(query).annotate(line=BREAKDOWNS[query.by]).order_by()
    measured = Q(outcome=Outcome.SERVED, duration_min__isnull=False)
    networked = Q(outcome=Outcome.SERVED) & ~Q(site_network="") & ~Q(network_served="")
    known = Q(outcome=Outcome.SERVED, two_way__isnull=False)
    sums = rows.values("line", "outcome", "plan_number", "version").annotate(
        n=Count("pk"),
        quiet=Sum("quiet_min", filter=measured, default=0),
        home=Count("pk", filter=networked & Q(network_served=F("site_network"))),
        networked=Count("pk", filter=networked),
        wrote_back=Count("pk", filter=known & Q(two_way=True)),
        lost=Count("pk", filter=known & Q(leg_lost=True)),
        known=Count("pk", filter=known),
    )
    for row in sums:
        tally = lines[_key(query.by, row["line"])]
        tally.outcomes[row["outcome"]] += row["n"]
        tally.plans.add(row["plan_number"])
        tally.quiet_minutes += row["quiet"]
        tally.served_at_home += row["home"]
        tally.served_elsewhere += row["networked"] - row["home"]
        tally.versions.add(row["version"])
        tally.two_way += row["wrote_back"]
        tally.legs_lost += row["lost"]
        tally.legs_known += row["known"]


def counters(query: Query) -> QuerySet[Counter]:
    rows = Counter.objects.filter(in_period(query.period))
    filters = {"language": query.language, "site": query.site}
    return rows.filter(**{field: value for field, value in filters.items() if value})


def _counters(query: Query, lines: defaultdict[str, Tally]) -> None:
    rows = counters(query).annotate(line=BREAKDOWNS[query.by]).order_by()
    for row in rows.values("line", "kind").annotate(sum=Sum("n")):
        known = lines[_key(query.by, row["line"])].counters
        if known is not None:
            known[row["kind"]] += row["sum"]


def _capacity(query: Query, lines: defaultdict[str, Tally]) -> None:
    rows = Capacity.objects.filter(in_period(query.period)).annotate(line=BREAKDOWNS[query.by]).order_by()
    for row in rows.values("line").annotate(open=Sum("minutes_open"), unready=Sum("minutes_unready")):
        tally = lines[_key(query.by, row["line"])]
        tally.minutes_open += row["open"]
        tally.minutes_unready += row["unready"]


def _key(by: str, value: Any) -> str:
    match by:
        case "day":
            return str(value.isoformat())
        case "week":
            return str((value - timedelta(days=value.weekday())).isoformat())
        case "month":
            return f"{value.year}-{value.month:02}"
        case "quarter":
            return quarter_code(quarter_of(value))
        case "weekday":
            return str(value.isoweekday())
        case _:
            return str(value)


def served_by_network(query: Query) -> dict[str, int]:
    """How many requests each network took, from whichever site."""
    rows = (
        requests(query)
        .filter(outcome=Outcome.SERVED)
        .order_by()
        .values("network_served")
        .annotate(n=Count("pk"))
    )
    return {row["network_served"]: row["n"] for row in rows}


@dataclass(frozen=True)
class Staffing:
    """A pool's open minutes in the period; `mean_ready` and `mean_free` are over those minutes."""

    pool: str
    minutes_open: float
    minutes_unready: float
    mean_ready: float
    mean_free: float
    name: str = ""
    """The pool's name, for those who may know it."""


def staffing(period: Period, pools: frozenset[str] | None = None) -> list[Staffing]:
    """Per pool, the least staffed first. `pools` limits it to those."""
    rows = Capacity.objects.filter(in_period(period), minutes_open__gt=0).order_by().values("pool")
    if pools is not None:
        rows = rows.filter(pool__in=pools)
    sums = rows.annotate(
        open=Sum("minutes_open"),
        unready=Sum("minutes_unready"),
        ready=Sum("ready_minutes"),
        free=Sum("free_slot_minutes"),
    )
    pools_found = [
        Staffing(
            row["pool"], row["open"], row["unready"], row["ready"] / row["open"], row["free"] / row["open"]
        )
        for row in sums
    ]
    return sorted(pools_found, key=lambda found: (-found.minutes_unready / found.minutes_open, found.pool))


def staffed_by(people: int, period: Period) -> list[str]:
    """The pools in which so many people were ready on one day of the period."""
    days = OnDuty.objects.filter(in_period(period), people__gte=people)
    return list(days.order_by("pool").values_list("pool", flat=True).distinct())


def present(field: str) -> list[str]:
    """The codes that occur in this column, for the choices of a form."""
    rows = MetricRow.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
    return list(rows)


def theme_is_counted(code: str) -> bool:
    """Does any row, also of a test or one that is still to be counted, hold this theme?"""
    counted = MetricRow.objects.filter(Q(theme_asked=code) | Q(theme_end=code) | Q(closed_theme=code))
    soon = (one.ended for one in pending.held())
    return counted.exists() or any(
        code in {each.theme_asked, each.theme_end, each.classification.theme} for each in soon
    )


def subtheme_is_counted(code: str) -> bool:
    """Does any row, also of a test or one that is still to be counted, hold this sub-theme?"""
    counted = MetricRow.objects.filter(closed_subtheme=code)
    return counted.exists() or any(one.ended.classification.subtheme == code for one in pending.held())
