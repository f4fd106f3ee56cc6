"""A break of opening hours, plan or rules is decided in one place, and the trend, the overview, comparisons and letters all mark it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from indicators.periods import Period
from indicators.rows import record
from indicators.tables.breaks import HoursApart, SeriesBasis, between, hours, in_series
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.report_letters import MONTH, SECOND, html_of, send, set_day, subscribe
from tests.indicators.test_figures_page import Tables
from tests.indicators.test_trend_page import opened

SHORT = frozenset({(1, 20), (1, 21)})
LONG = SHORT | {(1, 22), (1, 23), (2, 20)}
MOVED = frozenset({(1, 20), (1, 40)})
LONGER_IN_OCTOBER = "October 2026: other opening hours: 2.5 h a week more, 0 h fewer."
Open = Callable[..., str]


def basis(*hours: frozenset[tuple[int, int]], plans: tuple[int, ...] = (1,)) -> SeriesBasis:
    return SeriesBasis(plans, (2,), hours)


def test_each_line_is_parted_from_the_last_that_has_any() -> None:
    lines = [basis(SHORT), basis(), basis(LONG), basis(LONG, plans=()), basis(LONG, plans=(2,)), basis(MOVED)]
    found = list(in_series(lines))
    assert [one.hours for one in found] == [
        None,
        None,
        HoursApart(1.5, 0),
        None,
        None,
        HoursApart(0.5, 2),
    ]
    assert [one.plan for one in found] == [False, False, False, False, True, True]
    assert not any(one.rules for one in found)


def test_a_quarter_in_which_the_hours_change_is_broken_itself() -> None:
    (quarter,) = in_series([basis(SHORT, LONG, LONG)])
    assert quarter.hours == HoursApart(1.5, 0)
    (there_and_back,) = in_series([basis(SHORT, LONG, SHORT)])
    assert there_and_back.hours == HoursApart(1.5, 1.5)


def test_sides_differ_by_their_average_week_and_not_where_both_have_the_same() -> None:
    assert between(basis(LONG), basis(SHORT)).hours == HoursApart(1.5, 0)
    assert between(basis(SHORT), basis(LONG)).hours == HoursApart(0, 1.5)
    assert between(basis(SHORT, LONG), basis(SHORT, SHORT)).hours == HoursApart(0.75, 0)
    assert between(basis(SHORT, LONG), basis(LONG, SHORT)).hours is None
    assert between(basis(), basis(LONG)).hours is None, "of one side nothing is known"
    assert between(basis(plans=(1, 2)), basis(plans=(1,))).plan


@pytest.fixture
def longer_from_october(ended: Ended) -> None:
    for month, last, slots in ((9, 30, (0, 1)), (10, 31, (0, 1, 2)), (11, 30, (0, 1, 2))):
        opened(date(2026, month, 1), date(2026, month, last), slots)
        record.request(ended=ended(asked_at=datetime(2026, month, 3, 10, tzinfo=UTC)))


@pytest.mark.django_db
def test_one_long_evening_changes_no_hours() -> None:
    opened(date(2026, 9, 1), date(2026, 9, 30), (0, 1))
    opened(date(2026, 9, 8), date(2026, 9, 8), (10,))
    found = hours(Period(date(2026, 9, 1), date(2026, 9, 30)))["2026-09"]
    assert found == frozenset((weekday, slot) for weekday in range(1, 6) for slot in (28, 29))


@pytest.fixture
def page(client: Client) -> Open:
    def open_page(somebody: Staff, path: str, **choice: str) -> str:
        client.force_login(somebody)
        answer = client.get(path, choice, headers={"Accept-Language": "en"})
        assert answer.status_code == 200
        return answer.content.decode()

    return open_page


@pytest.mark.django_db
@pytest.mark.usefixtures("longer_from_october")
def test_compare_says_that_the_hours_differ(analyst: Staff, page: Open) -> None:
    october = {"from": "2026-10-01", "to": "2026-10-31"}
    html = page(
        analyst, "/indicators/compare/", **october, **{"other-from": "2026-09-01", "other-to": "2026-09-30"}
    )
    assert "The opening hours differ: on the first side, on average 2.5 h a week more, 0 h fewer." in html
    html = page(
        analyst, "/indicators/compare/", **october, **{"other-from": "2026-11-01", "other-to": "2026-11-30"}
    )
    assert "Break in series" not in html


@pytest.mark.django_db
@pytest.mark.usefixtures("longer_from_october")
def test_the_overview_marks_the_month_and_the_quarter(analyst: Staff, page: Open) -> None:
    dates = {"from": "2026-07-01", "to": "2026-11-30"}
    for by, broken, others in (
        ("month", "2026-10", ("2026-09", "2026-11")),
        ("quarter", "2026-Q4", ("2026-Q3",)),
    ):
        lines = Tables(page(analyst, "/indicators/", **dates, by=by)).cells["breakdown"]
        assert "break in series: other opening hours, 2.5 h a week more, 0 h fewer" in lines[broken][0]
        for line in others:
            assert "opening hours" not in lines[line][0]
    cut = Tables(page(analyst, "/indicators/", **{"from": "2026-09-01", "to": "2026-10-15"}, by="month"))
    assert "opening hours" not in cut.cells["breakdown"]["2026-10"][0], "half a month has no week of its own"


@pytest.mark.django_db
@pytest.mark.usefixtures("longer_from_october")
def test_trend_and_letter_say_the_same(
    analyst: Staff, page: Open, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LONGER_IN_OCTOBER in page(analyst, "/indicators/trend/")
    opened(date(2025, 11, 1), date(2025, 11, 30), (0, 1))
    record.request(ended=ended(asked_at=datetime(2025, 11, 4, 10, tzinfo=UTC)))
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    assert LONGER_IN_OCTOBER in html_of(letter)
    assert "November 2025 [1]" in html_of(letter)


@pytest.mark.django_db
@pytest.mark.usefixtures("longer_from_october")
def test_files_by_month_have_the_change_and_the_page_of_all_figures_too(
    analyst: Staff, client: Client, page: Open
) -> None:
    choice = {"from": "2026-09-01", "to": "2026-11-30", "by": "month"}
    html = page(analyst, "/indicators/all/", **choice)
    assert "Opening hours: more (h a week)" in html
    lines = client.get("/indicators/export.csv", choice).content.decode("utf-8-sig").splitlines()
    heads, *rows = (line.split(";") for line in lines)
    more, fewer, key = (heads.index(name) for name in ("hours_more", "hours_fewer", "key"))
    assert {row[key]: (row[more], row[fewer]) for row in rows} == {
        "2026-09": ("", ""),
        "2026-10": ("2,5", "0,0"),
        "2026-11": ("", ""),
        "": ("", ""),
    }
    by_week = client.get("/indicators/export.csv", choice | {"by": "week"})
    assert b"hours_more" not in by_week.content
