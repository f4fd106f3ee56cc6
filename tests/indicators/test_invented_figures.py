"""Where a demo's invented figures are, each page, file and answer says that they are; a real installation says nothing of it."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from string import ascii_uppercase
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern
from django.utils import translation

from indicators.api import tokens
from indicators.files.export import as_csv, as_csv_for_people
from indicators.files.workbook import as_xlsx
from indicators.periods import quarter_from
from indicators.releases import freezing
from indicators.rows import record
from indicators.urls import urlpatterns
from partners.models import Role, Staff
from tests.indicators.conftest import IN_DECEMBER, Ended
from tests.indicators.test_figures_api import cells_of

pytestmark = pytest.mark.django_db
NOTE = "This is a demo: its figures of the past are invented."
LATEST = {"quarter": "2026-Q3"}
CHOICE = {"from": "2026-08-01", "to": "2026-09-30", "by": "month"}
RELEASE = ("releases/1/", "releases/1/beside/2/", "releases/1/file.csv", "releases/1/file.xlsx")
PAGES = (
    "",
    "all/",
    "trend/",
    "compare/",
    "heat/",
    "profiles/",
    "releases/",
    "reports/",
    "definitions/",
    "tokens/",
)
FILES = ("export.csv", "export.xlsx", "profiles.csv")
PROTECTED = ("releases/1/file.csv?by=protected", "releases/1/file.xlsx?by=protected")
API = "/api/v1/indicators/"


@pytest.fixture
def reader(ended: Ended, client: Client) -> Client:
    """Somebody who may read everything, of a platform with requests and two releases."""
    for month in (8, 9):
        record.request(ended=ended(asked_at=ended().asked_at.replace(month=month)))
    person = Staff.objects.create(username="somebody-who-reads", role=Role.PLATFORM)
    for reason in ("", "again"):
        freezing.freeze(actor=person, period=quarter_from("2026-Q3"), reason=reason, today=IN_DECEMBER)
    token = tokens.make(owner=person, name="x", today=date(2026, 12, 1))
    client.force_login(person)
    client.defaults |= {"HTTP_ACCEPT_LANGUAGE": "en", "HTTP_AUTHORIZATION": f"Bearer {token}"}
    cache.clear()
    return client


def demo(settings: Any) -> None:
    settings.ENV = settings.ENV.model_copy(update={"demo": True})


def lines(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def addresses() -> Iterator[str]:
    """Every page and file of figures, with something chosen."""
    for page in (*PAGES, *RELEASE, *FILES, *PROTECTED):
        yield f"/indicators/{page}"
    yield "/coordination/what-if/"
    for answer in ("figures", "figures.csv", "figures.xlsx", "profiles"):
        yield f"{API}{answer}"


def choice_of(address: str) -> dict[str, str]:
    if "profiles" in address:
        return LATEST
    return CHOICE if any(name in address for name in ("export", "figures", "all/")) else {}


def test_every_page_file_and_answer_of_a_demo_says_that_its_figures_are_invented(
    reader: Client, settings: Any
) -> None:
    demo(settings)
    for address in addresses():
        answer = reader.get(address, choice_of(address))
        assert answer.status_code == 200, address
        match answer.headers["Content-Type"].partition(";")[0]:
            case "text/html":
                assert NOTE in answer.content.decode(), address
            case "text/csv":
                found = lines(answer.content)
                assert {line["note"] for line in found} == {NOTE}, address
                assert {list(line)[-1] for line in found} == {"note"}, address
            case "application/json":
                told = answer.json()
                assert told["invented"] is True
                assert {line["note"] for line in told["records"]} == {NOTE}
                assert {list(line)[-1] for line in told["records"]} == {"note"}
            case _:
                cells = cells_of(answer.content, 1)
                assert cells["A1"] != ("text", "Note"), "the first day stands first, as a date"
                heads = [place.rstrip("1") for place in cells if place.lstrip(ascii_uppercase) == "1"]
                column = max(heads, key=lambda letters: (len(letters), letters))
                assert cells[f"{column}1"] == ("text", "Note"), address
                written = {place.lstrip(ascii_uppercase) for place in cells} - {"1"}
                assert {cells[f"{column}{line}"] for line in written} == {("text", NOTE)}, address


def test_a_real_installation_says_nothing_of_it(reader: Client) -> None:
    for address in addresses():
        answer = reader.get(address, choice_of(address))
        assert answer.status_code == 200, address
        kind = answer.headers["Content-Type"].partition(";")[0]
        cells = cells_of(answer.content, 1) if "openxml" in kind else {}
        text = " ".join(words for _kind, words in cells.values()) or answer.content.decode()
        for word in ("is a demo", "data-invented", '"invented"', '"note"', "Note", "note;", "note,"):
            assert word not in text, (address, word)


def test_the_description_of_the_api_speaks_of_it_in_a_demo_only(reader: Client, settings: Any) -> None:
    described = reader.get("/api/v1/openapi.json").content.decode()
    assert "invented" not in described
    assert '"note"' not in described
    demo(settings)
    schemas = reader.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for answer, record_of in (("FiguresOut", "FigureRecord"), ("ProfilesOut", "ProfileRecord")):
        assert schemas[answer]["properties"]["invented"]["enum"] == [True]
        assert "note" in schemas[record_of]["properties"]


def test_no_page_or_file_of_figures_is_missing_here() -> None:
    known = {address.partition("?")[0] for address in (*PAGES, *RELEASE, *FILES)}
    found = {_example(route) for route in urlpatterns}
    shows_none = {"tokens/<uuid:token>/revoke", "reports/stop/"}
    assert found - known == shows_none, "a new page of figures belongs into this test"


def _example(route: URLPattern) -> str:
    pattern = str(route.pattern)
    for part, some in (("<int:number>", "1"), ("<int:other>", "2"), ("<str:extension>", "csv")):
        pattern = pattern.replace(part, some)
    return pattern


def test_the_note_is_last_also_where_a_later_line_has_more_columns(settings: Any) -> None:
    demo(settings)
    records: list[dict[str, Any]] = [{"from": "2026-11-01", "key": "a"}, {"from": "2026-11-01", "plans": "1"}]
    with translation.override("en"):
        assert as_csv(records).splitlines()[0] == "from,key,plans,note"
        assert as_csv_for_people(records).splitlines()[0] == "\ufefffrom;key;plans;note"
        cells = cells_of(as_xlsx(records), 1)
    assert [cells[f"{column}1"][1] for column in "ABCD"] == ["First day", "Code", "Routing plans", "Note"]
    assert cells["A2"][0] == "number", "a day is a date"
