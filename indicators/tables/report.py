"""The tables of a choice, as pages, files and the API show them, and how much of them a person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from indicators import current_day, labels
from indicators.codes import TOGETHER
from indicators.definitions import HEADLINE, Figures, ServiceTarget, compute
from indicators.periods import Period, days_of
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.protection.telling import LineTelling
from indicators.sums.figures import tallies
from indicators.sums.kept import are_whole_months, kept_since
from indicators.sums.lines import openings
from indicators.sums.query import BY_TIME, SERIES, Query
from indicators.tables.breaks import Hours, HoursApart, SeriesBasis, hours_of_lines, in_series
from indicators.tables.present_planned import PresentAgainstPlanned, by_half_hour, by_team
from indicators.tables.staffing import Staffing, staffed_by, staffing
from indicators.tables.tellings import Tellings
from indicators.tally import Tally, total
from indicators.values import Rate, without_parts
from partners.models import Staff
from partners.permissions import Action, may


@dataclass(frozen=True)
class ReportLine:
    """One line of a table: what it is about, and its figures."""

    key: str
    label: str
    figures: Figures
    outcomes: dict[str, int]
    """By outcome; what is told together has the key `codes.TOGETHER`."""
    plans: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    breaks: bool = False
    """The routing plan differs from that of the last line with requests, so the two lines are not comparable."""
    recounted: bool = False
    """The same for the rules by which requests are counted."""
    partial: bool = False
    """Of its week, month or quarter some days are missing: the period cuts it, or their rows are gone."""
    reopened: HoursApart | None = None
    """The same for the opening hours, in lines of months and quarters."""
    times_told: bool = True
    """Whether all that there is to tell of times is told, exactly."""


@dataclass(frozen=True)
class OutcomeShare:
    """One outcome or network, with the number of its requests and their share of all."""

    key: str
    label: str
    rate: Rate


@dataclass(frozen=True)
class SiteReach:
    """From opening the widget to being served, for one site; `openings` in the order of `labels.COUNTERS`."""

    site: str
    label: str
    openings: list[int]
    asked: int
    served: int


@dataclass(frozen=True)
class FiguresReport:
    query: Query
    target: ServiceTarget
    lines: list[ReportLine]
    total: ReportLine
    outcomes: list[OutcomeShare]
    networks: list[OutcomeShare]
    reach: list[SiteReach]
    staffing: list[Staffing]
    rostered: list[PresentAgainstPlanned] = field(default_factory=list)
    rostered_slots: list[PresentAgainstPlanned] = field(default_factory=list)
    """By half hour. Both for whole months only."""
    partial: bool = False
    """Only the requests that one's own pools took. There is no rate: a request that nobody took belongs to no pool.

    Without a pool of enough people there is no line, and the total holds no figure: it is not known, rather than none.
    """
    whole_months: bool = False
    """Without these there is no table of reach, which tells the sites of days."""
    headline_only: bool = False
    """Only the headline rates of the whole platform, without their parts, which would tell what the others took."""
    anything_asked: bool = False
    """With `headline_only`: whether there was any request."""

    @property
    def empty(self) -> bool:
        if self.headline_only:
            return not self.anything_asked
        demand = self.total.figures["take_up_all_demand"]
        return not sum(self.total.outcomes.values()) and not (isinstance(demand, Rate) and demand.whole)


def sees_everything(person: Staff) -> bool:
    return may(person, Action.READ_ALL_FIGURES)


def own_pools(person: Staff, period: Period) -> dict[str, str]:
    """The pools of one's own partner, with their names, in which enough people were on duty in that period.

    Not who is a member now: whoever put colleagues into a pool of one person would see her past.
    """
    if person.partner is None:
        return {}
    large = staffed_by(SMALLEST_GROUP, period)
    return dict(person.partner.pools.filter(slug__in=large).values_list("slug", "name"))


def for_person(person: Staff, query: Query, target: ServiceTarget) -> list[FiguresReport]:
    """The part of a report that this person may see: everything, or for a partner's coordinator what their own pools
    took, and then the headline of the whole platform.
    """
    if sees_everything(person):
        return [report(query, target)]
    names = own_pools(person, query.period)
    own = replace(query, pools=frozenset(names))
    mine = report(own, target)
    if not names:
        nothing = ReportLine("", "", dict.fromkeys(mine.total.figures), {})
        return [replace(mine, lines=[], total=nothing), platform_headline(own, target)]
    named = [replace(one, name=names[one.pool]) for one in mine.staffing]
    rostered = [replace(one, name=names[one.pool]) for one in by_team(own.period, names)]
    slots = [replace(one, name=names[one.pool]) for one in by_half_hour(own.period, names)]
    mine = replace(mine, staffing=named, rostered=rostered, rostered_slots=slots)
    return [mine, platform_headline(own, target)]


def report(query: Query, target: ServiceTarget) -> FiguresReport:
    """The full report of a choice. With `query.pools`, only the requests that those pools took, and no rates."""
    found = tallies(query)
    keys = _sorted(query.by, found)
    whole = total(found.values())
    if query.counters_known:
        # Openings have no theme and no network: lines by these cannot have them, but the sum of all lines can.
        door = openings(query)
        whole.counters, whole.minutes_open, whole.minutes_unready = (
            door.counters,
            door.minutes_open,
            door.minutes_unready,
        )
    partial = query.pools is not None
    today = current_day.today()
    whole_months = are_whole_months(query.period, today=today)
    tellings = Tellings(query, today=today)
    telling = tellings.of_total()
    opened = hours_of_lines(query.by, query.period, today=today)
    return FiguresReport(
        query=query,
        target=target,
        lines=lines_of(query, keys, found, target, tellings, opened=opened),
        total=_line("", "", whole, target, telling),
        outcomes=_outcomes(whole, telling.outcomes(whole)),
        networks=_networks(whole) if whole_months and not partial else [],
        reach=_reach(query) if query.counters_known and whole_months else [],
        whole_months=whole_months,
        staffing=staffing(query.period, query.pools) if partial else [],
        partial=partial,
    )


def platform_headline(query: Query, target: ServiceTarget) -> FiguresReport:
    """The headline rates of the whole platform, without breakdown or filter: everybody who sees figures may see them."""
    everything = Query(period=query.period, by="month")
    whole = total(tallies(everything).values())
    figures = compute(whole, target)
    rates = {code: without_parts(rate) for code in HEADLINE if isinstance(rate := figures[code], Rate)}
    line = ReportLine("", "", dict(rates), {})
    return FiguresReport(
        everything, target, [], line, [], [], [], [], headline_only=True, anything_asked=whole.requests > 0
    )


def _line(key: str, label: str, tally: Tally, target: ServiceTarget, telling: LineTelling) -> ReportLine:
    return ReportLine(
        key,
        label,
        telling.figures(tally, target),
        telling.outcomes(tally),
        sorted(tally.plans),
        sorted(tally.versions),
        times_told=not telling.hides_times_of(tally),
    )


def lines_of(
    query: Query,
    keys: list[str],
    found: dict[str, Tally],
    target: ServiceTarget,
    tellings: Tellings,
    *,
    opened: Mapping[str, Sequence[Hours]] | None = None,
) -> list[ReportLine]:
    """The tallies as lines of a table in this order; those of a series say where it breaks, and of which lines days are missing."""
    name = labels.namer(query.by)
    lines = [_line(key, name(key), found[key], target, tellings.of_line(key)) for key in keys]
    if query.by not in SERIES:
        return lines
    breaks = in_series(
        SeriesBasis(line.plans, line.versions, (opened or {}).get(line.key, ())) for line in lines
    )
    return [
        replace(
            line,
            breaks=here.plan,
            recounted=here.rules,
            reopened=here.hours,
            partial=_is_partial(query, line.key),
        )
        for line, here in zip(lines, breaks, strict=True)
    ]


def _is_partial(query: Query, key: str) -> bool:
    days = days_of(query.by, key)
    first = max(query.period.first, kept_since(current_day.today()))
    return days is not None and not first <= days.first <= days.last <= query.period.last


def _sorted(by: str, found: dict[str, Tally]) -> list[str]:
    """Sort time chronologically, themes in the coordinators' order, other codes by how often they were asked."""
    if TOGETHER in found:
        return [*_sorted(by, {key: of for key, of in found.items() if key != TOGETHER}), TOGETHER]
    if by == "slot":
        return sorted(found, key=int)
    if by in BY_TIME or by == "plan":
        return sorted(found, key=lambda key: (len(key), key))
    if by == "theme":
        order = list(labels.known("theme"))
        return sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key))
    return sorted(found, key=lambda key: (-found[key].requests, key))


def _outcomes(whole: Tally, told: dict[str, int]) -> list[OutcomeShare]:
    """In their order; those that are told together last."""
    return [OutcomeShare(key, labels.of_outcome(key), Rate(n, whole.requests)) for key, n in told.items()]


def _networks(whole: Tally) -> list[OutcomeShare]:
    """Which networks took the requests, from whichever site."""
    ordered = sorted(whole.served_by.items(), key=lambda item: (-item[1], item[0]))
    name = labels.namer("network")
    return [OutcomeShare(code, name(code), Rate(n, whole.served)) for code, n in ordered]


def _reach(query: Query) -> list[SiteReach]:
    """From opening the widget to being served, site by site."""
    by_site = tallies(replace(query, by="site", finer=False))
    name = labels.namer("site")
    reached = []
    for site, tally in sorted(by_site.items()):
        known = tally.counters
        openings = [known[kind] if known else 0 for kind in labels.COUNTERS]
        reached.append(SiteReach(site, name(site), openings, tally.requests, tally.served))
    return reached
