"""Everything that a file has is on a page: the same lines, columns and digits."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.test import Client

from indicators.codes import CounterKind, Outcome
from indicators.files.columns import heading
from indicators.files.page_table import ONCE
from indicators.rows import record
from partners.models import Staff
from tests.indicators.conftest import NINE_IN_BRUSSELS, Ended
from tests.indicators.spreadsheet import displayed_lines
from tests.indicators.test_figures_page import NOVEMBER, Tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def november(ended: Ended, lost: Ended) -> None:
    for number in range(7):
        record.request(
            ended=ended(wait_s=20 + number * 30, transfers=number % 2, language="nl" if number else "fr")
        )
    record.request(ended=lost(Outcome.ABANDONED, wait_s=200, asked_at=datetime(2026, 11, 19, 10, tzinfo=UTC)))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", now=NINE_IN_BRUSSELS)


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("by", ["language", "month", "audience"])
@pytest.mark.parametrize("who", ["analyst", "coordinator"])
def test_the_page_has_every_cell_of_the_file_as_a_workbook_displays_it(
    analyst: Staff, coordinator: Staff, client: Client, by: str, who: str
) -> None:
    client.force_login(analyst if who == "analyst" else coordinator)
    choice, english = {**NOVEMBER, "by": by}, {"Accept-Language": "en"}
    page = client.get("/indicators/all/", choice, headers=english)
    shown = Tables(page.content.decode()).abreast("all")
    text = client.get("/indicators/export.csv", choice, headers=english).content.decode("utf-8-sig")
    records = list(csv.DictReader(StringIO(text), delimiter=";"))
    columns = [column for column in records[0] if column not in ONCE]
    assert shown[""][2:] == [heading(column) for column in columns]
    assert len(shown) == 1 + len(records)
    book = displayed_lines(client.get("/indicators/export.xlsx", choice, headers=english).content)
    for told, displayed in zip(records, book, strict=True):
        line = shown[f"{told['scope']} {told['key'] or told['by']}"]
        assert line[1] == displayed["Scope"]
        assert line[2:] == [displayed.get(heading(column)) or "—" for column in columns]


def test_the_overview_leads_to_it_with_the_same_choice(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    page = client.get("/indicators/", {**NOVEMBER, "by": "site", "language": "nl"}).content.decode()
    assert (
        "/indicators/all/?from=2026-11-01&amp;to=2026-11-30&amp;by=site&amp;within=60&amp;language=nl" in page
    )
    assert client.get("/indicators/all/", {"langauge": "nl"}).status_code == 400
