"""A week, month or quarter that the period cuts is marked wherever it is shown, in the words of the trend."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.test import Client

from indicators.periods import Period, days_of
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.spreadsheet import displayed_lines
from tests.indicators.test_figures_page import Tables

MARK = {"fr": "des jours manquent", "nl": "er ontbreken dagen", "en": "some days are missing"}
CUTS = [
    ("fr", "month", "2026-07-30", "2026-09-30", {"2026-07"}),
    ("nl", "month", "2026-08-01", "2026-09-29", {"2026-09"}),
    ("en", "month", "2026-08-01", "2026-09-30", set[str]()),
    ("en", "week", "2026-09-02", "2026-09-22", {"2026-08-31", "2026-09-21"}),
    ("nl", "week", "2026-08-31", "2026-09-20", set[str]()),
    ("fr", "quarter", "2026-02-01", "2026-09-30", {"2026-Q1"}),
    ("en", "day", "2026-09-02", "2026-09-05", set[str]()),
]


@pytest.fixture
def reader(client: Client, analyst: Staff, ended: Ended) -> Client:
    for month, day in ((2, 3), (7, 30), (8, 18), (9, 2), (9, 22)):
        record.request(ended=ended(asked_at=datetime(2026, month, day, 8, tzinfo=UTC)))
    client.force_login(analyst)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "by", "first", "last", "cut"), CUTS)
def test_what_the_period_cuts_is_marked_on_pages_and_in_files(
    reader: Client, language: str, by: str, first: str, last: str, cut: set[str]
) -> None:
    choice, spoken = {"by": by, "from": first, "to": last}, {"Accept-Language": language}
    html = reader.get("/indicators/", choice, headers=spoken).content.decode()
    lines = Tables(html).cells["breakdown"]
    assert {key for key, cells in lines.items() if MARK[language] in cells[0]} == cut
    html = reader.get("/indicators/all/", choice, headers=spoken).content.decode()
    lines = Tables(html).abreast("all")
    found = {key.removeprefix("platform ") for key, cells in lines.items() if MARK[language] in cells}
    assert found == cut
    text = reader.get("/indicators/export.csv", choice, headers=spoken).content.decode("utf-8-sig")
    records = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert {line["key"] for line in records if line.get("partial")} == cut
    assert {line.get("partial") for line in records} <= {"yes", "", None}
    book = displayed_lines(reader.get("/indicators/export.xlsx", choice, headers=spoken).content)
    assert sum(MARK[language] in line.values() for line in book) == len(cut)


@pytest.mark.django_db
def test_a_month_whose_first_rows_are_gone_is_marked(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.tables.report.kept_since", lambda today: date(2026, 7, 2))
    choice = {"by": "month", "from": "2026-07-01", "to": "2026-08-31"}
    html = reader.get("/indicators/", choice, headers={"Accept-Language": "en"}).content.decode()
    lines = Tables(html).cells["breakdown"]
    assert {key for key, cells in lines.items() if MARK["en"] in cells[0]} == {"2026-07"}


def test_the_days_of_a_line() -> None:
    assert days_of("week", "2026-12-28") == Period(date(2026, 12, 28), date(2027, 1, 3))
    assert days_of("month", "2028-02") == Period(date(2028, 2, 1), date(2028, 2, 29))
    assert days_of("quarter", "2026-Q4") == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert days_of("day", "2026-12-28") is None
    assert days_of("theme", "emploi") is None
