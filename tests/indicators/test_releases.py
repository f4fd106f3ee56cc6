"""Releases: a closed period is frozen once, what was frozen never changes and outlives the rows, a correction stands beside it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.codes import Outcome
from indicators.models import FiguresRelease, MetricRow
from indicators.periods import Period, month_of, quarter_from
from indicators.releases import freezing
from indicators.releases.freezing import (
    FrozenMeanwhileError,
    NotClosedError,
    ReasonNeededError,
    changed_cells,
    closed_periods,
    freeze,
)
from indicators.rows import record
from operations import retention
from partners.models import AuditEntry, Role, Staff
from tests.indicators.conftest import IN_DECEMBER, Ended
from tests.indicators.test_figures_page import Tables

NOVEMBER = month_of(date(2026, 11, 1))
LIST = "/indicators/releases/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def november(ended: Ended, lost: Ended) -> None:
    for _ in range(6):
        record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED, theme_asked="formation", wait_s=90))
    record.request(ended=lost(Outcome.FULL, theme_asked="formation", language="nl"))


def make(
    actor: Staff, period: Period = NOVEMBER, reason: str = "", today: date = IN_DECEMBER
) -> FiguresRelease:
    return freeze(actor=actor, period=period, reason=reason, today=today)


def page(client: Client, path: str, **choice: str) -> tuple[str, dict[str, dict[str, list[str]]]]:
    response = client.get(path, choice, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode(), Tables(response.content.decode()).cells


@pytest.mark.usefixtures("november")
def test_an_analyst_freezes_last_month_on_the_page(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    answer = client.post(LIST, {"period": "2026-11"})
    assert answer.headers["Location"] == "/indicators/releases/1/"
    html, tables = page(client, "/indicators/releases/1/", by="theme")
    assert "November 2026" in html
    assert tables["all-1"]["platform emploi"][:2] == ["emploi", "platform"]
    assert "75.0%" in html, "six of eight"
    assert "Take-up rate (T) <span" in html
    _, listed = page(client, LIST)
    assert listed["releases"]["1"][:2] == ["Release 1", "November 2026"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.detail) == (
        "figures.released",
        "1",
        {"period": "2026-11", "revision": 1},
    )


@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("code", ["2026-12", "2027-01", "2026-Q4", "2026", "2020-01", "nonsense", ""])
def test_what_is_not_over_or_not_kept_is_not_frozen(analyst: Staff, client: Client, code: str) -> None:
    client.force_login(analyst)
    assert client.post(LIST, {"period": code}).status_code == 200
    assert not FiguresRelease.objects.exists()


@pytest.mark.parametrize(
    "period",
    [
        Period(date(2026, 12, 1), date(2026, 12, 14)),
        Period(date(2026, 11, 2), date(2026, 11, 30)),
        quarter_from("2026-Q4"),
    ],
)
def test_the_service_refuses_it_too(analyst: Staff, period: Period) -> None:
    with pytest.raises(NotClosedError):
        make(analyst, period)


def test_a_month_can_be_frozen_from_the_second_day_of_the_next() -> None:
    assert "2026-11" not in closed_periods(date(2026, 12, 1))
    assert "2026-11" in closed_periods(date(2026, 12, 2))


@pytest.mark.usefixtures("november")
def test_what_was_frozen_stays_when_rows_come_and_go(analyst: Staff, client: Client, ended: Ended) -> None:
    made = make(analyst)
    frozen = json.dumps(made.content, sort_keys=True)
    record.request(ended=ended())
    made.refresh_from_db()
    assert json.dumps(made.content, sort_keys=True) == frozen
    retention.purge(now=datetime(2029, 6, 1, tzinfo=UTC))
    assert not MetricRow.objects.exists()
    client.force_login(analyst)
    _, tables = page(client, "/indicators/releases/1/", by="language")
    assert "platform nl" in tables["all-1"]


@pytest.mark.usefixtures("november")
def test_a_correction_needs_a_reason_and_stands_beside_the_first(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    make(analyst)
    client.force_login(analyst)
    html = client.post(LIST, {"period": "2026-11"}, headers={"Accept-Language": "en"}).content.decode()
    assert "say what is corrected" in html
    with pytest.raises(ReasonNeededError):
        make(analyst)
    record.request(ended=ended(theme_asked="formation"))
    client.post(LIST, {"period": "2026-11", "reason": "A backup had been missing a row."})
    first, second = FiguresRelease.objects.order_by("number")
    assert (first.revision, second.revision) == (1, 2)
    assert changed_cells(first, second) > 0
    html, listed = page(client, LIST)
    assert listed["releases"]["2"][3] == "A backup had been missing a row."
    assert listed["releases"]["2"][4] == str(changed_cells(first, second))
    assert listed["releases"]["1"][4] == "—"
    _, tables = page(client, "/indicators/releases/2/beside/1/", by="theme")
    assert tables["compared"]["formation"][:7] == ["formation", "3", "2", "1", "33.3", "0.0", "+33.3"]
    assert tables["compared"]["total"][1:4] == ["9", "8", "1"]


@pytest.mark.usefixtures("november")
def test_of_two_who_freeze_at_once_one_is_told(
    analyst: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looked for the next number before the first had written."""
    content = freezing._content
    made: list[FiguresRelease] = []

    def meanwhile(period: Period, today: date) -> dict[str, Any]:
        monkeypatch.setattr(freezing, "_content", content)
        made.append(make(analyst))
        return content(period, today)

    monkeypatch.setattr(freezing, "_content", meanwhile)
    with pytest.raises(FrozenMeanwhileError):
        make(analyst)
    assert FiguresRelease.objects.count() == 1
    assert AuditEntry.objects.filter(action="figures.released").count() == 1


@pytest.mark.usefixtures("november")
def test_files_of_a_release_are_its_tables_and_audited(analyst: Staff, client: Client) -> None:
    make(analyst)
    client.force_login(analyst)
    text = client.get("/indicators/releases/1/file.csv", {"by": "theme"}).content.decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()]
    heads = lines[0]
    shown = {line[heads.index("key")]: line[heads.index("requests_v2")] for line in lines[1:]}
    assert shown == {"emploi": "6", "formation": "2", "": "8"}
    assert {line[heads.index("release")] for line in lines[1:]} == {"1"}
    assert client.get("/indicators/releases/1/file.xlsx", {"by": "month"}).content.startswith(b"PK")
    assert AuditEntry.objects.filter(action="figures.exported").count() == 2
    for path in (
        "/indicators/releases/1/file.pdf",
        "/indicators/releases/2/file.csv",
        "/indicators/releases/1/file.csv?by=age_band",
        "/indicators/releases/1/beside/7/",
    ):
        assert client.get(path).status_code == 404


def test_a_quarter_has_its_protected_tables_as_published(
    analyst: Staff, client: Client, ended: Ended
) -> None:
    for number in range(40):
        key = record.request(ended=ended(asked_at=datetime(2026, 8, 18, 8, tzinfo=UTC)))
        record.survey(row_id=key, status="pupil" if number < 37 else "student")
    made = make(analyst, quarter_from("2026-Q3"))
    counts = {line["count"] for line in made.content["protected"]}
    assert "<10" in counts
    assert not counts & {37, 3}
    assert make(analyst).content["protected"] == [], "a month has none"
    client.force_login(analyst)
    text = client.get("/indicators/releases/1/file.csv", {"by": "protected"}).content.decode("utf-8-sig")
    assert text.startswith("quarter;about;answer;")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.COUNSELLOR, Role.ADMIN])
def test_others_neither_see_nor_make_releases(
    person: Callable[..., Staff], analyst: Staff, client: Client, role: Role
) -> None:
    make(analyst)
    client.force_login(person(role))
    for path in (
        LIST,
        "/indicators/releases/1/",
        "/indicators/releases/1/file.csv",
        "/indicators/releases/1/beside/1/",
    ):
        assert client.get(path).status_code == 403
    assert client.post(LIST, {"period": "2026-10"}).status_code == 403
    assert FiguresRelease.objects.count() == 1


def test_every_page_leads_to_the_list(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    assert f'href="{reverse("indicators:releases")}"' in page(client, "/indicators/")[0]
