"""One thing that only one request of a month has (a wait, an outcome, a plan, a network, a half hour), looked for in every table.

Where it is found once by days and once by languages, the day of somebody who asked in Dutch is known. The attack asks all that an analyst
may, lines, totals and the tables beside them, and solves what follows. Each guard is taken away once: each time the day is known.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import pytest

from indicators import labels
from indicators.codes import TOGETHER, Outcome
from indicators.models import MetricRow
from indicators.periods import Period, month_of
from indicators.protection import combinations, telling
from indicators.protection.linear_program import Sum, SumBounds
from indicators.questions.choice import FiguresForm
from indicators.questions.heat_form import HeatForm
from indicators.sums import daily, figures
from indicators.sums.query import SERIES, Query
from indicators.tables import heat, report
from indicators.tables.report import FiguresReport, ReportLine
from indicators.values import Rate, RoundedShare, RoundedSpread, Spread
from tests.indicators.conftest import IN_DECEMBER

pytestmark = pytest.mark.django_db
MONTH = month_of(date(2026, 9, 1))
MONDAY, TUESDAY, SATURDAY, NEXT = (date(2026, 9, day) for day in (7, 8, 12, 14))
DAYS = (MONDAY, TUESDAY, SATURDAY, NEXT)
PERIODS = [
    MONTH,
    *(Period(day, day) for day in DAYS),
    Period(MONDAY, TUESDAY),
    Period(MONDAY, SATURDAY),
    Period(SATURDAY, NEXT),
]
BY = ("day", "week", "month", "weekday", "slot", "theme", "language", "site", "plan")
FILTERS: list[dict[str, str]] = [
    {},
    {"language": "nl"},
    {"theme": "formation"},
    {"site": "huy"},
    {"language": "nl", "site": "huy"},
]
NINE, TEN = 18, 20
USUAL_WAIT, LONG_WAIT = 20, 900


class Kind(NamedTuple):
    day: date
    slot: int
    theme: str
    language: str
    site: str
    marked: bool


KINDS = [
    Kind(*one)
    for one in product(
        DAYS, (NINE, TEN), ("emploi", "formation"), ("fr", "nl"), ("miti", "huy"), (False, True)
    )
]
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
ALONE = Kind(SATURDAY, TEN, "formation", "nl", "huy", True)
"""The only one that Saturday, at that half hour, at that site, and with the mark."""
OTHERS = [
    Kind(
        day, NINE, "formation" if number % 3 else "emploi", "nl" if number < 4 else "fr", "miti", marked=False
    )
    for day in (MONDAY, TUESDAY, NEXT)
    for number in range(60)
]
WORLD = [*OTHERS, ALONE]
ALL = len(WORLD)
"""How many requests there are."""


def a_row(kind: Kind, place: int, mark: str) -> MetricRow:
    abandoned = kind.language == "fr" and place % 12 == 0
    outcome = Outcome.ABANDONED if abandoned else Outcome.SERVED
    if kind.marked and mark == "outcome":
        outcome = Outcome.FULL
    return MetricRow(
        day=kind.day,
        slot=kind.slot,
        theme_asked=kind.theme,
        language=kind.language,
        site=kind.site,
        site_network="CDM",
        outcome=outcome,
        network_served="" if abandoned else "SOLO" if kind.marked and mark == "network" else "CDM",
        plan_number=2 if kind.day == SATURDAY else 1,
        version=2,
        wait_s=LONG_WAIT if kind.marked and mark == "times" else USUAL_WAIT,
        transfers=int(kind.marked and mark == "work"),
        two_way=True,
        leg_lost=False,
    )


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of questions are asked of rows that do not change meanwhile."""
    monkeypatch.setattr(daily, "codes", lru_cache(daily.codes))
    monkeypatch.setattr(labels, "known", lru_cache(labels.known))
    once = lru_cache(figures.told_together_in)
    monkeypatch.setattr(figures, "told_together_in", once)
    monkeypatch.setattr("indicators.questions.filter_form.told_together_in", once)
    monkeypatch.setattr(
        "indicators.tables.tellings.outcomes_together_in", lru_cache(figures.outcomes_together_in)
    )


def store(mark: str) -> None:
    MetricRow.objects.bulk_create(a_row(kind, place, mark) for place, kind in enumerate(WORLD))


def answers(mark: str) -> list[Sum]:
    """All that follows from each table that is shown, as sums of the kinds of request that it counts."""
    found: dict[tuple[int, ...], Sum] = {}
    for told in _told(mark):
        of = tuple(told.of)
        before = found.get(of, told)
        found[of] = Sum(told.of, max(before.low, told.low), min(before.high, told.high))
    return list(found.values())


def _told(mark: str) -> Iterator[Sum]:
    plans: dict[tuple[Any, ...], list[int]] = {}
    for period, by, only in product(PERIODS, BY, FILTERS):
        given = {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by, **only}
        form = FiguresForm(given, today=IN_DECEMBER)
        if not form.is_valid():
            continue
        query = form.query()
        shown = report.report(query, form.target)
        lines = {line.key: _of_line(query, line.key, shown) for line in shown.lines}
        counted = [kind for kind in KINDS if _asked(query, kind)]
        for line, of in [*((line, lines[line.key]) for line in shown.lines), (shown.total, counted)]:
            yield from _of_requests(line, of)
            yield from MARKS[mark](line, of)
            if query.by in SERIES:
                everybody = plans.setdefault((period, by, line.key), line.plans)
                yield from _of_plans(line.plans, everybody, of)
        if mark == "network" and shown.networks:
            solo = sum(one.rate.part for one in shown.networks if one.key == "SOLO")
            yield _sum((kind for kind in counted if kind.marked), solo, solo)
    yield from _weeks()


def _weeks() -> Iterator[Sum]:
    for only in ({}, {"language": "nl"}, {"theme": "formation"}):
        given = {"from": MONTH.first.isoformat(), "to": MONTH.last.isoformat(), **only}
        if not HeatForm(given, today=IN_DECEMBER).is_valid():
            continue
        query = replace(Query(period=MONTH, by="slot"), **only)  # type: ignore[arg-type]
        asked, _in_vain = heat.demand(query)
        days = heat.weekdays(MONTH)
        for label, places in asked.lines:
            for weekday, place in enumerate(places, 1):
                of = [
                    kind
                    for kind in KINDS
                    if _asked(query, kind)
                    and kind.day.isoweekday() == weekday
                    and f"{kind.slot // 2:02}:00" == label
                ]
                if place.few:
                    yield _sum(of, 0, 4)
                else:
                    n = round((place.value or 0) * days[weekday])
                    # Whoever attacks knows by how much a place is rounded.
                    around = 2 if only and n and heat._rounded(1) is None else 0
                    yield _sum(of, n - around, n + around)


def _sum(kinds: Iterable[Kind], low: float, high: float) -> Sum:
    return Sum([NUMBER[kind] for kind in kinds], low, high)


def _of_requests(line: ReportLine, of: list[Kind]) -> Iterator[Sum]:
    n = sum(line.outcomes.values())
    yield _sum(of, n, n)


def _of_plans(told: list[int], everybody: list[int], of: list[Kind]) -> Iterator[Sum]:
    """What the plans of a line say, where these are not those of everybody in its days."""
    if told == everybody:
        return
    for plan in (1, 2):
        kinds = [kind for kind in of if (kind.day == SATURDAY) == (plan == 2)]
        yield _sum(kinds, 1, ALL) if plan in told else _sum(kinds, 0, 0)


def _marked(of: list[Kind], low: float, high: float) -> Sum:
    return _sum((kind for kind in of if kind.marked), max(0.0, low - 1e-6), high + 1e-6)


def _by_times(line: ReportLine, of: list[Kind]) -> Iterator[Sum]:
    """A long wait, from the spread of the waits or from the service level."""
    served = line.outcomes.get(Outcome.SERVED, 0)
    waits, level = line.figures["wait_served"], line.figures["service_level"]
    match waits:
        case Spread(n, mean) if n and mean is not None:
            marked = (mean - USUAL_WAIT) * n / (LONG_WAIT - USUAL_WAIT)
            yield _marked(of, marked, marked)
        case RoundedSpread(median, p90) if p90 is not None and median is not None:
            if median == LONG_WAIT:
                yield _marked(of, served / 2, served)
            elif p90 == LONG_WAIT:
                yield _marked(of, served / 10, served)
    match level:
        case Rate(part, _):
            yield _marked(of, served - part, served - part)
        case RoundedShare(share) if share is not None:
            whole = sum(line.outcomes.values())
            off = telling.ROUNDED_TO / 2 + 0.005 * whole
            yield _marked(of, served - share * whole - off, served - share * whole + off)


def _by_outcome(line: ReportLine, of: list[Kind]) -> Iterator[Sum]:
    """An outcome that one request has: counted, among others, or as what the rates leave over."""
    n = sum(line.outcomes.values())
    if Outcome.FULL in line.outcomes:
        yield _marked(of, line.outcomes[Outcome.FULL], line.outcomes[Outcome.FULL])
    else:
        yield _marked(of, 0, line.outcomes[TOGETHER])
    taken, left = line.figures["take_up"], line.figures["abandonment"]
    if isinstance(taken, Rate) and isinstance(left, Rate):
        full = n - taken.part - left.part
        yield _marked(of, full, full)


def _by_work(line: ReportLine, of: list[Kind]) -> Iterator[Sum]:
    """A transfer."""
    transferred = line.figures["transferred"]
    if isinstance(transferred, Rate):
        yield _marked(of, transferred.part, transferred.part)
    elif isinstance(transferred, RoundedShare) and transferred.share is not None:
        served = line.outcomes.get(Outcome.SERVED, 0)
        off = telling.ROUNDED_TO / 2 + 0.005 * served
        yield _marked(of, transferred.share * served - off, transferred.share * served + off)


def _by_nothing(line: ReportLine, of: list[Kind]) -> Iterator[Sum]:
    yield from ()


MARKS: dict[str, Callable[[ReportLine, list[Kind]], Iterator[Sum]]] = {
    "none": _by_nothing,
    "times": _by_times,
    "outcome": _by_outcome,
    "work": _by_work,
    "network": _by_nothing,
}


def _asked(query: Query, kind: Kind) -> bool:
    return query.period.first <= kind.day <= query.period.last and all(
        getattr(kind, name) == code for name, code in query.filters.items()
    )


def _of_line(query: Query, key: str, shown: FiguresReport) -> list[Kind]:
    named = {line.key for line in shown.lines} - {TOGETHER}
    counted = [kind for kind in KINDS if _asked(query, kind)]
    if key == TOGETHER:
        return [kind for kind in counted if _key(query.by, kind) not in named]
    return [kind for kind in counted if _key(query.by, kind) == key]


def _key(by: str, kind: Kind) -> str:
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
            return "2" if kind.day == SATURDAY else "1"
    return str(getattr(kind, by))


def day_is_known(mark: str) -> bool:
    """Whether it is certain that somebody asked in Dutch on that Saturday."""
    known = answers(mark)
    assert len(known) > 50, "there is much to put together"
    wanted = _sum((kind for kind in KINDS if kind.day == SATURDAY and kind.language == "nl"), 0, ALL)
    bounds = SumBounds([ALL] * len(KINDS), [*known, wanted])
    return bounds.range_of(len(known))[0] >= 1


@pytest.mark.parametrize("mark", MARKS)
def test_nothing_that_one_request_alone_has_joins_its_day_to_its_language(mark: str) -> None:
    store(mark)
    assert not day_is_known(mark)


def _exact_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_rounded", lambda value: value)


def _of_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "ENOUGH_FOR_TIMES", 1)


def _every_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "indicators.tables.tellings.outcomes_together_in", lambda query, today: {"": frozenset()}
    )


def _every_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "NEEDED", {})


def _own_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_with_plans_of_all", lambda query, lines: lines)


def _plan_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "PARTS_OF_MONTHS", frozenset({"day", "week"}))


def _networks_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "are_whole_months", lambda period, today: True)


def _languages_by_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "BY_MONTHS_ONLY", frozenset({"site", "network", "partner", "campaign"}))


def _exact_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heat, "_rounded", lambda n: n)


def _clocks_of_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Languages, by weekdays and half hours of single days."""
    monkeypatch.setattr(combinations, "CLOCKS", frozenset())


@pytest.mark.parametrize(
    ("mark", "guard"),
    [
        ("times", _exact_times),
        ("times", _of_every_line),
        ("work", _exact_times),
        ("outcome", _every_outcome),
        ("outcome", _every_rate),
        ("none", _own_plans),
        ("none", _plan_lines),
        ("network", _networks_of_days),
        ("none", _exact_weeks),
        ("none", _clocks_of_days),
        ("none", _languages_by_clocks),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__.strip("_"),
)
def test_each_guard_against_a_join_is_needed(
    mark: str, guard: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    store(mark)
    guard(monkeypatch)
    assert day_is_known(mark)
