"""What was deleted is never shown as none: it is refused, with the day since which rows are kept, and where earlier figures are."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from indicators.rows import record
from indicators.sums.kept import kept_since
from indicators.tables.trend import trend
from partners.models import Staff
from tests.indicators.conftest import IN_DECEMBER, Ended

GONE = {"from": "2024-10-01", "to": "2025-01-31"}
SINCE = "Rows are kept since 15 December 2024; what came earlier cannot be counted any more."
RELEASES = 'href="/indicators/releases/">Earlier figures are in the releases.</a>'
PAGES = {
    "/indicators/": {**GONE, "by": "month"},
    "/indicators/all/": {**GONE, "by": "month"},
    "/indicators/heat/": {"from": "2024-10-01", "to": "2024-12-31"},
    "/indicators/compare/": {
        "from": "2025-10-01", "to": "2025-12-31", "other-from": "2024-10-01", "other-to": "2024-12-31",
    },
}  # fmt: skip
pytestmark = pytest.mark.django_db
Look = Callable[..., str]


@pytest.fixture
def look(client: Client) -> Look:
    def open_page(somebody: Staff, page: str, **choice: Any) -> str:
        client.force_login(somebody)
        main = client.get(page, choice, headers={"Accept-Language": "en"}).content.decode()
        return main.split("<main")[1].split("</main")[0]

    return open_page


@pytest.mark.parametrize("page", PAGES)
def test_each_page_says_since_when_and_leads_to_the_releases(
    analyst: Staff, look: Look, page: str, ended: Ended
) -> None:
    record.request(ended=ended())
    html = look(analyst, page, **PAGES[page])
    assert SINCE in html
    assert RELEASES in html
    assert "<table" not in html
    assert "that are over" not in html, "these months are"


def test_a_partners_coordinator_is_not_led_where_they_may_not_go(coordinator: Staff, look: Look) -> None:
    html = look(coordinator, "/indicators/", **{"from": "2024-10-01", "to": "2024-12-31"}, by="month")
    assert SINCE in html
    assert "/indicators/releases/" not in html


def test_from_the_first_day_that_is_kept_there_are_figures(analyst: Staff, look: Look, ended: Ended) -> None:
    since = kept_since(IN_DECEMBER)
    assert since == date(2024, 12, 15)
    record.request(ended=ended(asked_at=datetime(2025, 1, 7, 10, tzinfo=UTC)))
    html = look(analyst, "/indicators/", **{"from": since, "to": "2025-01-31"}, by="month")
    assert 'id="breakdown"' in html
    assert SINCE in look(analyst, "/indicators/", **{"from": since - timedelta(days=1), "to": "2025-01-31"})


def test_files_say_it_too(analyst: Staff, client: Client) -> None:
    client.force_login(analyst)
    answer = client.get("/indicators/export.csv", GONE, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.content.decode()) == (400, f"from: {SINCE}\n")


def test_where_rows_are_kept_for_a_year_older_periods_are_neither_offered_nor_drawn(
    analyst: Staff, look: Look, settings: Any, ended: Ended
) -> None:
    assert ">Last year</a>" in look(analyst, "/indicators/")
    settings.ENV = settings.ENV.model_copy(update={"metric_rows_months": 12})
    record.request(ended=ended())
    html = look(analyst, "/indicators/")
    assert ">Last year</a>" not in html
    assert ">This year</a>" in html
    months = trend(analyst, {}, today=IN_DECEMBER).months
    assert (months[0].line.key, months[0].line.partial, len(months)) == ("2025-12", True, 13)
