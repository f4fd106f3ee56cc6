"""What is told of days, weekdays and half hours: of each refusal and each figure that is left out, both sides of its bound."""

from datetime import date, timedelta

import pytest

from indicators.codes import TOGETHER, Outcome
from indicators.definitions import ServiceTarget
from indicators.models import Capacity, MetricRow, OnDuty
from indicators.periods import Period, month_of
from indicators.protection import combinations
from indicators.questions.choice import FiguresForm
from indicators.sums import daily
from indicators.sums.kept import kept_since
from indicators.sums.query import Query
from indicators.tables import report
from indicators.values import Rate
from tests.indicators.conftest import IN_DECEMBER, three_with
from tests.indicators.test_attack_by_join_keys import MONDAY, MONTH, NINE, TUESDAY, store

pytestmark = pytest.mark.django_db


def test_an_outcome_that_a_theme_has_few_of_is_not_told_of_it_by_days() -> None:
    """Of all themes together there are twelve that left: enough, and all of one theme."""
    store("none")
    of_all, of_emploi, of_formation = (
        report.report(
            Query(period=Period(MONDAY, TUESDAY), by="day", finer=True, theme=theme), ServiceTarget()
        )
        for theme in ("", "emploi", "formation")
    )
    for told in (of_all, of_emploi):
        assert [line.outcomes[Outcome.ABANDONED] for line in told.lines] == [4, 4]
        assert isinstance(told.total.figures["take_up"], Rate)
    MetricRow.objects.filter(theme_asked="formation", day=MONDAY, language="nl").update(outcome=Outcome.FULL)
    daily.forget(MONDAY)
    hidden = report.report(of_formation.query, ServiceTarget())
    assert isinstance(of_formation.total.figures["take_up"], Rate), "all were taken up"
    assert [set(line.outcomes) & {Outcome.FULL, TOGETHER} for line in hidden.lines] == [{TOGETHER}] * 2
    assert hidden.total.figures["take_up"] is None, "it would tell how many were not"


@pytest.mark.parametrize("first", [date(2026, 10, 1), date(2026, 10, 2)], ids=str)
def test_a_month_is_told_by_language_when_none_of_its_requests_can_come_any_more(first: date) -> None:
    """Asked on two days, a month that still grows would tell the language of whoever came in between."""
    given = {"from": "2026-09-01", "to": "2026-09-30", "by": "language"}
    assert FiguresForm(given, today=first).is_valid() == (first.day == 2)


def test_a_month_is_not_told_by_language_once_its_first_day_is_deleted() -> None:
    """Asked on two days, a month that shrinks would tell the language of whoever came on its first day."""
    gone = kept_since(IN_DECEMBER)
    for first, told in ((month_of(gone), False), (month_of(month_of(gone).last + timedelta(days=1)), True)):
        given = {"from": first.first.isoformat(), "to": first.last.isoformat(), "by": "language"}
        assert FiguresForm(given, today=IN_DECEMBER).is_valid() == told


@pytest.mark.parametrize("thing", ["language", "site", "network", "partner", "campaign"])
@pytest.mark.parametrize("by", ["weekday", "slot"])
def test_by_weekdays_and_half_hours_neither_languages_nor_places(by: str, thing: str) -> None:
    assert combinations.refusal(MONTH, by, [thing], settled=True) is combinations.QuestionRefusal.MONTHS_ONLY
    assert combinations.refusal(MONTH, by, ["theme"], settled=True) is None
    assert combinations.refusal(MONTH, by, [], settled=False) is combinations.QuestionRefusal.TIMES_BY_MONTHS


def test_how_people_worked_on_a_day_of_one_or_two_is_not_told() -> None:
    store("none")
    Capacity.objects.create(
        day=MONDAY, slot=NINE, pool="cdm-namur", minutes_open=30, minutes_unready=5, ready_minutes=25, free_slot_minutes=9
    )  # fmt: skip
    query = Query(period=Period(MONDAY, TUESDAY), by="day", finer=True)
    for people, told in ((3, True), (2, False)):
        OnDuty.objects.update_or_create(day=MONDAY, pool="cdm-namur", defaults={"people": people})
        shown = report.report(query, ServiceTarget())
        assert (shown.total.figures["duration"] is not None) == told
        assert (shown.lines[0].figures["unmet_open_time"] is not None) == told
        assert shown.total.figures["out_of_network"] is None
    three_with([MONDAY], "cdm-namur")
    assert report.report(query, ServiceTarget()).total.figures["duration"] is not None


def test_with_a_filter_the_times_of_fewer_than_ten_are_not_told() -> None:
    store("none")
    for site, told in (("huy", False), ("miti", True)):
        shown = report.report(Query(period=MONTH, by="month", site=site), ServiceTarget())
        assert (shown.total.figures["wait_served"] is not None) == told
        assert (shown.total.figures["service_level"] is not None) == told
        assert isinstance(shown.total.figures["take_up"], Rate)
