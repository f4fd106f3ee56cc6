"""Every night the rows are checked against the counters and against themselves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from indicators.codes import CounterKind, Outcome
from indicators.models import Discrepancy, MetricRow
from indicators.rows import reconciliation, record
from partners.models import Role, Staff
from tests.indicators.conftest import NINE_IN_BRUSSELS, Ended

NIGHT = datetime(2026, 11, 19, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def asked(times: int, *, at: datetime = NINE_IN_BRUSSELS) -> None:
    for _ in range(times):
        record.count(kind=CounterKind.ASKED, site="miti", language="fr", now=at)


def found() -> dict[str, tuple[int, int]]:
    return {one.check_name: (one.expected, one.found) for one in reconciliation.check(now=NIGHT)}


def test_what_adds_up_is_no_line(ended: Ended, lost: Ended) -> None:
    asked(3)
    record.request(ended=ended())
    record.request(ended=lost(Outcome.ABANDONED))
    record.request(ended=lost(Outcome.FULL))
    record.request(ended=ended(outcome=Outcome.TEST))
    assert found() == {}
    assert reconciliation.lines() == []


def test_a_request_without_a_row_is_a_line(ended: Ended) -> None:
    asked(2)
    record.request(ended=ended())
    assert found() == {"asked": (2, 1)}
    with translation.override("en"):
        assert reconciliation.lines() == ["2026-11-17: requests made: 2, counted: 1."]
    with translation.override("fr"):
        assert reconciliation.lines() == ["2026-11-17\u00a0: demandes faites\u00a0: 2, comptées\u00a0: 1."]
    record.request(ended=ended())
    assert found() == {}, "what was found is replaced"


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ("outcome", {"outcome": "forgotten"}),
        ("served_without_times", {"first_answer_s": None}),
        ("unserved_with_answer", {"outcome": Outcome.ABANDONED, "first_answer_s": None, "two_way": True}),
        ("longer_quiet", {"quiet_min": 11}),
    ],
)
def test_a_row_that_contradicts_itself_is_a_line(ended: Ended, check: str, wrong: dict[str, object]) -> None:
    asked(1)
    key = record.request(ended=ended(duration_s=600))
    MetricRow.objects.filter(pk=key).update(**wrong)
    assert found() == {check: (0, 1)}


def test_days_that_were_counted_by_earlier_rules_are_not_compared(ended: Ended) -> None:
    key = record.request(ended=ended())
    MetricRow.objects.filter(pk=key).update(version=1)
    assert found() == {}


@pytest.mark.parametrize(("days", "compared"), [(0, False), (1, False), (2, True), (8, True), (9, False)])
def test_a_day_is_compared_once_its_requests_have_ended_and_for_a_week(days: int, compared: bool) -> None:
    asked(1, at=NIGHT - timedelta(days=days))
    assert bool(found()) == compared


def test_administrators_see_the_lines(person: Callable[..., Staff], client: Client) -> None:
    Discrepancy.objects.create(day="2026-11-17", check_name="asked", expected=2, found=1)
    client.force_login(person(Role.ADMIN))
    page = client.get("/admin/", headers={"Accept-Language": "en"}).content.decode()
    assert "2026-11-17: requests made: 2, counted: 1." in page
