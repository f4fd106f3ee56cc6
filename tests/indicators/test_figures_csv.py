"""The figures as a file."""

import csv
from io import StringIO

import pytest
from django.test import Client

from indicators.codes import Outcome
from indicators.files.export import as_csv
from indicators.rows import record
from indicators.values import wilson
from partners.models import AuditEntry, Role, Staff
from tests.indicators.conftest import Ended

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


def lines_of(client: Client, **choice: str) -> list[dict[str, str]]:
    response = client.get("/indicators/export.csv", {**NOVEMBER, **choice})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.django_db
def test_the_file_has_the_figures_of_the_page_with_the_versions_of_their_definitions(
    analyst: Staff, client: Client, ended: Ended, lost: Ended
) -> None:
    for _ in range(3):
        record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED_SHORT, wait_s=5))
    record.request(ended=lost(Outcome.TEST))
    client.force_login(analyst)
    work, whole = lines_of(client)
    assert (work["from"], work["to"], work["by"], work["key"]) == (
        "2026-11-01",
        "2026-11-30",
        "theme",
        "emploi",
    )
    assert (whole["by"], whole["requests_v2"], whole["served"]) == ("total", "4", "3")
    assert whole["take_up_v2"] == "0,75"
    assert (whole["take_up_v2_part"], whole["take_up_v2_whole"]) == ("3", "4")
    assert (whole["take_up_v2_low"], whole["take_up_v2_high"]) == tuple(
        str(bound).replace(".", ",") for bound in wilson(3, 4)
    )
    assert whole["take_up_star_v2"] == "1,0"
    assert whole["service_level_60s_v2"] == "0,75"
    assert whole["wait_served_v2_median_s"] == "20,0"
    assert "test" not in whole
    # No capacity is known: empty, not 0.
    assert whole["unmet_open_time_v2"] == ""


@pytest.mark.django_db
def test_a_double_click_opens_the_file_with_its_accents_columns_and_decimals(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    client.force_login(analyst)
    page = client.get("/indicators/export.csv", NOVEMBER, headers={"Accept-Language": "fr"})
    # What Excel does with a file that begins with a byte order mark.
    assert page.content.startswith(b"\xef\xbb\xbf")
    assert "Thématique" not in page.content.decode("cp1252", "replace")
    head, line, *_ = page.content.decode("utf-8-sig").splitlines()
    assert head.split(";")[:3] == ["from", "to", "scope"]
    assert "1,0" in line.split(";")
    api = as_csv([{"label": "Réseau", "share": 0.5}])
    assert api == "label,share\r\nRéseau,0.5\r\n", "programs read commas and points"


@pytest.mark.django_db
def test_the_file_says_what_it_was_filtered_by(analyst: Staff, client: Client, ended: Ended) -> None:
    record.request(ended=ended())
    client.force_login(analyst)
    assert lines_of(client, theme="emploi", language="fr")[0]["filters"] == "theme=emploi language=fr"


@pytest.mark.django_db
def test_no_answer_of_a_survey_and_no_key_of_a_row_is_in_the_file(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    key = record.request(ended=ended())
    record.survey(row_id=key, rating=5, gender="woman", status="self_employed")
    client.force_login(analyst)
    content = client.get("/indicators/export.csv", NOVEMBER).content.decode()
    for personal in (str(key), "woman", "self_employed", "rating", "gender", "age_band", "helped"):
        assert personal not in content


@pytest.mark.django_db
def test_a_coordinators_file_has_their_pools_and_the_headline_of_the_platform(
    coordinator: Staff, client: Client, ended: Ended
) -> None:
    record.request(ended=ended())
    record.request(ended=ended(pool_served="cefo", theme_asked="formation"))
    client.force_login(coordinator)
    lines = lines_of(client)
    assert [(line["scope"], line["by"], line["key"], line["served"]) for line in lines] == [
        ("own_pools", "theme", "emploi", "1"),
        ("own_pools", "total", "", "1"),
        ("platform", "total", "", ""),
    ]
    assert lines[0]["take_up_v2"] == ""
    assert lines[2]["take_up_v2"] == "", "of so few requests it would tell what the others took"


@pytest.mark.django_db
def test_a_coordinator_cannot_subtract_their_own_pools_from_the_platform(
    coordinator: Staff, client: Client, ended: Ended, lost: Ended
) -> None:
    for pool, n in (("cdm-namur", 36), ("cefo", 2)):
        for _ in range(n):
            record.request(ended=ended(pool_served=pool))
    for _ in range(24):
        record.request(ended=lost(Outcome.ABANDONED))
    client.force_login(coordinator)
    *_, platform = lines_of(client)
    known = {
        column: cell
        for column, cell in platform.items()
        if cell and column not in {"from", "to", "scope", "by"}
    }
    assert known == {
        "take_up_v2": "0,61",
        "take_up_star_v2": "0,61",
        "service_level_60s_v2": "0,61",
        "take_up_all_demand_v2": "0,61",
    }
    page = client.get("/indicators/", NOVEMBER, headers={"Accept-Language": "en"}).content.decode()
    assert "61.0%" in page
    assert "of 62" not in page


@pytest.mark.django_db
def test_every_export_is_in_the_audit_log(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    lines_of(client, by="month")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (analyst, "figures.exported", "csv")
    assert "from=2026-11-01" in entry.detail["choice"]
    assert "by=month" in entry.detail["choice"]


@pytest.mark.django_db
def test_a_bad_choice_gets_sentences_no_file_and_no_audit_entry(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    response = client.get("/indicators/export.csv", {"from": "soon"}, headers={"Accept-Language": "en"})
    assert response.status_code == 400
    assert response.content.decode().startswith("from: This is not a date of the calendar.")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "+32", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_compute_stays_a_text(text: str) -> None:
    (_, row) = csv.reader(StringIO(as_csv([{"label": text, "n": -3}]), newline=""))
    assert row == [f"'{text}", "-3"]


@pytest.mark.django_db
def test_the_export_of_a_refused_role_leaves_no_trace_but_the_refusal(client: Client, person: object) -> None:
    assert callable(person)
    client.force_login(person(Role.COUNSELLOR))
    assert client.get("/indicators/export.csv").status_code == 403
    assert not AuditEntry.objects.exists()
