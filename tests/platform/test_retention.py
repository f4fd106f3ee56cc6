"""Nothing is kept longer than was said; a dry run says what would go and touches nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from coordination.models import AlertLetter, AlertNotice, AlertWatch, WhatIfRun
from indicators.models import (
    Capacity,
    Counter,
    DailySums,
    Discrepancy,
    DutyPeriod,
    FiguresLetter,
    MetricRow,
    OnDuty,
    PendingRow,
    SkilledOnDuty,
)
from operations import jobs, retention
from partners.models import AuditEntry, Staff
from roster.models import Absence, Assignment, RosterLetter, RosterNotice, Shift
from routing_rules import people
from routing_rules.models import Counsellor, Pool

NOW = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def one_of_each(at: datetime) -> None:
    """A row of each kind of which the age is counted, from this moment."""
    day = at.date()
    MetricRow.objects.create(day=day, slot=1, plan_number=1, outcome="served")
    PendingRow.objects.create(ready_at=at, sealed=b"what nobody can open any more")
    Counter.objects.create(day=day, slot=1, kind="opened")
    Capacity.objects.create(day=day, slot=1, pool="cefo")
    OnDuty.objects.create(day=day, pool="cefo", people=3)
    SkilledOnDuty.objects.create(day=day, pool="cefo", skill="language", code="nl")
    DailySums.objects.create(day=day, part="time", packed=b"sums")
    DutyPeriod.objects.create(day=day, quarter=1, pool="cefo")
    Discrepancy.objects.create(day=day, check_name="asked", expected=1, found=0)
    keeper = Staff.objects.create(username=f"here-{day}")
    pool = Pool.objects.get_or_create(slug="cefo")[0]
    skills = Counsellor.objects.create(staff=keeper)
    stretch = {"pool": pool, "date": day, "start_minute": 540, "end_minute": 720}
    shift = Shift.objects.create(**stretch)
    Assignment.objects.create(shift=shift, counsellor=skills, assigned_at=at)
    Absence.objects.create(counsellor=skills, first_day=day, last_day=day)
    letter = RosterLetter.objects.create(person=keeper, kind="shift_changed", day=day, until=at)
    RosterNotice.objects.create(person=keeper, kind="assigned", created_at=at, letter=letter, **stretch)
    AlertWatch.objects.create(kind="long_wait", team=f"team-{day}", seen=at.timestamp())
    WhatIfRun.objects.create(owner=keeper, question={}, asked_at=at, seen_at=at)
    AlertNotice.objects.create(person=keeper, kind="long_wait", began_at=at, ended_at=at)
    AlertLetter.objects.create(person=keeper, kind="alert", until=at)
    FiguresLetter.objects.create(person=keeper, kind="figures_month", first=at.date(), until=at)
    entry = AuditEntry.objects.create(action="signed_in")
    AuditEntry.objects.filter(pk=entry.pk).update(at=at)
    person = Staff.objects.create(username=f"gone-{day}", is_active=False, left_at=at)
    log = LogEntry.objects.create(user=keeper, action_flag=CHANGE, object_repr=person.username)
    LogEntry.objects.filter(pk=log.pk).update(action_time=at)
    Session.objects.create(session_key=f"s{day}", session_data="", expire_date=at)


def left() -> dict[str, int]:
    return {
        "metric rows": MetricRow.objects.count(),
        "pending rows": PendingRow.objects.count(),
        "counters": Counter.objects.count(),
        "capacity": Capacity.objects.count(),
        "people on duty": OnDuty.objects.count(),
        "skills on duty": SkilledOnDuty.objects.count(),
        "daily sums": DailySums.objects.count(),
        "duty periods": DutyPeriod.objects.count(),
        "discrepancies": Discrepancy.objects.count(),
        "shifts": Assignment.objects.count(),
        "absences": Absence.objects.count(),
        "letters about shifts": RosterLetter.objects.count(),
        "notices about shifts": RosterNotice.objects.count(),
        "alerts": AlertWatch.objects.count(),
        "questions to the what-if": WhatIfRun.objects.count(),
        "notices about alerts": AlertNotice.objects.count(),
        "letters about alerts": AlertLetter.objects.count(),
        "letters with figures": FiguresLetter.objects.count(),
        "audit log": AuditEntry.objects.count(),
        "log of the accounts' pages": LogEntry.objects.count(),
        "accounts of people who left": Staff.objects.filter(is_active=False).count(),
        "sessions": Session.objects.count(),
    }


def test_what_is_too_old_is_deleted_and_the_rest_stays() -> None:
    one_of_each(NOW - 760 * DAY)
    one_of_each(NOW + DAY)
    gone = retention.purge(now=NOW)
    assert gone == dict.fromkeys(left(), 1)
    assert left() == dict.fromkeys(left(), 1)


def test_a_dry_run_counts_and_keeps_everything() -> None:
    one_of_each(NOW - 760 * DAY)
    before = left()
    assert retention.purge(now=NOW, dry_run=True) == before
    assert left() == before


def test_each_kind_has_its_own_time() -> None:
    """Two years for figures, one for the log, a month for accounts: a year and a bit is between them."""
    one_of_each(NOW - 400 * DAY)
    gone = retention.purge(now=NOW)
    assert gone["metric rows"] == gone["counters"] == gone["capacity"] == 0
    assert gone["audit log"] == gone["log of the accounts' pages"] == 1
    assert gone["accounts of people who left"] == 1


def test_the_times_are_settings(settings: Settings) -> None:
    one_of_each(NOW - 400 * DAY)
    settings.ENV = settings.ENV.model_copy(
        update={"metric_rows_months": 12, "audit_log_months": 24, "left_staff_days": 1_000}
    )
    gone = retention.purge(now=NOW, dry_run=True)
    assert gone["metric rows"] == 1
    assert gone["audit log"] == gone["accounts of people who left"] == 0


def test_an_account_that_is_in_use_never_goes() -> None:
    Staff.objects.create(username="long.absent", last_login=NOW - 4_000 * DAY)
    retention.purge(now=NOW)
    assert Staff.objects.filter(username="long.absent").exists()


def test_an_accounts_retention_begins_when_it_is_disabled() -> None:
    person = Staff.objects.create(username="long.absent", last_login=NOW - 4_000 * DAY)
    person.is_active = False
    person.save()
    today = timezone.now()
    retention.purge(now=today)
    assert Staff.objects.filter(pk=person.pk).exists()
    retention.purge(now=today + 32 * DAY)
    assert not Staff.objects.filter(pk=person.pk).exists()


def test_an_account_that_was_enabled_again_is_kept() -> None:
    person = Staff.objects.create(username="back", is_active=False, left_at=NOW - 10 * DAY)
    people.reactivate(actor=Staff.objects.create(username="coordinator"), person=person)
    person.refresh_from_db()
    assert person.left_at is None
    people.deactivate(actor=Staff.objects.create(username="another"), person=person)
    retention.purge(now=timezone.now() + 20 * DAY)
    assert Staff.objects.filter(pk=person.pk).exists()


def test_what_somebody_did_outlives_their_account_without_their_name() -> None:
    person = Staff.objects.create(username="gone", is_active=False, left_at=NOW - 100 * DAY)
    entry = AuditEntry.objects.create(actor=person, action="plan.published", subject="plan 4")
    AuditEntry.objects.filter(pk=entry.pk).update(at=NOW - 50 * DAY)
    retention.purge(now=NOW)
    entry.refresh_from_db()
    assert entry.actor is None
    assert entry.action == "plan.published"


def test_the_command_says_how_many_of_each_and_a_dry_run_only_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    long_ago = datetime.now(UTC) - 1_000 * DAY
    one_of_each(long_ago)
    call_command("purge", "--dry-run")
    told = capsys.readouterr().out
    assert "1 metric rows" in told
    assert left()["metric rows"] == 1
    call_command("purge")
    assert capsys.readouterr().out == told
    assert left()["metric rows"] == 0


def test_the_nightly_job_is_the_same_purge() -> None:
    one_of_each(datetime.now(UTC) - 1_000 * DAY)
    jobs.purge()
    assert set(left().values()) == {0}
