"""Figures end with yesterday: a request that ends today changes neither what is shown nor what may be chosen."""

from datetime import date, timedelta

import pytest
from django.test import Client

from indicators.codes import Outcome
from indicators.models import MetricRow, SkilledOnDuty
from indicators.periods import month_of
from indicators.protection import few_people
from indicators.sums import daily, figures
from indicators.sums.query import Query
from partners.models import Staff
from tests.indicators.conftest import IN_DECEMBER

pytestmark = pytest.mark.django_db
TOMORROW = IN_DECEMBER + timedelta(days=1)
DECEMBER = {"from": "2026-12-01", "to": "2026-12-14"}
USUAL = {"emploi": 8, "formation": 6, "creation": 4, "droits": 6}
"""How often each theme is asked on the second and on the third."""


def asked(day: date, theme: str, site: str = "miti") -> MetricRow:
    return MetricRow(
        day=day,
        slot=18,
        theme_asked=theme,
        language="fr",
        site=site,
        outcome=Outcome.SERVED,
        plan_number=1,
        version=2,
        wait_s=20,
    )


@pytest.fixture(autouse=True)
def december() -> None:
    """Creation has nine requests until yesterday: one more, and it is not rare any more."""
    days = [date(2026, 12, 2), date(2026, 12, 3)]
    MetricRow.objects.bulk_create(
        [asked(day, theme) for day in days for theme, n in USUAL.items() for _ in range(n)]
        + [asked(date(2026, 12, 4), "creation")]
    )


def today_ends(client: Client, question: dict[str, str]) -> list[tuple[int, str]]:
    """The answer before and after a request of today has ended."""
    found = []
    for _ in range(2):
        answer = client.get("/indicators/export.csv", question, headers={"Accept-Language": "en"})
        found.append((answer.status_code, answer.content.decode()))
        asked(IN_DECEMBER, "creation", "ghost").save()
        daily.forget(IN_DECEMBER)
    return found


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({**DECEMBER, "by": "theme"}, 200),
        ({**DECEMBER, "by": "day", "theme": "creation"}, 400),
        ({"from": "2026-11-01", "to": "2026-11-30", "site": "ghost"}, 400),
    ],
)
def test_a_request_of_today_changes_no_answer(
    question: dict[str, str], status: int, analyst: Staff, client: Client
) -> None:
    client.force_login(analyst)
    before, after = today_ends(client, question)
    assert before == after
    assert before[0] == status


def test_tomorrow_it_does(analyst: Staff, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(analyst)
    asked(IN_DECEMBER, "creation", "ghost").save()
    refused = client.get("/indicators/export.csv", {**DECEMBER, "by": "day", "theme": "creation"})
    assert refused.status_code == 400
    assert "*" in figures.tallies(Query(period=month_of(IN_DECEMBER), by="theme", finer=True))
    monkeypatch.setattr("indicators.current_day.today", lambda: TOMORROW)
    assert "*" not in figures.tallies(Query(period=month_of(IN_DECEMBER), by="theme", finer=True))
    assert daily.codes()["site"] == {"miti", "ghost"}
    for question in (
        {**DECEMBER, "by": "day", "theme": "creation"},
        {"from": "2026-11-01", "to": "2026-11-30", "site": "ghost"},
    ):
        assert client.get("/indicators/export.csv", question).status_code == 200


def test_before_the_first_day_is_over_no_code_is_known() -> None:
    MetricRow.objects.all().delete()
    asked(IN_DECEMBER, "creation").save()
    assert set().union(*daily.codes().values()) == set()
    assert figures.told_together_in(month_of(IN_DECEMBER), "theme") == frozenset()


def test_three_people_who_are_on_duty_today_are_counted_tomorrow() -> None:
    SkilledOnDuty.objects.create(day=IN_DECEMBER, pool="", skill="language", code="uk")
    month = month_of(IN_DECEMBER)

    def hidden(today: date) -> frozenset[str]:
        accepted = {month.first: {"uk": 3}}
        return few_people.hidden(month, "language", few_people.EVERYBODY, accepted, today=today)

    assert hidden(IN_DECEMBER) == {"uk"}
    assert hidden(TOMORROW) == frozenset()
