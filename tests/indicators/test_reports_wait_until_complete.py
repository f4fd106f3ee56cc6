"""No report leaves before its period is over and everything of it is counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from indicators.models import FiguresLetter, PendingRow
from indicators.rows import pending, record
from operations import retention
from partners.models import Staff
from tests.indicators.conftest import Ended
from tests.indicators.report_letters import MONTH, NOW, QUARTER, SECOND, html_of, send, set_day, subscribe

pytestmark = pytest.mark.django_db
LAST_EVENING = datetime(2026, 11, 30, 22, 50, tzinfo=UTC)
"""Ten to midnight in Brussels."""


@pytest.fixture
def later(settings: Any) -> None:
    """Requests are counted an hour after they ended."""
    settings.ENV = settings.ENV.model_copy(update={"count_later": True})
    assert settings.ENV.counts_later


@pytest.mark.parametrize(
    ("day", "leaves"),
    [
        (date(2026, 11, 30), False),
        (date(2026, 12, 1), False),
        (date(2026, 12, 2), True),
        (date(2026, 12, 10), True),
        (date(2026, 12, 11), False),
    ],
)
def test_a_month_is_sent_from_the_second_to_the_tenth_day(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch, day: date, leaves: bool
) -> None:
    subscribe(analyst, MONTH)
    set_day(monkeypatch, day)
    assert bool(send()) is leaves


@pytest.mark.parametrize(
    ("day", "leaves"), [(date(2027, 1, 1), False), (date(2027, 1, 2), True), (date(2027, 2, 2), False)]
)
def test_a_quarter_is_sent_after_its_third_month(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch, day: date, leaves: bool
) -> None:
    subscribe(analyst, QUARTER)
    set_day(monkeypatch, day)
    assert bool(send()) is leaves


@pytest.mark.usefixtures("later")
def test_a_request_of_the_last_evening_that_is_not_counted_holds_it_back(
    analyst: Staff, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    pending.hold(ended=ended(asked_at=LAST_EVENING), now=NOW)
    assert send() == []
    assert not FiguresLetter.objects.exists()
    assert pending.count_ready(now=NOW + timedelta(hours=3)) == 1
    (letter,) = send(NOW + timedelta(hours=3))
    assert "1 of 1" in html_of(letter)


@pytest.mark.usefixtures("later")
def test_a_request_of_the_next_month_holds_nothing_back(
    analyst: Staff, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    # Midnight has passed in Brussels, not in Greenwich.
    pending.hold(ended=ended(asked_at=LAST_EVENING + timedelta(minutes=20)), now=NOW)
    assert len(send()) == 1


def test_one_that_cannot_be_opened_holds_it_back_until_the_purge_takes_it(
    analyst: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be of the last month; nobody knows."""
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    PendingRow.objects.create(ready_at=NOW, sealed=b"of another key" * 10)
    assert send() == []
    week = NOW + timedelta(days=7, minutes=1)
    retention.purge(now=week)
    set_day(monkeypatch, week.date())
    assert len(send(week)) == 1


def test_a_month_without_a_request_is_told_too(analyst: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    assert "No request and no question in this period." in html_of(letter)
    assert "No request and no question in this period." in str(letter.body)


def test_one_with_requests_does_not_say_so(
    analyst: Staff, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    record.request(ended=ended())
    set_day(monkeypatch, SECOND)
    subscribe(analyst, MONTH)
    (letter,) = send()
    assert "No request" not in html_of(letter)
