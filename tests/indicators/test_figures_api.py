"""The figures for scripts: with a personal token, the same rights and the same figures as the pages."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.test import Client

from indicators.api import tokens
from indicators.codes import Outcome
from indicators.files.workbook import XLSX, as_xlsx
from indicators.models import ApiToken
from indicators.rows import record
from partners.models import AuditEntry, Role, Staff
from tests.indicators.conftest import Ended

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
TODAY = datetime.now(UTC).date()
ADDRESSES = [
    "/api/v1/indicators/definitions",
    "/api/v1/indicators/figures",
    "/api/v1/indicators/figures.csv",
    "/api/v1/indicators/figures.xlsx",
    "/api/v1/indicators/profiles",
]


def bearer(owner: Staff) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.make(owner=owner, name='report', today=TODAY)}"}


@pytest.mark.django_db
def test_a_token_reads_what_the_page_shows(analyst: Staff, client: Client, ended: Ended, lost: Ended) -> None:
    for _ in range(3):
        record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED, wait_s=70))
    headers = bearer(analyst)
    records = client.get("/api/v1/indicators/figures", NOVEMBER, headers=headers).json()["records"]
    assert [(line["by"], line["key"]) for line in records] == [("theme", "emploi"), ("total", "")]
    assert records[1]["take_up_v2"] == 0.75
    assert records[1]["wait_abandoned_v2_median_s"] == 70
    file = client.get("/api/v1/indicators/figures.csv", NOVEMBER, headers=headers).content.decode()
    assert list(csv.DictReader(StringIO(file)))[1]["take_up_v2"] == "0.75"


@pytest.mark.django_db
def test_a_coordinators_token_reads_their_pools_and_totals_only(
    coordinator: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    record.request(ended=ended(pool_served="cefo", theme_asked="formation"))
    records = client.get("/api/v1/indicators/figures", NOVEMBER, headers=bearer(coordinator)).json()[
        "records"
    ]
    assert [(line["scope"], line["key"], line.get("served")) for line in records] == [
        ("own_pools", "emploi", 1),
        ("own_pools", "", 1),
        ("platform", "", None),
    ]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.ADMIN])
@pytest.mark.django_db
def test_a_token_gives_no_right_that_its_owner_has_not(
    client: Client, person: Callable[..., Staff], role: Role, address: str
) -> None:
    assert client.get(address, headers=bearer(person(role))).status_code == 401


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer miti_guessed", "Basic aW5kaWNhdGV1cnM6eA=="])
@pytest.mark.django_db
def test_without_a_token_nothing_is_told(client: Client, analyst: Staff, address: str, header: str) -> None:
    client.force_login(analyst)  # a session is not a token: no other site's page can make use of it
    assert client.get(address, headers={"Authorization": header}).status_code == 401


@pytest.mark.django_db
def test_a_disabled_or_changed_account_loses_its_tokens_at_once(analyst: Staff, client: Client) -> None:
    headers = bearer(analyst)
    address = "/api/v1/indicators/definitions"
    assert client.get(address, headers=headers).status_code == 200
    Staff.objects.filter(pk=analyst.pk).update(role=Role.COUNSELLOR)
    assert client.get(address, headers=headers).status_code == 401
    Staff.objects.filter(pk=analyst.pk).update(role=Role.ANALYST, is_active=False)
    assert client.get(address, headers=headers).status_code == 401


@pytest.mark.django_db
def test_a_token_ends_after_a_year(analyst: Staff) -> None:
    token = tokens.make(owner=analyst, name="report", today=date(2026, 1, 1))
    assert tokens.owner_of(token, today=date(2027, 1, 1)) == analyst
    assert tokens.owner_of(token, today=date(2027, 1, 2)) is None


@pytest.mark.django_db
def test_the_table_of_tokens_opens_nothing(analyst: Staff) -> None:
    token = tokens.make(owner=analyst, name="report", today=TODAY)
    row = ApiToken.objects.get()
    assert token not in {str(value) for value in vars(row).values()}
    assert tokens.owner_of(row.token_hash, today=TODAY) is None


@pytest.mark.django_db
def test_a_bad_choice_gets_sentences_by_field_and_no_audit_entry(analyst: Staff, client: Client) -> None:
    headers = {**bearer(analyst), "Accept-Language": "en"}
    AuditEntry.objects.all().delete()
    for kind in ("figures", "figures.csv", "figures.xlsx"):
        response = client.get(f"/api/v1/indicators/{kind}", {"from": "soon", "by": "x"}, headers=headers)
        assert response.status_code == 400
        assert response.json()["errors"] == {
            "from": ["This is not a date of the calendar, written as 2026-09-30."],
            "by": ["There is no such choice."],
        }
    response = client.get("/api/v1/indicators/profiles", {"quarter": "2026-11"}, headers=headers)
    assert response.json()["errors"] == {"quarter": ["Only these choices are published."]}
    misspelt = client.get("/api/v1/indicators/figures", {"langauge": "nl"}, headers=headers)
    assert misspelt.status_code == 400
    assert misspelt.json()["errors"] == {"parameters": ["There is no parameter “langauge”."]}
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_every_read_of_figures_is_in_the_audit_log(analyst: Staff, client: Client) -> None:
    headers = bearer(analyst)
    AuditEntry.objects.all().delete()
    for address in ADDRESSES[1:]:
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
    subjects = set(AuditEntry.objects.filter(actor=analyst).values_list("action", "subject"))
    assert subjects == {
        ("figures.exported", "api json"),
        ("figures.exported", "api csv"),
        ("figures.exported", "api xlsx"),
        ("figures.exported", "api profiles json"),
    }


@pytest.mark.django_db
def test_the_description_of_the_api_names_every_address(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == set(ADDRESSES)
    parameters = described["paths"]["/api/v1/indicators/figures"]["get"]["parameters"]
    assert {"from", "to", "by", "theme", "within"} <= {parameter["name"] for parameter in parameters}
    for name, kind in (("figures", "application/json"), ("figures.csv", "text/csv"), ("figures.xlsx", XLSX)):
        assert kind in described["paths"][f"/api/v1/indicators/{name}"]["get"]["responses"]["200"]["content"]


@pytest.mark.django_db
def test_a_token_is_shown_once_and_can_be_revoked(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    made = client.post("/indicators/tokens/", {"name": "monthly report"}).context["made"]
    assert made.startswith("miti_")
    listed = client.get("/indicators/tokens/").content.decode()
    assert "monthly report" in listed
    assert made not in listed
    headers = {"Authorization": f"Bearer {made}"}
    assert client.get("/api/v1/indicators/definitions", headers=headers).status_code == 200
    row = ApiToken.objects.get()
    assert client.post(f"/indicators/tokens/{row.pk}/revoke").status_code == 302
    assert client.get("/api/v1/indicators/definitions", headers=headers).status_code == 401
    acts = AuditEntry.objects.values_list("action", flat=True)
    assert sorted(acts) == ["token.made", "token.revoked"]


@pytest.mark.django_db
def test_nobody_revokes_or_sees_somebody_elses_token(
    analyst: Staff, person: Callable[..., Staff], client: Client
) -> None:
    tokens.make(owner=analyst, name="mine alone", today=TODAY)
    row = ApiToken.objects.get()
    client.force_login(person(Role.PLATFORM))
    assert client.post(f"/indicators/tokens/{row.pk}/revoke").status_code == 404
    assert "mine alone" not in client.get("/indicators/tokens/").content.decode()
    assert ApiToken.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["", "x" * 51])
@pytest.mark.django_db
def test_a_token_needs_a_name_of_fifty_letters_at_most(analyst: Staff, client: Client, name: str) -> None:
    client.force_login(analyst)
    page = client.post("/indicators/tokens/", {"name": name})
    assert "made" not in page.context
    assert page.context["form"].errors["name"]
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_ten_tokens_are_enough(analyst: Staff, client: Client) -> None:
    for number in range(10):
        tokens.make(owner=analyst, name=str(number), today=TODAY - timedelta(days=1))
    client.force_login(analyst)
    page = client.post("/indicators/tokens/", {"name": "one more"}, headers={"Accept-Language": "en"})
    assert "You have ten tokens: revoke one first." in page.content.decode()
    assert ApiToken.objects.count() == 10


def cells_of(workbook: bytes, sheet: int) -> dict[str, tuple[str, str]]:
    """Each cell's type and value, by its address, as the file itself says them."""
    space = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with ZipFile(BytesIO(workbook)) as book:
        texts = [
            "".join(text.text or "" for text in item.iterfind(".//s:t", space))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iterfind("s:si", space)
        ]
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = {}
    for cell in root.iterfind(".//s:c", space):
        assert cell.find("s:f", space) is None
        value = cell.findtext("s:v", "", space)
        kind = "text" if cell.get("t") == "s" else "number"
        found[cell.get("r") or ""] = (kind, texts[int(value)] if kind == "text" else value)
    return found


@pytest.mark.usefixtures("themes")
@pytest.mark.django_db
def test_the_workbook_has_typed_cells_and_a_sheet_of_definitions(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    client.force_login(analyst)
    response = client.get("/indicators/export.xlsx", NOVEMBER, headers={"Accept-Language": "en"})
    assert response.headers["Content-Disposition"].endswith('2026-11-01_2026-11-30_theme.xlsx"')
    figures = cells_of(response.content, 1)
    heads = {words: address.rstrip("1") for address, (_, words) in figures.items() if address.endswith("1")}
    column = heads["Take-up rate (T) v2"]
    assert figures[f"{column}2"] == ("number", "1")
    assert "Service level 60 s v2, out of" in heads
    assert figures[f"{heads['Label']}2"] == ("text", "Employment")
    definitions = {value for _, value in cells_of(response.content, 2).values()}
    assert {"take_up", "Take-up rate (T)", "taken up / all requests made in open hours"} <= definitions
    assert AuditEntry.objects.get().subject == "xlsx"


@pytest.mark.django_db
def test_days_of_the_workbook_are_dates_and_its_definitions_in_the_readers_language(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    client.force_login(analyst)
    choice = {**NOVEMBER, "by": "day"}
    book = client.get("/indicators/export.xlsx", choice, headers={"Accept-Language": "fr"}).content
    figures = cells_of(book, 1)
    heads = {words: address.rstrip("1") for address, (_, words) in figures.items() if address.endswith("1")}
    first_of_november = str((date(2026, 11, 1) - date(1899, 12, 30)).days)
    assert figures["A2"] == figures[f"{heads['Code']}2"] == ("number", first_of_november)
    assert "Prises en charge" in heads
    definitions = {value for _, value in cells_of(book, 2).values()}
    assert "prises en charge / toutes les demandes faites pendant l’ouverture" in definitions


def test_a_text_in_the_workbook_is_never_a_formula() -> None:
    records: list[dict[str, Any]] = [{"label": "=1+1", "key": "+32", "n": 5}]
    cells = cells_of(as_xlsx(records), 1)
    assert cells["A2"] == ("text", "=1+1")
    assert cells["B2"] == ("text", "+32")
    assert cells["C2"] == ("number", "5")
