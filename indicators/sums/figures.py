"""The tallies that the definitions read, by period, breakdown and filters, and what of them may be told."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Final

from indicators import current_day, labels
from indicators.codes import COUNTED, FEW_PEOPLE, OTHER_CAMPAIGN, SKILLS, TOGETHER, Outcome
from indicators.periods import Period, month_of, months_of
from indicators.protection import few_people
from indicators.protection.combinations import CLOCKS, told_together
from indicators.protection.rare_campaigns import NO_CAMPAIGN, told_as
from indicators.sums.kept import are_whole_months
from indicators.sums.lines import add_requests, by_month, lines_of
from indicators.sums.query import SERIES, Query
from indicators.tally import Tally, WorkTold, total

GUARDED: Final = ("theme", "audience")
"""Breakdowns that are shown of days, and have lines that could be found again in another table."""


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
    add_requests(Query(period=query.period, by=query.by if series else "quarter"), everybody)
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
    accepted = by_month(query, {Outcome.SERVED, Outcome.ACCEPTED_SILENT})
    return few_people.hidden(query.period, query.by, team, accepted, today=current_day.today())


def _tallies(query: Query) -> dict[str, Tally]:
    if query.by == "campaign":
        return _campaigns(query)
    if query.by == "partner":
        return _partners(query)
    lines = lines_of(query)
    if query.finer and _may_be_rare(query) and (rare := told_together_in(query.period, query.by)):
        shown = {key: tally for key, tally in lines.items() if key not in rare}
        return shown | {TOGETHER: total(tally for key, tally in lines.items() if key in rare)}
    return lines


def _may_be_rare(query: Query) -> bool:
    """Whether its lines could be found again in another table, where they are of few.

    A half hour in which one person asked would say of that person, filter by filter, all that is known of the request.
    """
    return query.by in GUARDED or (query.by in CLOCKS and bool(query.filters))


def told_together_in(period: Period, dimension: str) -> frozenset[str]:
    """The codes that are told together in one of the months of the period, as a whole."""
    months = by_month(Query(period=period, by=dimension), COUNTED)
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
    found = {"": total(lines_of(whole).values())}
    if query.by in GUARDED:
        found |= lines_of(replace(query, finer=False))
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
        for code, tally in lines_of(replace(query, period=month_of(first))).items():
            is_named = code != OTHER_CAMPAIGN and code in {NO_CAMPAIGN, told.get(code)}
            key = code if is_named else others
            lines[key] = lines[key] + tally
    return dict(lines)


def _campaigns_told_as(period: Period) -> dict[date, dict[str, str]]:
    """By the first day of each month, as what each campaign is told, by the requests of everybody."""
    query = Query(period=period, by="campaign")
    asked, served = by_month(query, COUNTED), by_month(query, {Outcome.SERVED})
    return {first: told_as(asked[first], served[first]) for first in asked}


def _partners(query: Query) -> dict[str, Tally]:
    """Each line is of the sites that are a partner's today."""
    partners = labels.partners_of_sites()
    lines: defaultdict[str, Tally] = defaultdict(Tally)
    for site, tally in lines_of(replace(query, by="site")).items():
        key = partners.get(site, "")
        lines[key] = lines[key] + tally
    return dict(lines)


def named_campaigns(period: Period) -> set[str]:
    """The campaigns that are named in each of these months."""
    months = _campaigns_told_as(period).values()
    named = ({code for code, key in told.items() if code == key} for told in months)
    return set.intersection(*named) - {OTHER_CAMPAIGN}
