"""The tallies that the definitions read, by period, breakdown and filters: the sums of each day (`indicators.sums.daily`), added up."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from django.db.models import Q, QuerySet

from indicators import current_day, labels
from indicators.codes import COUNTED, FEW_PEOPLE, OTHER_CAMPAIGN, SKILLS, TOGETHER, Outcome
from indicators.models import MetricRow
from indicators.periods import Period, month_of, months_of, quarter_code, quarter_of, until_yesterday
from indicators.protection import few_people
from indicators.protection.combinations import CLOCKS, told_together
from indicators.protection.rare_campaigns import NO_CAMPAIGN, told_as
from indicators.sums import cells, daily
from indicators.sums.cells import CellChoice
from indicators.sums.kept import are_whole_months
from indicators.tally import Tally, WorkTold, total

BREAKDOWNS: Final = (
    "day",
    "week",
    "month",
    "quarter",
    "weekday",
    "slot",
    "theme",
    "language",
    "network",
    "partner",
    "site",
    "campaign",
    "audience",
    "plan",
)
SERIES: Final = ("day", "week", "month", "quarter")
BY_TIME: Final = (*SERIES, "weekday", "slot")
COUNTED_BY: Final = (*BY_TIME, "language", "site", "campaign")
"""The breakdowns that counters have; an opening of the widget has no theme and no network."""
BY_DAY: Final = (*SERIES, "weekday")
"""Those whose lines are made of whole days."""
GUARDED: Final = ("theme", "audience")
"""Breakdowns that are shown of days, and have lines that could be found again in another table."""
OF_DAYS: Final = ("day", "week", "weekday")
"""Those whose lines part a month."""
FILTERS: Final = ("theme", "language", "network", "site", "audience", "campaign")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A period, one breakdown, and filters (empty ones filter nothing)."""

    period: Period
    by: str = "theme"
    theme: str = ""
    language: str = ""
    network: str = ""
    site: str = ""
    audience: str = ""
    campaign: str = ""
    pools: frozenset[str] | None = None
    """Only what these pools took; None for everything."""
    finer: bool = False
    """Of parts of months: what is rare in a month is shown together (`indicators.protection.combinations`)."""

    @property
    def counters_known(self) -> bool:
        return not self.theme and not self.network and not self.audience and self.pools is None

    @property
    def capacity_known(self) -> bool:
        return self.pools is None and not self.filters

    @property
    def filters(self) -> dict[str, str]:
        """What was chosen, by the name of its filter."""
        return {name: chosen for name in FILTERS if (chosen := getattr(self, name))}


def tallies(query: Query) -> dict[str, Tally]:
    """One tally for each line of the breakdown, by its key: a code, a number, or a date as ISO 8601
    writes it.
    """
    lines = _with_plans_of_all(query, _tallies(query))
    chosen = {skill: code for skill in SKILLS if (code := getattr(query, skill))}
    if not chosen and query.by not in SKILLS:
        return lines
    enough = all(code not in hidden_in(query.period, skill, query.pools) for skill, code in chosen.items())
    hidden = hidden_in(query.period, query.by, query.pools) if query.by in SKILLS else frozenset()
    several = several_skills(query)
    if query.pools is not None:
        return _of_teams(lines, hidden) if enough and not several else {}
    for key, tally in lines.items():
        if chosen and (not enough or (several and len(chosen) == len(SKILLS))):
            tally.work = WorkTold.NO
        elif query.by in SKILLS and (several or key in hidden):
            tally.work = WorkTold.NOT_OF_THIS_LINE
    return lines


def _with_plans_of_all(query: Query, lines: dict[str, Tally]) -> dict[str, Tally]:
    """Each line says which plans and rules were in force for everybody in its days: those of its own requests would date them."""
    if not query.filters and query.pools is None and query.by in (*SERIES, "plan"):
        return lines
    series = query.by in SERIES
    everybody: defaultdict[str, Tally] = defaultdict(Tally)
    _requests(Query(period=query.period, by=query.by if series else "quarter"), everybody)
    whole = total(everybody.values())
    return {
        key: replace(tally, plans=of.plans, versions=of.versions)
        for key, tally in lines.items()
        for of in [everybody[key] if series else whole]
    }


def several_skills(query: Query) -> bool:
    """Whether its lines have a theme and a language at once: one person may be all who has both."""
    return all(query.by == skill or getattr(query, skill) for skill in SKILLS)


def _of_teams(lines: dict[str, Tally], hidden: frozenset[str]) -> dict[str, Tally]:
    """Of one's own teams even how many somebody took up is their own: what is hidden is told together."""
    shown = {key: tally for key, tally in lines.items() if key not in hidden}
    together = [tally for key, tally in lines.items() if key in hidden]
    return shown | ({FEW_PEOPLE: total(together)} if together else {})


def hidden_in(period: Period, skill: str, pools: frozenset[str] | None) -> frozenset[str]:
    """The themes or languages of which it is not told how people worked (`indicators.protection.few_people`).

    Of several teams, those that are hidden in one of them: the three of one team would else open the work of one person in another.
    """
    if pools is None:
        return _hidden(Query(period=period, by=skill), few_people.EVERYBODY)
    teams = ((Query(period=period, by=skill, pools=frozenset({pool})), pool) for pool in pools)
    return frozenset().union(*(_hidden(query, pool) for query, pool in teams))


def _hidden(query: Query, team: str) -> frozenset[str]:
    accepted = _by_month(query, {Outcome.SERVED, Outcome.ACCEPTED_SILENT})
    return few_people.hidden(query.period, query.by, team, accepted, today=current_day.today())


def _by_month(query: Query, counted: Collection[Outcome]) -> dict[date, Counter[str]]:
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


def _tallies(query: Query) -> dict[str, Tally]:
    if query.by == "campaign":
        return _campaigns(query)
    if query.by == "partner":
        return _partners(query)
    lines = _lines(query)
    if query.finer and _may_be_rare(query) and (rare := told_together_in(query.period, query.by)):
        shown = {key: tally for key, tally in lines.items() if key not in rare}
        return shown | {TOGETHER: total(tally for key, tally in lines.items() if key in rare)}
    return lines


def _may_be_rare(query: Query) -> bool:
    """Whether its lines could be found again in another table, where they are of few.

    A half hour in which one person asked would say of that person, filter by filter, all that is known of the request.
    """
    return query.by in GUARDED or (query.by in CLOCKS and bool(query.filters))


def _lines(query: Query) -> dict[str, Tally]:
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    if query.by in SERIES:
        # A month without requests is a line of zeros.
        lines.update({_key(query.by, day): Tally() for day in query.period.all_days()})
    _requests(query, lines)
    if query.counters_known and query.by in COUNTED_BY:
        _doors(query, lines)
    else:
        for tally in lines.values():
            tally.counters = None
    if query.capacity_known and query.by in BY_TIME:
        _capacity(query, lines)
    return dict(lines)


def _requests(query: Query, lines: defaultdict[str, Tally]) -> None:
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


def requests_by_slot(query: Query) -> Iterator[tuple[date, int, str, int]]:
    """Day, half hour, outcome and how many, of the requests of the query, whatever its breakdown. A line may come in several pieces."""
    choice = _choice(query)._replace(by="slot")
    grain = cells.grain_for(cells.GRAINS, choice.needs(of_days=False))
    for day, sums in daily.requests(query.period, grain):
        slots = sums.grid.lines(cells.GRAINS[grain], choice, None)
        for cell, outcome, n in sums.outcomes():
            if (slot := slots[cell]) is not None:
                yield day, int(slot), outcome, n


def _choice(query: Query) -> CellChoice:
    only = {name: frozenset({chosen}) for name, chosen in query.filters.items()}
    return CellChoice(query.by, only if query.pools is None else {**only, "pool": query.pools})


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


def _line_of(by: str, day: date) -> str | None:
    """The line to which all of this day belongs; None where its cells say which."""
    return _key(by, day) if by in BY_DAY else None


def told_together_in(period: Period, dimension: str) -> frozenset[str]:
    """The codes that are told together in one of the months of the period, as a whole."""
    months = _by_month(Query(period=period, by=dimension), COUNTED)
    return frozenset().union(*map(told_together, months.values()))


def outcomes_together_in(query: Query, *, today: date) -> dict[str, frozenset[str]]:
    """The outcomes that are told together, because one of the months of the period has few of them among what is asked about.

    By line for themes and audiences, which have few of an outcome that others have often; "" is what all lines have in common. Of a month
    that is not over T is told all the same: it is not yet known how many will not have been taken up.
    """
    found: dict[str, frozenset[str]] = {}
    for month in months_of(query.period):
        over = are_whole_months(month, today=today)
        for key, tally in _outcomes_in(replace(query, period=month)).items():
            together = told_together(tally.outcomes) - (frozenset() if over else {Outcome.SERVED})
            found[key] = found.get(key, frozenset()) | together
    return found


def _outcomes_in(query: Query) -> dict[str, Tally]:
    """Of a whole month how what is asked about ended, in all (""), and for each line that is a theme or an audience."""
    whole = replace(query, by="month", finer=False)
    found = {"": total(_lines(whole).values())}
    if query.by in GUARDED:
        found |= _lines(replace(query, finer=False))
        rare = told_together_in(query.period, query.by)
        found[TOGETHER] = total(tally for key, tally in found.items() if key in rare)
    for tally in found.values():
        del tally.outcomes[Outcome.TEST]
    return found


def _campaigns(query: Query) -> dict[str, Tally]:
    """Month by month: one that is rare in a month is not named in it, however many months are asked for.

    With a filter, and of one's own teams, the others are told as none: of one site they could be one visitor, or differ by one.
    """
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    unfiltered = not query.filters and query.pools is None
    for first, told in _campaigns_told_as(query.period).items():
        # Of a campaign of which nobody asked there are openings of the widget only.
        others = OTHER_CAMPAIGN if unfiltered and OTHER_CAMPAIGN in told.values() else NO_CAMPAIGN
        for code, tally in _lines(replace(query, period=month_of(first))).items():
            is_named = code != OTHER_CAMPAIGN and code in {NO_CAMPAIGN, told.get(code)}
            key = code if is_named else others
            lines[key] = lines[key] + tally
    return dict(lines)


def _campaigns_told_as(period: Period) -> dict[date, dict[str, str]]:
    """By the first day of each month, as what each campaign is told, by the requests of everybody."""
    query = Query(period=period, by="campaign")
    asked, served = _by_month(query, COUNTED), _by_month(query, {Outcome.SERVED})
    return {first: told_as(asked[first], served[first]) for first in asked}


def _partners(query: Query) -> dict[str, Tally]:
    """Each line is of the sites that are a partner's today."""
    partners = labels.partners_of_sites()
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    for site, tally in _lines(replace(query, by="site")).items():
        key = partners.get(site, "")
        lines[key] = lines[key] + tally
    return dict(lines)


def named_campaigns(period: Period) -> set[str]:
    """The campaigns that are named in each of these months."""
    months = _campaigns_told_as(period).values()
    named = ({code for code, key in told.items() if code == key} for told in months)
    return set.intersection(*named) - {OTHER_CAMPAIGN}


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


def in_period(period: Period) -> Q:
    """The rows of its days."""
    return Q(day__gte=period.first, day__lte=period.last)


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
