"""A coordinator of two teams asks of all months: which teams are shown differs, and the difference of two answers is one team.

In one team three people speak Dutch, in the other Ola alone. Unknown are the requests that each team took up, by month, theme and
language; each line of each table is a sum of them. Each guard is taken away once.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import NamedTuple

import pytest

from indicators.codes import FEW_PEOPLE, Outcome
from indicators.models import MetricRow, OnDuty, SkilledOnDuty
from indicators.periods import Period, month_of
from indicators.protection import few_people
from indicators.protection.linear_program import Sum, SumBounds
from indicators.questions.choice import FiguresForm
from indicators.sums import figures
from indicators.sums.figures import tallies
from indicators.sums.query import Query
from indicators.tables.report import own_pools
from partners.models import Partner, Staff
from routing_rules.models import Pool
from tests.indicators.conftest import IN_DECEMBER, three_with

pytestmark = pytest.mark.django_db
MONTHS = (9, 10)
PERIODS = [
    month_of(date(2026, 9, 1)),
    month_of(date(2026, 10, 1)),
    Period(date(2026, 9, 1), date(2026, 10, 31)),
]
NAMUR, DINANT = "cdm-namur", "cdm-dinant"
THEMES = ("emploi", "formation")
TIMES = {"fr": 7, "en": 4, "nl": 2}


class TakenUp(NamedTuple):
    team: str
    month: int
    theme: str
    language: str


KINDS = [TakenUp(*kind) for kind in product((NAMUR, DINANT), MONTHS, THEMES, TIMES)]
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
OLAS = [kind for kind in KINDS if (kind.team, kind.language) == (DINANT, "nl")]


@pytest.fixture(autouse=True)
def two_teams(namur: Partner) -> None:
    """In October too few of Dinant were on duty. Of Dutch it has one person, and all teams together have three."""
    OnDuty.objects.all().delete()
    SkilledOnDuty.objects.all().delete()
    Pool.objects.create(slug=DINANT, name="Dinant", partner=namur)
    themes = [("theme", theme) for theme in THEMES]
    for month in MONTHS:
        day = date(2026, month, 15)
        OnDuty.objects.create(day=day, pool=NAMUR, people=3)
        OnDuty.objects.create(day=day, pool=DINANT, people=3 if month == MONTHS[0] else 2)
        three_with([day], NAMUR, skills=[*themes, *(("language", code) for code in TIMES)])
        three_with([day], DINANT, skills=[*themes, ("language", "fr"), ("language", "en")])
    MetricRow.objects.bulk_create(
        MetricRow(
            day=date(2026, kind.month, 15),
            slot=18,
            theme_asked=kind.theme,
            language=kind.language,
            site="miti",
            pool_served=kind.team,
            outcome=Outcome.SERVED,
            plan_number=1,
            version=2,
            wait_s=20,
        )
        for kind in KINDS
        for _ in range(TIMES[kind.language])
    )


def questions(coordinator: Staff) -> Iterator[Query]:
    filters: list[dict[str, str]] = [{}, *({"language": code} for code in TIMES), {"theme": "emploi"}]
    for period, by, only in product(PERIODS, ("month", "theme", "language"), filters):
        given = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by, **only}
        form = FiguresForm(
            given, today=IN_DECEMBER, own_teams=True, pools_in=lambda period: own_pools(coordinator, period)
        )
        if form.is_valid():
            yield replace(form.query(), pools=frozenset(own_pools(coordinator, period)))


def answers(coordinator: Staff) -> list[Sum]:
    found: dict[tuple[int, ...], Sum] = {}
    for query in questions(coordinator):
        lines = tallies(query)
        for key, tally in lines.items():
            of = [
                NUMBER[kind]
                for kind in KINDS
                if _is_asked(query, kind) and _key(query.by, kind, set(lines)) == key
            ]
            assert tally.served == sum(TIMES[KINDS[number].language] for number in of), "they are these"
            found[tuple(of)] = Sum(of, tally.served, tally.served)
    return list(found.values())


def _is_asked(query: Query, kind: TakenUp) -> bool:
    assert query.pools is not None
    return (
        kind.team in query.pools
        and query.period.first <= date(2026, kind.month, 15) <= query.period.last
        and all(getattr(kind, name) == code for name, code in query.filters.items())
    )


def _key(by: str, kind: TakenUp, keys: set[str]) -> str:
    if by == "month":
        return f"2026-{kind.month:02}"
    key = getattr(kind, by)
    return key if key in keys else FEW_PEOPLE


def opened(coordinator: Staff) -> bool:
    """Whether how many Ola took up in one of the months follows."""
    known = answers(coordinator)
    assert len(known) > 10, "there is much to put together"
    wanted = [
        Sum([NUMBER[kind] for kind in OLAS if kind.month == month], 0, len(KINDS) * 10) for month in MONTHS
    ]
    bounds = SumBounds([len(KINDS) * 10] * len(KINDS), [*known, *wanted])
    ranges = [bounds.range_of(len(known) + place) for place in range(len(wanted))]
    return any(low == high for low, high in ranges)


def test_which_teams_are_shown_differs_between_the_periods(coordinator: Staff) -> None:
    assert [set(own_pools(coordinator, period)) for period in PERIODS] == [{NAMUR, DINANT}, {NAMUR}, {NAMUR}]
    languages = [set(tallies(query)) for query in questions(coordinator) if query.by == "language"]
    assert {"fr", "en", "nl"} in languages, "of Namur alone all are told"


def test_one_persons_work_does_not_follow_from_sets_of_teams(coordinator: Staff) -> None:
    assert not opened(coordinator)


def test_what_three_of_the_team_speak_is_told(coordinator: Staff) -> None:
    three_with([date(2026, 9, 15)], DINANT, skills=[("language", "nl")])
    assert opened(coordinator), "it is the work of three, and the attack finds what is told"


@pytest.mark.parametrize("guard", ["each team", "of the team", "smallest beside"])
def test_each_guard_between_teams_is_needed(
    guard: str, coordinator: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    match guard:
        case "each team":
            hidden = figures.hidden_in

            def of_any(period: Period, skill: str, pools: frozenset[str] | None) -> frozenset[str]:
                """As if three people of any team were enough for all of them."""
                of_each = [hidden(period, skill, frozenset({pool})) for pool in pools or ()]
                return frozenset.intersection(*of_each)

            for module in ("indicators.sums.figures", "indicators.questions.choice"):
                monkeypatch.setattr(f"{module}.hidden_in", of_any)
        case "of the team":
            enough = few_people._enough
            monkeypatch.setattr(
                few_people,
                "_enough",
                lambda period, skill, team, today: enough(period, skill, few_people.EVERYBODY, today),
            )
        case "smallest beside":
            monkeypatch.setattr(
                few_people,
                "hidden_together",
                lambda served, enough: frozenset(code for code, n in served.items() if n) - set(enough),
            )
    assert opened(coordinator), guard


def test_three_of_all_teams_together_are_not_three_of_a_team() -> None:
    """In all teams together three people speak Ukrainian, in this one only one does."""
    september, day = PERIODS[0], date(2026, 9, 15)
    SkilledOnDuty.objects.create(day=day, pool="", skill="language", code="uk")
    accepted = {september.first: {"fr": 9, "en": 8, "uk": 3}}

    def hidden(team: str) -> frozenset[str]:
        return few_people.hidden(september, "language", team, accepted, today=IN_DECEMBER)

    assert hidden(few_people.EVERYBODY) == frozenset()
    assert hidden(NAMUR) == {"uk", "en"}
    SkilledOnDuty.objects.create(day=day, pool=NAMUR, skill="language", code="uk")
    assert hidden(NAMUR) == frozenset()
    assert hidden(DINANT) == {"uk", "en"}, "nor are the three of another team"
