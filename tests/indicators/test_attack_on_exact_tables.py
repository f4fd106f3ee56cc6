"""Every question about the exact figures that a role may ask of an invented quarter, and what all answers tell when they are put together.

The attack solves what a reader could: requests by day, half hour, theme, language and site are unknown, every answer is a sum of them. A
request stands alone when it is certain that somebody of a rare language at a rare site asked on that day. Each guard is taken away once, to
show that it is this one which stops the attack.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import pytest

from indicators import labels
from indicators.codes import Outcome
from indicators.models import MetricRow, OnDuty
from indicators.periods import Period, month_of, months_of
from indicators.protection.combinations import QuestionRefusal
from indicators.protection.linear_program import Sum, SumBounds
from indicators.questions.choice import FiguresForm
from indicators.questions.heat_form import HeatForm
from indicators.sums import daily, figures
from indicators.sums.figures import tallies
from indicators.sums.query import Query
from indicators.tables import heat
from indicators.tables.report import own_pools
from partners.models import Partner, Staff
from tests.indicators.conftest import IN_DECEMBER

DAYS = [date(2026, 7, day) for day in (6, 7, 8, 13)] + [
    date(2026, month, day) for month in (8, 9) for day in (4, 11)
]
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
BY = ("day", "week", "month", "weekday", "slot", "theme", "language", "site", "plan")
NINE, TEN = 18, 20


class Asked(NamedTuple):
    """Of which kind a request is."""

    day: date
    slot: int
    theme: str
    language: str
    site: str


USUAL = [
    Asked(day, NINE, theme, "fr", site)
    for day in DAYS
    for theme, site, n in (("emploi", "namur", 4), ("formation", "namur", 3), ("emploi", "arlon", 3))
    for _ in range(n)
]
RARE = [
    # Its theme is the only one of the month, and so is its half hour.
    Asked(DAYS[1], TEN, "creation", "nl", "huy"),
    Asked(DAYS[2], NINE, "emploi", "nl", "huy"),
    Asked(DAYS[4], NINE, "formation", "nl", "huy"),
]
WORLD = USUAL + RARE
KINDS = sorted(
    set(
        product(
            DAYS, (NINE, TEN), ("emploi", "formation", "creation"), ("fr", "nl"), ("namur", "arlon", "huy")
        )
    )
)
NUMBER = {Asked(*kind): number for number, kind in enumerate(KINDS)}


@pytest.fixture
def quarter(db: None) -> None:
    MetricRow.objects.bulk_create(
        MetricRow(
            day=one.day,
            slot=one.slot,
            theme_asked=one.theme,
            theme_end=one.theme,
            language=one.language,
            site=one.site,
            outcome=Outcome.SERVED,
            plan_number=1 if one.day < DAYS[2] else 2,
            version=2,
            wait_s=20,
        )
        for one in WORLD
    )


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of questions are asked of rows that do not change meanwhile."""
    monkeypatch.setattr(daily, "codes", lru_cache(daily.codes))
    monkeypatch.setattr(labels, "known", lru_cache(labels.known))
    monkeypatch.setattr(
        "indicators.questions.filter_form.told_together_in", lru_cache(figures.told_together_in)
    )


def periods() -> Iterator[Period]:
    yield from (Period(day, day) for day in DAYS[:4])
    yield from months_of(QUARTER)
    yield QUARTER
    yield Period(DAYS[0], DAYS[2])
    yield Period(QUARTER.first, DAYS[3])


def filters() -> Iterator[dict[str, str]]:
    for theme, language, site in product(("", "creation", "emploi"), ("", "nl"), ("", "huy")):
        yield {
            name: value for name, value in (("theme", theme), ("language", language), ("site", site)) if value
        }


def answers() -> list[Sum]:
    """Each line of each table that is shown, as the sum of the kinds of request that it counts."""
    found: list[Sum] = []
    for period, by, only in product(periods(), BY, list(filters())):
        given = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by, **only}
        form = FiguresForm(given, today=IN_DECEMBER)
        if form.is_valid():
            found += _lines(form.query())
    weeks: list[dict[str, str]] = [{}, {"language": "nl"}, {"theme": "creation"}, {"theme": "emploi"}]
    for month, only in product(months_of(QUARTER), weeks):
        given = {"from": month.first.isoformat(), "to": month.last.isoformat(), **only}
        if HeatForm(given, today=IN_DECEMBER).is_valid():
            found += _weeks(replace(Query(period=month, by="slot"), **only))  # type: ignore[arg-type]
    return list({tuple(one.of): one for one in found}.values())


def _lines(query: Query) -> Iterator[Sum]:
    lines = tallies(query)
    for key, tally in lines.items():
        of = [NUMBER[kind] for kind in _counted(query) if key in {"*", _key(query.by, kind)}]
        if key == "*":
            shown = set(lines) - {"*"}
            of = [NUMBER[kind] for kind in _counted(query) if _key(query.by, kind) not in shown]
        yield Sum(of, tally.requests, tally.requests)


def _weeks(query: Query) -> Iterator[Sum]:
    asked, _in_vain = heat.demand(query)
    days = heat.weekdays(query.period)
    for label, places in asked.lines:
        for weekday, place in enumerate(places, 1):
            n = round((place.value or 0) * days[weekday])
            around = 2 if query.filters and n else 0
            of = [
                NUMBER[kind]
                for kind in _counted(query)
                if kind.day.isoweekday() == weekday and f"{kind.slot // 2:02}:00" == label
            ]
            yield Sum(of, 0, 4) if place.few else Sum(of, n - around, n + around)


def _counted(query: Query) -> list[Asked]:
    return [
        kind
        for kind in NUMBER
        if query.period.first <= kind.day <= query.period.last
        and all(getattr(kind, name) == value for name, value in query.filters.items())
    ]


def _key(by: str, kind: Asked) -> str:
    match by:
        case "day":
            return kind.day.isoformat()
        case "week":
            return (kind.day - timedelta(days=kind.day.weekday())).isoformat()
        case "month":
            return f"{kind.day:%Y-%m}"
        case "weekday":
            return str(kind.day.isoweekday())
        case "plan":
            return "1" if kind.day < DAYS[2] else "2"
    return str(getattr(kind, by))


def standing_alone(known: list[Sum]) -> list[Asked]:
    """The rare requests of which it is certain that somebody in that language at that site asked on that day."""
    wanted = [
        Sum(
            [
                number
                for kind, number in NUMBER.items()
                if (kind.day, kind.language, kind.site) == (rare.day, rare.language, rare.site)
            ],
            0,
            len(WORLD),
        )
        for rare in RARE
    ]
    bounds = SumBounds([len(WORLD)] * len(NUMBER), [*known, *wanted])
    return [rare for place, rare in enumerate(RARE) if bounds.range_of(len(known) + place)[0] >= 1]


@pytest.mark.usefixtures("quarter")
def test_no_rare_request_stands_alone_in_all_that_an_analyst_may_ask() -> None:
    known = answers()
    assert len(known) > 100, "there is much to put together"
    assert standing_alone(known) == []


@pytest.mark.usefixtures("quarter")
@pytest.mark.parametrize("guard", ["whole months", "one at a time", "rare filters", "rare lines"])
def test_each_guard_is_needed(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {
        "whole months": QuestionRefusal.MONTHS_ONLY,
        "one at a time": QuestionRefusal.TOO_MUCH_TOGETHER,
    }.get(guard)
    if refused is not None:
        asked = FiguresForm._refusal

        def without(form: FiguresForm, period: Period) -> QuestionRefusal | None:
            found = asked(form, period)
            return None if found is refused else found

        monkeypatch.setattr(FiguresForm, "_refusal", without)
    elif guard == "rare filters":
        for module in ("indicators.questions.choice", "indicators.questions.heat_form"):
            monkeypatch.setattr(f"{module}.any_told_together", lambda period, filters: False)
    else:
        monkeypatch.setattr(figures, "GUARDED", ())
    assert standing_alone(answers()), guard


@pytest.mark.django_db
def test_no_two_periods_of_a_team_differ_by_days_of_one_person(coordinator: Staff, namur: Partner) -> None:
    """A team of one in July, of two in August, of three in September, which is also seen in December."""
    OnDuty.objects.all().delete()
    for month, people in ((7, 1), (8, 2), (9, 3), (10, 3)):
        for day in (1, 2, 3):
            OnDuty.objects.create(
                day=date(2026, month, day), pool="cdm-namur", people=people if day == 3 else 1
            )
    shown: set[Period] = set()
    firsts = [date(2026, month, day) for month in range(6, 11) for day in (1, 3, 15)]
    lasts = [month_of(first).last for first in firsts if first.day == 1] + firsts
    for first, last, by in product(firsts, lasts, ("day", "month", "slot", "theme")):
        given = {"from": first.isoformat(), "to": last.isoformat(), "by": by}
        form = FiguresForm(given, today=IN_DECEMBER, own_teams=True)
        if first <= last and form.is_valid():
            period: Period = form.cleaned_data["span"]
            if own_pools(coordinator, period):
                shown.add(period)
    assert Period(date(2026, 9, 1), date(2026, 9, 30)) in shown
    assert Period(date(2026, 9, 1), date(2026, 10, 31)) in shown
    of_three = {date(2026, 9, 3), date(2026, 10, 3)}
    for one, other in product(shown, shown):
        apart = set(one.all_days()) ^ set(other.all_days())
        for touched in {day.replace(day=1) for day in apart}:
            assert of_three & set(month_of(touched).all_days()) & apart, (one, other)
