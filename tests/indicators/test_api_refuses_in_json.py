"""Whatever the API refuses, it refuses in JSON and with a code: also what is no address of it, another method, or too much."""

import logging
from typing import Any

import pytest
from django.test import Client

from indicators.api import tokens
from partners.models import AuditEntry, Staff
from tests.indicators.conftest import IN_DECEMBER

pytestmark = pytest.mark.django_db
API = "/api/v1/indicators/"
ADDRESSES = (
    f"{API}definitions",
    f"{API}figures",
    f"{API}figures.csv",
    f"{API}figures.xlsx",
    f"{API}profiles",
    "/api/v1/openapi.json",
)
METHODS = ("POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
MOST = 1_000


@pytest.fixture
def bearer(analyst: Staff) -> dict[str, str]:
    token = tokens.make(owner=analyst, name="x", today=IN_DECEMBER)
    AuditEntry.objects.all().delete()
    return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


def told(answer: Any) -> Any:
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()


@pytest.mark.parametrize("address", [*ADDRESSES, "/api/v1/", "/api/v1/nothing"])
@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_refused(address: str, method: str, bearer: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.generic(method, address, headers=bearer)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"
    assert answer.headers["Cache-Control"] == "no-store"
    if method == "HEAD":
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    else:
        assert told(answer) == {"detail": "Only GET is answered.", "code": "only_get"}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "nothing",
        "indicators/",
        "indicators/figures/",
        "indicators/figures.ods",
        "openapi.json/",
        "%00",
        "docs",
    ],
)
def test_what_is_no_address_of_it_is_said_to_be_none(
    path: str, client: Client, bearer: dict[str, str]
) -> None:
    for headers in (bearer, {}):
        answer = client.get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 404
        assert answer.headers["Cache-Control"] == "no-store"
        assert told(answer)["code"] == "no_such_address"
        assert told(answer)["detail"] == "There is no such address. /api/v1/openapi.json names all."


@pytest.mark.parametrize("path", ["/api/", "/api/v2/indicators/figures", "/indicators/nothing"])
def test_beside_it_a_missing_page_stays_a_page(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ADDRESSES)
def test_too_many_parameters_are_refused_without_an_error_in_the_log(
    address: str, client: Client, bearer: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"{address}?{'a&' * MOST}", headers=bearer)
    assert answer.status_code == 400
    assert told(answer) == {
        "errors": {"parameters": ["The address has more than 1000 parameters."]},
        "codes": {"parameters": ["too_many_parameters"]},
    }
    assert not caplog.records
    assert not AuditEntry.objects.exists()


def test_a_thousand_are_read(client: Client, bearer: dict[str, str]) -> None:
    answer = client.get(f"{API}figures?{'by=&' * (MOST - 1)}", headers=bearer)
    assert told(answer)["codes"] == {"parameters": ["repeated_parameter"]}


def test_pages_refuse_as_many_without_an_error_in_the_log(
    client: Client, analyst: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(analyst)
    with caplog.at_level(logging.ERROR):
        for path in ("/indicators/", "/indicators/export.csv", "/accounts/login/"):
            answer = client.get(f"{path}?{'a&' * MOST}")
            assert answer.status_code == 400
            assert answer.headers["Content-Type"].startswith("text/html")
    assert not caplog.records


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        *((end, value, "no_date") for end in ("from", "to") for value in (
            "01/10/2026", "1.10.2026", "01-10-2026", "2026-10-1", "20261001", "2026-W40-4",
            "２０２６-１０-０１", " 2026-10-01", "2026-10-01 ", "2026-10-01\n", "2026-10-01T00:00", "2026-02-30", "-026-10-01", "\0",
        )),
        *(("by", value, "no_such_choice") for value in ("theme\n", " theme", "theme ", "Theme", "theme\0", " ")),
        *(("within", value, "no_such_choice") for value in ("60 ", "060", "６０", "+60")),
        ("period", "last-month\n", "no_such_choice"),
        *(("language", value, "no_such_choice") for value in ("nl ", "\tnl", "NL", " ")),
        ("quarter", "2026-Q3 ", "no_such_choice"),
    ],
)  # fmt: skip
def test_a_value_is_taken_exactly_as_it_is_described(
    name: str, value: str, code: str, client: Client, bearer: dict[str, str]
) -> None:
    address = "profiles" if name == "quarter" else "figures"
    answer = client.get(f"{API}{address}", {name: value}, headers=bearer)
    assert answer.status_code == 400
    assert told(answer)["codes"] == {name: [code]}
    assert not AuditEntry.objects.exists()


def test_values_as_described_are_taken_and_empty_ones_are_none(
    client: Client, bearer: dict[str, str]
) -> None:
    choice = {"from": "2026-10-01", "to": "2026-10-31", "by": "theme", "within": "60", "language": "nl"}
    assert client.get(f"{API}figures", choice, headers=bearer).status_code == 200
    plain = client.get(f"{API}figures", headers=bearer).json()
    assert client.get(f"{API}figures", dict.fromkeys(choice, ""), headers=bearer).json() == plain


def test_pages_take_days_as_people_write_them(client: Client, analyst: Staff) -> None:
    client.force_login(analyst)
    page = client.get("/indicators/", {"from": " 01/10/2026", "to": "31.10.2026 ", "by": "theme "})
    period = page.context["report"].query.period
    assert (period.first.isoformat(), period.last.isoformat()) == ("2026-10-01", "2026-10-31")
