"""Take-up over two years: the chart is its table, breaks are marked and explained, and coordinators see no parts."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client

from indicators.codes import CounterKind, Outcome
from indicators.models import MetricRow
from indicators.pages.chart import LEFT, NARROW, WIDE, Canvas, Point, chart, x_of, y_of
from indicators.periods import Period
from indicators.rows import record
from indicators.tables.breaks import hours
from partners.models import Role, Staff
from partners.time_zone import BRUSSELS
from tests.indicators.conftest import Ended
from tests.indicators.test_figures_page import Tables

pytestmark = pytest.mark.django_db
Read = Callable[..., tuple[str, dict[str, list[str]]]]


@pytest.fixture
def read(client: Client) -> Read:
    def open_page(somebody: Staff, **choice: str) -> tuple[str, dict[str, list[str]]]:
        client.force_login(somebody)
        response = client.get("/indicators/trend/", choice, headers={"Accept-Language": "en"})
        assert response.status_code == 200
        html = response.content.decode()
        return html, Tables(html).cells["trend"]

    return open_page


def in_month(month: int, hour: int = 10, day: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def drawn(html: str, code: str, size: str) -> Iterator[tuple[float, float]]:
    """The marks of one line of the chart."""
    svg = html.split(f'class="chart is-{size}"')[1].split("</svg>")[0]
    (line,) = re.findall(rf'<g class="chart-line is-{code}">(.*?)</g>', svg, re.S)
    for x, y in re.findall(r'<use href="#mark-\w+" x="([\d.]+)" y="([\d.]+)"', line):
        yield float(x), float(y)


def test_there_is_a_line_for_each_of_24_months_and_the_running_one_is_partial(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    record.request(ended=ended())
    _, months = read(analyst)
    keys = [key for key in months if key]
    assert (keys[0], keys[-1], len(keys)) == ("2025-01", "2026-12", 24)
    assert months["2026-12"][-1] == "some days are missing"
    assert months["2026-10"][-1] == ""
    assert months["2026-11"][1:5] == ["1", "1", "100.0", "20.7 to 100.0"]


def test_the_chart_is_drawn_from_the_table(analyst: Staff, ended: Ended, lost: Ended, read: Read) -> None:
    for month, served, left in ((9, 3, 1), (10, 1, 1), (11, 2, 3)):
        for _ in range(served):
            record.request(ended=ended(asked_at=in_month(month)))
        for _ in range(left):
            record.request(ended=lost(Outcome.ABANDONED_SHORT, wait_s=5, asked_at=in_month(month)))
    record.count(kind=CounterKind.OPENED_CLOSED, site="miti", language="fr", now=in_month(11))
    html, months = read(analyst)
    keys = [key for key in months if key]
    for code, column in (("take_up", 3), ("take_up_star", 5), ("answer_rate", 6)):
        for size, canvas in (("wide", WIDE), ("narrow", NARROW)):
            told = [
                (x_of(number, 24, canvas), y_of(float(months[key][column]) / 100, canvas))
                for number, key in enumerate(keys)
                if months[key][column] != "—"
            ]
            assert len(told) == 3
            for (x, y), (told_x, told_y) in zip(drawn(html, code, size), told, strict=True):
                assert x == told_x
                assert abs(y - told_y) <= 0.2
    assert months["2026-11"][3:7:3] == ["40.0", "33.3"]
    assert "68.5%" in html
    assert "style=" not in html.split("<main", 1)[1].split("</main")[0]


def test_breaks_by_plan_and_rules_are_numbered_marked_and_explained(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    for month, plan, version in ((8, 1, 1), (9, 2, 1), (11, 2, 2)):
        key = record.request(ended=ended(asked_at=in_month(month), plan_number=plan))
        MetricRow.objects.filter(pk=key).update(version=version)
    html, months = read(analyst)
    assert months["2026-09"][-1] == "break 1"
    assert months["2026-11"][-1] == "break 2"
    assert re.findall(r"<li>([^<]*)</li>", html.split('class="breaks"')[1].split("</ol>")[0]) == [
        "September 2026: another routing plan (2).",
        "November 2026: counted by other rules (2); the definitions say what changed.",
    ]
    assert len(re.findall('class="chart-break"', html)) == 2 * 2, "on a wide and a narrow screen"


def opened(first: date, last: date, slots: tuple[int, ...]) -> None:
    """Open on working days, in these half hours of the afternoon."""
    for day in Period(first, last).all_days():
        if day.isoweekday() <= 5:
            for slot in slots:
                at = datetime(day.year, day.month, day.day, 14, tzinfo=BRUSSELS) + timedelta(
                    minutes=30 * slot
                )
                record.capacity(at=at, pool="accueil", minutes_open=30, minutes_unready=0, mean_ready=1, mean_free=1)  # fmt: skip


def test_other_opening_hours_are_a_break_and_a_holiday_is_none(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    opened(date(2026, 9, 1), date(2026, 9, 30), (0, 1))
    opened(date(2026, 10, 1), date(2026, 10, 29), (0, 1))  # closed on its last Friday
    opened(date(2026, 11, 1), date(2026, 11, 30), (1, 2, 3))
    opened(date(2026, 12, 1), date(2026, 12, 4), (7,))  # of a month that is not over, nothing is told
    record.request(ended=ended())
    html, months = read(analyst)
    assert "November 2026: other opening hours: 5 h a week more, 2.5 h fewer." in html
    assert months["2026-11"][-1] == "break 1"
    assert [key for key in months if key and "break" in months[key][-1]] == ["2026-11"]
    assert len(hours(Period(date(2026, 10, 1), date(2026, 10, 31)))["2026-10"]) == 10


def test_filters_leave_out_the_rest_and_unknown_ones_are_refused(
    analyst: Staff, ended: Ended, read: Read, client: Client
) -> None:
    record.request(ended=ended())
    record.request(ended=ended(language="nl", audience="school"))
    assert read(analyst, language="nl")[1]["2026-11"][1] == "1"
    assert read(analyst, audience="school")[1]["2026-11"][1] == "1"
    assert read(analyst, theme="emploi")[1]["2026-11"][6] == "—", "openings have no theme"
    assert client.get("/indicators/trend/", {"langauge": "nl"}).status_code == 400
    assert client.get("/indicators/trend/", {"language": "klingon"}).status_code == 200
    assert b'id="trend"' not in client.get("/indicators/trend/", {"language": "klingon"}).content


def test_its_files_have_the_same_figures(analyst: Staff, ended: Ended, read: Read, client: Client) -> None:
    record.request(ended=ended(language="nl"))
    record.request(ended=ended())
    html, _ = read(analyst, language="nl")
    (address,) = set(re.findall(r'href="(/indicators/export\.csv\?[^"]*)"', html))
    lines = client.get(address.replace("&amp;", "&")).content.decode("utf-8-sig").splitlines()
    (november,) = [line for line in lines if ";month;2026-11;" in line]
    assert len(lines) == 1 + 23 + 1, "no running month by language"
    assert "language=nl" in november


def test_a_partners_coordinator_sees_rates_of_the_platform_without_parts_or_filters(
    coordinator: Staff, ended: Ended, lost: Ended, read: Read
) -> None:
    for _ in range(57):
        record.request(ended=ended(network_served="CEFO", pool_served="cefo"))
    for _ in range(10):
        record.request(ended=lost(Outcome.ABANDONED, wait_s=99))
    record.request(ended=ended(asked_at=in_month(10), language="nl"))
    html, months = read(coordinator)
    assert months["2026-11"] == ["November 2026", "85.0", "85.0", ""]
    assert months["2026-10"] == ["October 2026", "—", "—", ""], "a rate of one request would tell its outcome"
    assert "67" not in months["2026-11"]
    assert "rounded to whole percents, and shown of 60 requests or more" in html
    assert "answer_rate" not in html.split("<figcaption")[0].split("<defs>")[0]
    assert "<select" not in html.split("<main", 1)[1]


def test_a_partners_coordinator_is_told_that_there_are_no_filters(coordinator: Staff, client: Client) -> None:
    client.force_login(coordinator)
    page = client.get("/indicators/trend/", {"language": "nl"}, headers={"Accept-Language": "en"})
    assert page.status_code == 400
    html = page.content.decode()
    assert "There is no parameter “language”." in html
    assert "trend" not in page.context
    assert 'href="/indicators/trend/">Start again' in html


HOLLOW, INTERVAL, BREAK = "A hollow point is", "is its 95% interval", "A numbered upright line is"


def test_the_words_beside_the_chart_explain_only_what_is_drawn(
    analyst: Staff, coordinator: Staff, ended: Ended, read: Read
) -> None:
    for month in (9, 10):
        for _ in range(400):
            record.request(ended=ended(asked_at=in_month(month), language="nl"))
    for somebody, choice in ((analyst, {}), (coordinator, {}), (analyst, {"language": "nl"})):
        html, _ = read(somebody, **choice)
        assert [words in html for words in (HOLLOW, INTERVAL, BREAK)] == [False, False, False]
    for month in (11, 12):
        for _ in range(12):
            record.request(ended=ended(asked_at=in_month(month), plan_number=2))
    html, _ = read(analyst)
    assert [words in html for words in (HOLLOW, INTERVAL, BREAK)] == [True, True, True]
    html, _ = read(coordinator)
    assert [words in html for words in (HOLLOW, INTERVAL, BREAK)] == [False, False, True]


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
def test_others_do_not_see_it(person: Callable[..., Staff], client: Client, role: Role) -> None:
    client.force_login(person(role))
    assert client.get("/indicators/trend/").status_code == 403


def test_a_line_stops_at_a_break_and_where_nothing_is_known() -> None:
    points = [Point(0.5), Point(0.6), Point(None), Point(0.7), Point(0.8), Point(0.9)]
    made = chart(
        WIDE,
        ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"],
        [("take_up", points)],
        [[], [], [], [], [1, 2], []],
        0.685,
    )
    (line,) = made.lines
    assert [len(stroke.split()) for stroke in line.strokes] == [2, 2]
    assert len(line.marks) == 5
    (broken,) = made.breaks
    assert broken.numbers == "1, 2"
    assert x_of(3, 6, WIDE) < broken.x < x_of(4, 6, WIDE)
    assert [tick.year for tick in made.ticks] == ["2025", "2026", "", "", "", ""]
    assert all(tick.x > LEFT for tick in made.ticks)


def ticks_of(canvas: Canvas, first: date) -> dict[str, str]:
    """The months that are written under a chart of two years, and the year beneath each."""
    months = [f"{first.year + at // 12}-{at % 12 + 1:02d}" for at in range(first.month - 1, first.month + 23)]
    made = chart(canvas, months, [], [[] for _ in months], 0.685)
    by_place = {x_of(number, 24, canvas): month for number, month in enumerate(months)}
    return {by_place[tick.x]: tick.year for tick in made.ticks}


@pytest.mark.parametrize("canvas", [WIDE, NARROW])
@pytest.mark.parametrize("month", range(1, 13))
def test_two_years_are_never_written_into_each_other(canvas: Canvas, month: int) -> None:
    years = [told for told, year in ticks_of(canvas, date(2024, month, 1)).items() if year]
    assert {"2025-01"} <= set(years)
    places = [x_of(12 * (int(told[:4]) - 2024) + int(told[5:]) - month, 24, canvas) for told in years]
    assert all(after - before >= 36 for before, after in pairwise(places))


def test_a_narrow_chart_writes_each_third_month() -> None:
    assert [*ticks_of(NARROW, date(2024, 12, 1))] == [
        f"{year}-{month}" for year in (2025, 2026) for month in ("01", "04", "07", "10")
    ]
    assert len(ticks_of(WIDE, date(2024, 12, 1))) == 24


def test_a_line_of_which_nothing_is_known_is_not_named_beside_the_chart(
    analyst: Staff, ended: Ended, read: Read
) -> None:
    record.request(ended=ended(asked_at=in_month(11)))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", now=in_month(11))

    def named(html: str) -> list[str]:
        key = html.split('class="chart-key"')[1].split("</ul>")[0]
        return re.findall(r'class="chart-line is-(\w+)"', key)

    assert named(read(analyst)[0]) == ["take_up", "take_up_star", "answer_rate"]
    assert named(read(analyst, theme="emploi")[0]) == ["take_up", "take_up_star"]
