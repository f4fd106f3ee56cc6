"""Which network took requests up, from whose sites, how soon it first answered; and of each partner's sites, what another network took up.

How soon a network answers is how its people work: it is told of networks of which a team of three was on duty, for whole unfiltered months.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from indicators import labels
from indicators.definitions import ServiceTarget, first_answer, out_of_network
from indicators.periods import Period, months_of
from indicators.protection.combinations import hidden_together
from indicators.protection.few_people import SMALLEST_GROUP
from indicators.sums.figures import tallies
from indicators.sums.lines import by_both
from indicators.sums.query import Query
from indicators.tables.report import FiguresReport
from indicators.tables.staffing import staffed_by
from indicators.tally import Tally
from indicators.values import Rate, Value


@dataclass(frozen=True)
class ServingNetwork:
    """What a network took up. `elsewhere`: of those from sites of a network, how many from another's. None: not told."""

    key: str
    label: str
    rate: Rate
    elsewhere: Rate | None
    first_answer: Value | None


@dataclass(frozen=True)
class PartnersSites:
    """What was taken up of a partner's sites, and how much of it by another network than the partner's."""

    key: str
    label: str
    served: int
    elsewhere: Rate


def by_network(report: FiguresReport) -> list[ServingNetwork]:
    """As the report orders them, of whole months. From whose sites, and how soon, is told without a filter."""
    query, aim = report.query, ServiceTarget()
    if not report.networks or query.filters:
        return [ServingNetwork(one.key, one.label, one.rate, None, None) for one in report.networks]
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    for (network, _pool), tally in _served(query).items():
        lines[network] = lines[network] + tally
    hidden = _hidden(query.period)
    return [
        ServingNetwork(
            one.key,
            one.label,
            one.rate,
            out_of_network(lines[one.key], aim),
            None if one.key in hidden else first_answer(lines[one.key], aim),
        )
        for one in report.networks
    ]


def _served(query: Query) -> dict[tuple[str, str], Tally]:
    found = by_both(query, "served_by", "pool")
    return {key: tally for key, tally in found.items() if tally.served}


def _hidden(period: Period) -> frozenset[str]:
    """Networks of which in one of these months no team was large enough, and the smallest beside them."""
    months = (_hidden_in(month) for month in months_of(period))
    return frozenset().union(*months)


def _hidden_in(month: Period) -> frozenset[str]:
    large = set(staffed_by(SMALLEST_GROUP, month))
    served: Counter[str] = Counter()
    enough: set[str] = set()
    for (network, pool), tally in _served(Query(period=month)).items():
        served[network] += tally.served
        if pool in large:
            enough.add(network)
    return hidden_together(served, enough)


def by_partner(query: Query) -> list[PartnersSites]:
    """Of whole months only. Whose sites had most taken up first."""
    lines = tallies(replace(query, by="partner"))
    name, aim = labels.namer("partner"), ServiceTarget()
    return [
        PartnersSites(key, name(key), tally.served, out_of_network(tally, aim))
        for key, tally in sorted(lines.items(), key=lambda item: (-item[1].served, item[0]))
        if tally.requests
    ]
