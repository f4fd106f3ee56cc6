"""Of a period with one end only, the preset is the other end; what would end before it begins is refused, never made one day."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from indicators.api import tokens
from partners.models import AuditEntry, Staff
from tests.indicators.conftest import IN_DECEMBER

pytestmark = pytest.mark.django_db
Answer = Callable[..., Any]


@pytest.fixture
def answer(client: Client, analyst: Staff) -> Answer:
    def ask(who: Staff | None = None, language: str = "en", **choice: str) -> Any:
        token = tokens.make(owner=who or analyst, name="x", today=IN_DECEMBER)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return client.get("/api/v1/indicators/figures", choice, headers=headers)

    return ask


def days(answered: Any) -> tuple[str, str]:
    assert answered.status_code == 200, answered.content
    (found,) = {(line["from"], line["to"]) for line in answered.json()["records"]}
    return found


@pytest.mark.parametrize(
    ("choice", "whole"),
    [
        ({"from": "2026-12-10"}, ("2026-12-10", "2026-12-14")),
        ({"from": "2025-12-01", "period": "last-year"}, ("2025-12-01", "2025-12-31")),
        ({"from": "2025-06-01", "period": "last-month"}, ("2025-06-01", "2026-11-30")),
        ({"to": "2026-11-20"}, ("2026-11-15", "2026-11-20")),
        ({"to": "2026-11-15"}, ("2026-11-15", "2026-11-15")),
        ({"to": "2026-06-01", "period": "this-year"}, ("2026-01-01", "2026-06-01")),
        ({"to": "2026-12-31", "period": "last-year"}, ("2025-01-01", "2026-12-14")),
    ],
)
def test_the_preset_is_the_other_end(answer: Answer, choice: dict[str, str], whole: tuple[str, str]) -> None:
    assert days(answer(**choice)) == whole


@pytest.mark.parametrize(
    ("choice", "blamed", "sentence"),
    [
        (
            {"to": "2026-10-15"},
            "to",
            "Without a first day the period begins on 15 November 2026, after this day: choose the first day, too.",
        ),
        (
            {"to": "2025-06-01", "period": "this-year"},
            "to",
            "Without a first day the period begins on 1 January 2026, after this day: choose the first day, too.",
        ),
        (
            {"from": "2026-01-01", "period": "last-year"},
            "from",
            "Without a last day the period ends on 31 December 2025, before this day: choose the last day, too.",
        ),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to", "The last day lies before the first."),
    ],
)
def test_what_ends_before_it_begins_is_refused(
    answer: Answer, choice: dict[str, str], blamed: str, sentence: str
) -> None:
    refused = answer(**choice)
    assert refused.status_code == 400
    assert refused.json() == {"errors": {blamed: [sentence]}, "codes": {blamed: ["last_before_first"]}}
    assert not AuditEntry.objects.filter(action="figures.exported").exists()


def test_of_ones_own_teams_the_usual_period_is_the_last_month(answer: Answer, coordinator: Staff) -> None:
    refused = answer(who=coordinator, to="2026-10-31", by="month")
    assert refused.json()["codes"] == {"to": ["last_before_first"]}
    assert "1 November 2026" in refused.json()["errors"]["to"][0]
    assert days(answer(who=coordinator, by="month", **{"from": "2026-10-01"})) == ("2026-10-01", "2026-11-30")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Sans premier jour, la période commence le 15 novembre 2026, après ce jour"),
        ("nl", "Zonder eerste dag begint de periode op 15 november 2026, na deze dag"),
    ],
)
def test_it_is_said_in_the_readers_language(answer: Answer, language: str, sentence: str) -> None:
    assert answer(language=language, to="2026-10-15").json()["errors"]["to"][0].startswith(sentence)


def test_the_page_says_it_beside_the_day_and_shows_nothing(client: Client, analyst: Staff) -> None:
    client.force_login(analyst)
    page = client.get("/indicators/", {"from": "", "to": "2026-10-15"}, headers={"Accept-Language": "en"})
    assert "report" not in page.context
    assert page.context["choice"].errors["to"] == [
        "Without a first day the period begins on 15 November 2026, after this day: choose the first day, too."
    ]
    assert 'value="2026-10-15"' in page.content.decode()
    assert client.get("/indicators/export.csv", {"to": "2026-10-15"}).status_code == 400


def test_sides_of_a_comparison_say_it_too(client: Client, analyst: Staff) -> None:
    client.force_login(analyst)
    page = client.get("/indicators/compare/", {"to": "2026-06-30"}, headers={"Accept-Language": "en"})
    assert page.context["choice"].first.errors["to"] == [
        "Without a first day the period begins on 1 July 2026, after this day: choose the first day, too."
    ]
    page = client.get("/indicators/compare/", {"other-from": "2026-07-01"}, headers={"Accept-Language": "en"})
    assert page.context["choice"].other.errors["from"] == [
        "Without a last day the period ends on 30 September 2025, before this day: choose the last day, too."
    ]
    page = client.get("/indicators/compare/", {"to": "2026-08-31"})
    assert page.context["choice"].queries[0].period.first == date(2026, 7, 1)
