"""How long each kind of row is kept, and the purge that deletes the rest."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet

from coordination.models import AlertLetter, AlertNotice, AlertWatch, WhatIfRun
from coordination.what_if import runs
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
from indicators.periods import MONTH
from partners.models import AuditEntry, Staff
from roster.models import Absence, RosterLetter, RosterNotice, Shift

UNREADABLE = timedelta(days=7)
ROSTER = timedelta(days=60)
DUTY_MONTHS = 13
UNWATCHED = timedelta(days=1)
NEVER_OVER = timedelta(days=7)


def overdue(*, now: datetime) -> dict[str, "QuerySet[Model]"]:
    """The rows that must be deleted, by name of their kind."""
    rows_before = (now - settings.ENV.metric_rows_months * MONTH).date()
    audit_before = now - settings.ENV.audit_log_months * MONTH
    planned_before = (now - ROSTER).date()
    left_before = now - timedelta(days=settings.ENV.left_staff_days)
    return {
        "metric rows": MetricRow.objects.filter(day__lt=rows_before),
        # Counted within hours; what is left could not be opened.
        "pending rows": PendingRow.objects.filter(ready_at__lt=now - UNREADABLE),
        "counters": Counter.objects.filter(day__lt=rows_before),
        "capacity": Capacity.objects.filter(day__lt=rows_before),
        "people on duty": OnDuty.objects.filter(day__lt=rows_before),
        "skills on duty": SkilledOnDuty.objects.filter(day__lt=rows_before),
        "daily sums": DailySums.objects.filter(day__lt=rows_before),
        "duty periods": DutyPeriod.objects.filter(day__lt=(now - DUTY_MONTHS * MONTH).date()),
        "discrepancies": Discrepancy.objects.filter(day__lt=rows_before),
        # With who was on them.
        "shifts": Shift.objects.filter(date__lt=planned_before),
        "absences": Absence.objects.filter(last_day__lt=planned_before),
        "letters about shifts": RosterLetter.objects.filter(day__lt=planned_before),
        "notices about shifts": RosterNotice.objects.filter(date__lt=planned_before),
        "alerts": AlertWatch.objects.filter(seen__lt=(now - UNWATCHED).timestamp()),
        "questions to the what-if": WhatIfRun.objects.filter(asked_at__lt=now - runs.KEPT),
        "notices about alerts": AlertNotice.objects.filter(
            Q(ended_at__lt=now - UNWATCHED) | Q(began_at__lt=now - NEVER_OVER)
        ),
        "letters about alerts": AlertLetter.objects.filter(until__lt=now - UNWATCHED),
        "letters with figures": FiguresLetter.objects.filter(until__lt=now - UNWATCHED),
        "audit log": AuditEntry.objects.filter(at__lt=audit_before),
        "log of the accounts' pages": LogEntry.objects.filter(action_time__lt=audit_before),
        "accounts of people who left": Staff.objects.filter(is_active=False, left_at__lt=left_before),
        "sessions": Session.objects.filter(expire_date__lt=now),
    }


def purge(*, now: datetime, dry_run: bool = False) -> dict[str, int]:
    """Delete what is overdue; return the number of rows of each kind (a dry run only counts)."""
    counts = {}
    for name, rows in overdue(now=now).items():
        counts[name] = rows.count()
        if not dry_run:
            rows.delete()
    return counts
