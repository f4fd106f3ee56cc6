"""Figures come from the sums of each day: these say what the rows say, stored or not, for every breakdown and filter."""

import random
from collections import Counter as Counts
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import translation

from indicators.codes import COUNTED, CounterKind, Outcome
from indicators.models import Capacity, Counter, DailySums, Discrepancy, MetricRow
from indicators.periods import Period, quarter_code, quarter_of
from indicators.rows import reconciliation, record
from indicators.sums import cells, daily
from indicators.sums.figures import tallies
from indicators.sums.lines import requests
from indicators.sums.query import BREAKDOWNS, BY_TIME, COUNTED_BY, SERIES, Query
from indicators.tables.staffing import staffing
from indicators.tally import Tally
from tests.indicators.conftest import USUAL_SKILLS, Ended, three_with

FIRST, DAYS = date(2026, 9, 21), 50
PERIOD = Period(FIRST, FIRST + timedelta(days=DAYS - 1))
SEVENTEENTH = Period(date(2026, 11, 17), date(2026, 11, 17))
LATER = datetime(2026, 12, 15, 3, tzinfo=UTC)
FILTERS = ("theme", "language", "network", "site", "audience", "campaign")
ROWS_COLUMNS = {
    "slot": "slot",
    "theme": "theme_asked",
    "language": "language",
    "network": "site_network",
    "site": "site",
    "campaign": "campaign",
    "audience": "audience",
    "plan": "plan_number",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def autumn() -> None:
    """Three hundred and fifty requests of fifty days, of every kind, with openings and minutes of three teams."""
    rng = random.Random(3)
    three_with(
        {date(2026, month, 25) for month in (9, 10, 11)},
        *(f"pool-{number}" for number in range(3)),
        skills=[*USUAL_SKILLS, ("theme", "")],
    )
    for number in range(350):
        MetricRow.objects.create(**a_row(rng, FIRST + timedelta(days=number % DAYS)))
    for number in range(300):
        at = datetime(2026, 9, 21, 8, tzinfo=UTC) + timedelta(days=number % DAYS, minutes=30 * (number % 7))
        kind = rng.choice(list(CounterKind))
        record.count(
            kind=kind,
            site=rng.choice(("miti", "cefo")),
            language=rng.choice(("fr", "nl")),
            campaign=rng.choice(("", "salon")),
            now=at,
        )
        record.capacity(
            at=at, pool=f"pool-{number % 3}", minutes_open=30, minutes_unready=rng.choice((0, 7.5, 30)),
            mean_ready=1.5, mean_free=2.25,
        )  # fmt: skip


def a_row(rng: random.Random, day: date) -> dict[str, Any]:
    outcome = rng.choice((*[Outcome.SERVED] * 6, *Outcome))
    accepted = outcome in {Outcome.SERVED, Outcome.ACCEPTED_SILENT, Outcome.TEST}
    served, known = outcome is Outcome.SERVED, rng.random() < 0.7
    return {
        "day": day,
        "slot": rng.choice((17, 18, 30)),
        "theme_asked": rng.choice(("emploi", "formation", "")),
        "language": rng.choice(("fr", "fr", "nl")),
        "site": rng.choice(("miti", "cefo", "infor")),
        "campaign": rng.choice(("", "", "salon", "radio")),
        "audience": rng.choice(("public", "public", "school")),
        "site_network": rng.choice(("CDM", "CEFO", "")),
        "network_served": rng.choice(("CDM", "CEFO", "")) if accepted else "",
        "pool_served": rng.choice(("pool-0", "pool-1", "pool-2")) if accepted else "",
        "plan_number": 1 if day < date(2026, 10, 12) else 2,
        "outcome": outcome,
        "wait_s": rng.choice((None, 5, 60, 65, 400)),
        "first_answer_s": rng.choice((5, 10, 95)) if served else None,
        "duration_min": rng.choice((None, 3, 12, 40)) if served else None,
        "quiet_min": rng.choice((0, 2)),
        "transfers": rng.choice((0, 0, 0, 1, 2)),
        "requeues": rng.choice((0, 0, 1)),
        "leg_lost": rng.random() < 0.1 if known else None,
        "two_way": rng.random() < 0.8 if known else None,
        "version": 2 if known else 1,
    }


def line_of(by: str, row: MetricRow) -> str:
    day = row.day
    match by:
        case "day":
            return day.isoformat()
        case "week":
            return (day - timedelta(days=day.weekday())).isoformat()
        case "month":
            return day.isoformat()[:7]
        case "quarter":
            return quarter_code(quarter_of(day))
        case "weekday":
            return str(day.isoweekday())
        case "partner":
            return ""  # no site of these tests has one
    return str(getattr(row, ROWS_COLUMNS[by]))


def counted(query: Query) -> dict[str, Tally]:
    """The tallies by going through the rows one by one, without what is counted at the door."""
    lines: dict[str, Tally] = {}
    for row in requests(query):
        tally = lines.setdefault(line_of(query.by, row), Tally())
        tally.outcomes[row.outcome] += 1
        if row.outcome == Outcome.ABANDONED and row.wait_s is not None:
            tally.waits_abandoned[row.wait_s] += 1
        if row.outcome != Outcome.SERVED:
            continue
        add_served(tally, row)
    for row in requests(Query(period=query.period)):
        # What was in force for everybody on the days of a line, whatever it is filtered by.
        of_days = query.by in SERIES or (query.by == "plan" and not query.filters and query.pools is None)
        shown: list[Tally | None] = [lines.get(line_of(query.by, row))] if of_days else [*lines.values()]
        for one in shown:
            if one is not None:
                one.plans.add(row.plan_number)
                one.versions.add(row.version)
    return lines


def add_served(tally: Tally, row: MetricRow) -> None:
    values = (
        (tally.waits_served, row.wait_s),
        (tally.first_answers, row.first_answer_s),
        (tally.durations, row.duration_min),
        (tally.transfers, row.transfers),
        (tally.requeues, row.requeues),
    )
    for histogram, value in values:
        if value is not None and (
            value or not any(histogram is one for one in (tally.transfers, tally.requeues))
        ):
            histogram[value] += 1
    tally.served_by[row.network_served] += 1
    if row.site_network:
        tally.served_of_networks += 1
        tally.served_elsewhere += row.network_served not in {"", row.site_network}
    if row.two_way is not None:
        tally.legs_known += 1
        tally.two_way += row.two_way
        tally.legs_lost += bool(row.leg_lost)
    if row.duration_min is not None:
        tally.quiet_minutes += row.quiet_min


def of_requests(tallied: Tally) -> list[Any]:
    """Everything of a tally that comes from rows."""
    return [
        {outcome: tallied.outcomes[outcome] for outcome in COUNTED},
        +tallied.waits_served, +tallied.waits_abandoned, +tallied.first_answers, +tallied.durations, tallied.quiet_minutes,
        +tallied.transfers, +tallied.requeues, tallied.served_of_networks, tallied.served_elsewhere, +tallied.served_by,
        tallied.two_way, tallied.legs_lost, tallied.legs_known, tallied.plans, tallied.versions,
    ]  # fmt: skip


def questions() -> Iterable[Query]:
    """Every breakdown, without filters, with each filter, with all, and of some teams."""
    chosen = {
        "theme": "emploi",
        "language": "fr",
        "network": "CDM",
        "site": "miti",
        "audience": "public",
        "campaign": "salon",
    }
    parts: list[dict[str, Any]] = [{}, *({name: chosen[name]} for name in FILTERS), chosen]
    parts += [{"theme": "emploi", "site": "miti"}, {"pools": frozenset({"pool-0", "pool-2"})}]
    for by, only in product(BREAKDOWNS, parts):
        if by != "campaign" and (not only or by in {"week", "slot", "theme", "plan"}):
            yield Query(period=Period(date(2026, 9, 25), date(2026, 11, 3)), by=by, **only)


@pytest.mark.parametrize("stored", ["none", "all", "every other day"])
def test_the_sums_say_what_the_rows_say(autumn: None, stored: str) -> None:
    store(stored)
    for query in questions():
        found, rows = tallies(query), counted(query)
        empty = [key for key in found if key not in rows]
        assert all(not found[key].requests for key in empty)
        for key, tallied in rows.items():
            assert of_requests(found[key]) == of_requests(tallied), (query, key)


def test_what_is_counted_at_the_door_and_in_minutes_is_the_same_stored_or_not(autumn: None) -> None:
    before = at_doors(), staffing(PERIOD), staffing(PERIOD, frozenset({"pool-1"}))
    store("all")
    assert (at_doors(), staffing(PERIOD), staffing(PERIOD, frozenset({"pool-1"}))) == before
    opened = sum(row.minutes_open for row in Capacity.objects.all())
    for by in BY_TIME:
        lines = tallies(Query(period=PERIOD, by=by)).values()
        assert sum(sum((tally.counters or Counts()).values()) for tally in lines) == 300
        assert sum(tally.minutes_open for tally in lines) == opened


def at_doors() -> dict[tuple[str, str, str], Counts[str] | None]:
    """What was counted at the door, by each breakdown, without a filter and with each."""
    queries = [
        query
        for by in COUNTED_BY
        for query in (
            Query(period=PERIOD, by=by),
            Query(period=PERIOD, by=by, language="nl"),
            Query(period=PERIOD, by=by, site="miti"),
        )
    ]
    return {
        (query.by, str(query.filters), key): tally.counters and Counts(tally.counters)
        for query in queries
        for key, tally in tallies(query).items()
    }


def test_a_row_that_comes_late_is_counted(autumn: None, ended: Ended) -> None:
    store("all")
    query = Query(period=PERIOD, by="day")
    before = tallies(query)["2026-10-20"].requests
    key = record.request(ended=ended(asked_at=datetime(2026, 10, 20, 9, tzinfo=UTC)))
    assert tallies(query)["2026-10-20"].requests == before + 1
    assert not DailySums.objects.filter(day="2026-10-20").exists()
    daily.store_missing(now=LATER)
    record.withdraw(row_id=key)
    assert tallies(query)["2026-10-20"].requests == before


def test_a_day_whose_requests_may_still_be_under_way_is_not_stored(ended: Ended) -> None:
    record.request(ended=ended(asked_at=datetime(2026, 11, 17, 9, tzinfo=UTC)))
    assert daily.store_missing(now=datetime(2026, 11, 18, 10, tzinfo=UTC)) == 0
    assert daily.store_missing(now=datetime(2026, 11, 18, 12, tzinfo=UTC)) == 1
    assert daily.store_missing(now=datetime(2026, 11, 18, 12, tzinfo=UTC)) == 0


def test_nothing_of_what_visitors_told_of_themselves_is_in_the_sums(ended: Ended) -> None:
    key = record.request(ended=ended())
    daily.store_missing(now=LATER)
    before = daily.summed_up(SEVENTEENTH)
    record.survey(row_id=key, rating=5, helped="yes", status="pupil", age_band="18_24", gender="woman")
    assert daily.summed_up(SEVENTEENTH) == before
    assert all(word not in packed for packed in before.values() for word in (b"pupil", b"18_24", b"woman"))


def test_every_night_sums_that_are_not_those_of_the_rows_are_a_line_and_made_anew(autumn: None) -> None:
    store("all")
    night = datetime(2026, 11, 9, 3, tzinfo=UTC)
    MetricRow.objects.filter(day=date(2026, 9, 22)).first().delete()  # type: ignore[union-attr]
    some = MetricRow.objects.filter(day=date(2026, 11, 6), outcome=Outcome.SERVED).first()
    assert some is not None
    MetricRow.objects.filter(pk=some.pk).update(wait_s=1234)
    reconciliation.check(now=night)
    wrong = Discrepancy.objects.filter(check_name__startswith="daily").order_by("day")
    assert list(wrong.values_list("day", "check_name")) == [
        (date(2026, 9, 22), "daily"),
        (date(2026, 11, 6), "daily_parts"),
    ]
    with translation.override("en"):
        assert any("or could not be read" in line for line in reconciliation.lines())
    assert 1234 in tallies(Query(period=PERIOD, by="month"))["2026-11"].waits_served
    reconciliation.check(now=night)
    assert not Discrepancy.objects.filter(check_name__startswith="daily").exists()


@pytest.mark.parametrize("what", ["outcomes", "at the door", "minutes"])
def test_within_four_weeks_every_sum_is_compared_with_its_rows_whole(autumn: None, what: str) -> None:
    """Also of days long past: an outcome, a counter at the door or the minutes of a team, where the number of requests stays."""
    store("all")
    if what == "outcomes":
        served = MetricRow.objects.filter(day__month=9, outcome=Outcome.SERVED)
        served.update(outcome=Outcome.ACCEPTED_SILENT)
    else:
        model: type[Capacity | Counter] = Capacity if what == "minutes" else Counter
        model.objects.filter(day__month=9).delete()
    query = Query(period=Period(date(2026, 9, 1), date(2026, 9, 30)), by="month")
    told = tallies(query)
    found = set()
    for night in range(reconciliation.NIGHTS):
        reconciliation.check(now=LATER + timedelta(days=night))
        found |= set(Discrepancy.objects.filter(check_name="daily_parts").values_list("day", flat=True))
    assert {day.month for day in found} == {9}
    assert len(found) >= 7
    assert tallies(query) != told


def test_what_cannot_be_read_is_made_of_the_rows_and_told_in_the_night(autumn: None) -> None:
    store("all")
    query = Query(period=PERIOD, by="day")
    before = tallies(query)
    DailySums.objects.filter(day="2026-10-20").update(packed=b"\x93\x01")
    assert tallies(query) == before
    reconciliation.check(now=LATER)
    assert Discrepancy.objects.get(check_name="daily_parts").day == date(2026, 10, 20)
    assert not DailySums.objects.filter(day="2026-10-20").exists()


def test_what_another_version_of_miti_has_stored_is_not_read_and_stored_anew(
    autumn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store("all")
    query = Query(period=PERIOD, by="month", language="fr")
    before = tallies(query)
    DailySums.objects.update(packed=b"")
    monkeypatch.setattr(daily, "LAYOUT", " 0000")
    assert tallies(query) == before
    assert daily.store_missing(now=LATER) >= DAYS
    assert set(DailySums.objects.values_list("part", flat=True)) == {
        part for part in DailySums.objects.values_list("part", flat=True) if part.endswith(" 0000")
    }
    assert tallies(query) == before


def test_a_change_of_what_is_stored_is_another_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    before = cells.layout()
    monkeypatch.setattr(cells, "GRAINS", {**cells.GRAINS, "days": ("plan", "theme")})
    assert cells.layout() != before


def test_two_processes_that_store_the_same_day_disturb_each_other_not(
    autumn: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other stores after this one has seen what is missing."""
    waited = daily._wait_for_rows

    def meanwhile() -> None:
        monkeypatch.setattr(daily, "_wait_for_rows", waited)
        daily.store_missing(now=LATER)
        waited()

    monkeypatch.setattr(daily, "_wait_for_rows", meanwhile)
    daily.store_missing(now=LATER)
    stored = DailySums.objects.filter(part=f"days{daily.LAYOUT}").values_list("day", flat=True)
    assert len(stored) == len(set(stored)) >= DAYS
    assert not list(daily.differing(Period(day, day) for day in stored))


def store(which: str) -> None:
    if which == "none":
        return
    assert daily.store_missing(now=LATER) >= DAYS
    if which == "every other day":
        for number in range(0, DAYS, 2):
            daily.forget(FIRST + timedelta(days=number))
    if which == "all":
        months = DailySums.objects.filter(part__startswith=daily.OF_A_MONTH).values_list("day", flat=True)
        assert set(months) == {date(2026, 10, 1), date(2026, 11, 1)}
