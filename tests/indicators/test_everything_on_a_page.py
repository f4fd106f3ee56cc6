"""Each column and figure that a file or an answer of the API has is on a page: figures, protected tables, releases, definitions.

`test_all_figures_page.py` compares the cells of the figures themselves; here nothing may be missing.
"""

import csv
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from indicators.api import tokens
from indicators.codes import CounterKind, Outcome
from indicators.files.columns import heading
from indicators.files.export import columns
from indicators.periods import quarter_from
from indicators.releases import freezing
from indicators.rows import record
from indicators.sums.query import BREAKDOWNS
from partners.models import Staff
from tests.indicators.conftest import IN_DECEMBER, Ended, three_with
from tests.indicators.spreadsheet import displayed_lines
from tests.indicators.test_figures_api import cells_of
from tests.indicators.test_figures_page import Tables

pytestmark = pytest.mark.django_db
QUARTER = {"from": "2026-07-01", "to": "2026-09-30"}
ONCE = ("from", "to", "scope", "filters", "filter_labels", "by", "key", "label")
"""What is said above the table, or names its lines."""
IN_AUGUST = datetime(2026, 8, 18, 8, tzinfo=UTC)


@pytest.fixture
def reader(client: Client, analyst: Staff, ended: Ended, lost: Ended) -> Client:
    """An analyst, signed in and with a token, of a quarter with something of everything."""
    three_with({datetime(2026, month, 18, tzinfo=UTC).date() for month in (7, 8, 9)}, "cdm-namur")
    for number in range(60):
        key = record.request(ended=ended(asked_at=IN_AUGUST, language="nl" if number % 3 else "fr"))
        record.survey(row_id=key, helped="yes", rating=5, status="pupil" if number % 2 else "student")
    record.request(ended=lost(Outcome.ABANDONED, wait_s=90, asked_at=IN_AUGUST))
    record.count(kind=CounterKind.OPENED, site="miti", language="fr", now=IN_AUGUST)
    record.capacity(
        at=IN_AUGUST, pool="cdm-namur", minutes_open=30, minutes_unready=3, mean_ready=1, mean_free=1
    )
    freezing.freeze(actor=analyst, period=quarter_from("2026-Q3"), reason="", today=IN_DECEMBER)
    token = tokens.make(owner=analyst, name="x", today=IN_DECEMBER)
    client.force_login(analyst)
    client.defaults |= {"HTTP_ACCEPT_LANGUAGE": "en", "HTTP_AUTHORIZATION": f"Bearer {token}"}
    return client


class Cells(HTMLParser):
    """The text of each cell of each line of every table."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self._in_cell = False
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.lines.append([])
        elif tag in {"td", "th"}:
            self._in_cell = True
            self.lines[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.lines[-1][-1] += data.strip()


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def heads_of(workbook: bytes, sheet: int = 1) -> set[str]:
    return {
        words
        for place, (_kind, words) in cells_of(workbook, sheet).items()
        if place.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "1"
    }


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_every_column_of_the_figures_is_on_the_page_of_all_figures(reader: Client, by: str) -> None:
    choice = {**QUARTER, "by": by}
    page = reader.get("/indicators/all/", choice).content.decode()
    shown = set(Tables(page).abreast("all")[""])
    told = {
        "csv": set(lines(reader.get("/indicators/export.csv", choice).content)[0]),
        "api": {
            name
            for line in reader.get("/api/v1/indicators/figures", choice).json()["records"]
            for name in line
        },
    }
    for kind, found in told.items():
        assert found <= set(columns()), kind
        assert {heading(column) for column in found - set(ONCE)} <= shown, kind
    once = {heading(column) for column in ONCE}
    assert heads_of(reader.get("/indicators/export.xlsx", choice).content) <= shown | once


def test_what_is_once_in_a_file_is_beside_the_table(reader: Client) -> None:
    page = reader.get("/indicators/all/", {**QUARTER, "by": "theme", "language": "nl"}).content.decode()
    said = page.split('role="status"')[1].split("</p>")[0]
    assert "1 July 2026" in said
    assert "30 September 2026" in said
    assert "Language: Dutch" in said
    assert 'data-key="platform emploi"' in page
    assert Tables(page).abreast("all")["platform emploi"][1] == "The whole platform"


@pytest.mark.parametrize("about", ["status", "age_band", "gender", "rating", "helped"])
def test_every_count_of_the_protected_tables_is_on_the_page_of_profiles(reader: Client, about: str) -> None:
    told = [
        line
        for line in lines(reader.get("/indicators/profiles.csv", {"quarter": "2026-Q3"}).content)
        if line["about"] == about
    ]
    api = reader.get("/api/v1/indicators/profiles", {"quarter": "2026-Q3"}).json()["records"]
    assert [
        {name: str(cell) for name, cell in line.items()} for line in api if line["about"] == about
    ] == told
    page = reader.get("/indicators/profiles/", {"quarter": "2026-Q3", "about": about}).content
    shown = Tables(page.decode()).cells
    counts = {("total", "", ""): shown["shares"]["total"][1]}
    for line in told:
        count = line["count"].replace("<10", "< 10")
        if not line["by"] and not line["answer"]:
            assert counts["total", "", ""] == count
        elif not line["by"]:
            assert shown["shares"][line["answer"]][:2] == [line["answer_label"], count]
        else:
            crossing = crossing_of(page, line["by"])
            if not crossing:
                assert count == "withheld", "a table that is withheld wholly is not drawn"
                continue
            head = crossing[0].index(line["answer_label"] or "Total")
            (found,) = [cells for cells in crossing[1:] if cells[0] == line["label"]]
            assert found[head] == count


def crossing_of(page: bytes, by: str) -> list[list[str]]:
    _before, found, after = page.decode().partition(f'<table class="table" id="crossing-{by}">')
    return Cells(after.partition("</table>")[0].encode()).lines if found else []


@pytest.mark.parametrize("by", [*freezing.TABLES, "protected"])
def test_every_cell_of_a_release_is_on_its_page(reader: Client, by: str) -> None:
    told = lines(reader.get("/indicators/releases/1/file.csv", {"by": by}).content)
    assert told
    page = reader.get("/indicators/releases/1/", {"by": by})
    once = (*ONCE, "release") if by != "protected" else ()
    worded = [name for name in told[0] if name != "answer_label"]
    shown = (
        Cells(page.content).lines
        if by == "protected"
        else list(Tables(page.content.decode()).abreast("all").values())
    )
    assert {heading(name) for name in worded} - {heading(name) for name in once} <= set(shown[0])
    assert len(shown) == 1 + len(told)
    workbook = reader.get("/indicators/releases/1/file.xlsx", {"by": by}).content
    assert heads_of(workbook) == {heading(name) for name in worded}
    if by == "protected":
        book = displayed_lines(workbook)
        assert [dict(zip(shown[0], line, strict=True)) for line in shown[1:]] == [
            {head: line.get(head, "") for head in shown[0]} for line in book
        ]


def test_a_release_without_protected_tables_has_no_such_page(reader: Client, analyst: Staff) -> None:
    august = freezing.closed_periods(IN_DECEMBER)["2026-08"]
    freezing.freeze(actor=analyst, period=august, reason="", today=IN_DECEMBER)
    assert "by=protected" in reader.get("/indicators/releases/1/").content.decode()
    assert "by=protected" not in reader.get("/indicators/releases/2/").content.decode()
    for address in ("/indicators/releases/2/", "/indicators/releases/2/file.csv"):
        assert reader.get(address, {"by": "protected"}).status_code == 404
    assert reader.get("/indicators/releases/1/beside/2/", {"by": "protected"}).status_code == 404


def test_every_definition_of_the_workbook_and_the_api_is_on_the_page(reader: Client) -> None:
    page = reader.get("/indicators/definitions/").content.decode()
    sheet = cells_of(reader.get("/indicators/export.xlsx", QUARTER).content, 2)
    told = reader.get("/api/v1/indicators/definitions").json()
    assert len(told) > 15
    words = {cell for _kind, cell in sheet.values()}
    for line in told:
        for name in ("name", "meaning", "formula"):
            assert line[name] in words
            assert html_of(line[name]) in page, line["code"]
        assert f"v{line['version']}" in page


def html_of(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
