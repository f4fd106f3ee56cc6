"""A demo has two invented years of figures, made once and in the background, which add up and say that they are invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

import demo.build
from coordination.what_if import ledger, past
from demo import figures
from indicators.codes import COUNTED
from indicators.models import Counter, DailySums, Discrepancy, MetricRow, SkilledOnDuty
from indicators.rows import reconciliation
from indicators.sums import daily
from miti import launcher
from partners.models import Role, Staff

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PAGES = ("", "all/", "trend/", "compare/", "heat/", "profiles/", "releases/", "definitions/")


@pytest.fixture
def in_a_demo(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENV = settings.ENV.model_copy(update={"demo": True})
    monkeypatch.setattr("demo.figures.kept_since", lambda today: date(2026, 5, 15))
    demo.build.ensure()


@pytest.mark.usefixtures("in_a_demo")
def test_the_figures_are_made_once_and_add_up() -> None:
    written = figures.ensure(NOW)
    rows = MetricRow.objects.all()
    assert written == rows.count() > 500
    assert rows.order_by("day")[0].day >= date(2026, 6, 1)
    assert rows.latest("day").day < NOW.date()
    assert set(rows.values_list("outcome", flat=True)) == {outcome.value for outcome in COUNTED}
    assert DailySums.objects.exists()
    months = {(row.day.year, row.day.month) for row in rows}
    assert len(set(SkilledOnDuty.objects.values_list("day", flat=True))) == len(months)
    assert Counter.objects.filter(kind="opened_closed").exists()
    found = past.load(now=NOW, months=3)
    assert found.observed.rings, "the what-if can replay its past"
    (entry,) = ledger.entries(today=NOW.date())
    assert entry.came is not None
    reconciliation.check(now=NOW)
    assert not Discrepancy.objects.exists()
    assert figures.ensure(NOW) == 0
    assert MetricRow.objects.count() == written


@pytest.mark.usefixtures("in_a_demo")
def test_the_periodic_job_may_run_while_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """It stores days as empty whose requests are written a moment later."""
    month, written = figures._month, []

    def then_the_job(*of: Any, **about: Any) -> int:
        written.append(month(*of, **about))
        if len(written) == 2:
            daily.store_missing(now=NOW)
        return written[-1]

    monkeypatch.setattr(figures, "_month", then_the_job)
    figures.ensure(NOW)
    assert len(written) > 4
    assert sum(n or 0 for n in daily.stored_requests().values()) == sum(written) == MetricRow.objects.count()
    reconciliation.check(now=NOW)
    assert not Discrepancy.objects.exists()


@pytest.mark.usefixtures("in_a_demo")
def test_every_page_is_full_and_says_that_it_is_invented(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("demo_figures")
    assert MetricRow.objects.exists()
    monkeypatch.setattr("indicators.current_day.today", lambda: NOW.date())
    client.force_login(Staff.objects.create(username="somebody-who-reads", role=Role.ANALYST))
    for page in PAGES:
        html = client.get(f"/indicators/{page}", headers={"Accept-Language": "en"}).content.decode()
        assert "its figures of the past are invented" in html, page
        assert "No request" not in html, page
    html = client.get("/indicators/profiles/", headers={"Accept-Language": "en"}).content.decode()
    assert 'id="crossing-theme"' in html


@pytest.mark.django_db
def test_where_it_is_no_demo_nothing_is_invented_and_nothing_is_said(client: Client) -> None:
    assert figures.ensure(NOW) == 0
    assert not MetricRow.objects.exists()
    client.force_login(Staff.objects.create(username="somebody-who-reads", role=Role.ANALYST))
    assert b"data-invented" not in client.get("/indicators/").content


@pytest.mark.usefixtures("in_a_demo")
def test_rows_that_are_there_already_are_left_alone() -> None:
    MetricRow.objects.create(day=NOW.date() - timedelta(days=60), slot=18, plan_number=1, outcome="served")
    assert figures.ensure(NOW) == 0
    assert MetricRow.objects.count() == 1


@pytest.mark.parametrize(("demo", "wished", "begun"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_only_a_demo_begins_it_beside_the_server(
    settings: Any, monkeypatch: pytest.MonkeyPatch, demo: bool, wished: bool, begun: int
) -> None:
    settings.ENV = settings.ENV.model_copy(update={"demo": demo, "demo_figures": wished})
    commands: list[list[str]] = []
    monkeypatch.setattr("subprocess.Popen", lambda command, **_: commands.append(command))
    launcher.invent_figures()
    assert [command[-1] for command in commands] == ["demo_figures"] * begun
