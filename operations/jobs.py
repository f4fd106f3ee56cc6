"""The periodic jobs of a minute and more: one table, used by the scheduler of a single process and by Celery's schedule.

A job's lease in the database holds the moment before which it must not begin. When that moment has passed, one conditional UPDATE by the
first process that checks moves it beyond the longest time that the job may take; at the end it is moved to when the job is due again. So
no job runs twice at once or too often, however many processes check, and a job that was interrupted is done again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from chat.models import Lease
from coordination.board import alert_letters, alerting
from indicators.letters import sending
from indicators.rows import pending, reconciliation, shuffle
from indicators.sums import daily
from operations import erasing, retention
from partners import clock
from partners.time_zone import BRUSSELS
from roster import letters
from routing_rules import publishing

NIGHT = time(4, 0, tzinfo=BRUSSELS)
LOOK_S = 300.0
RETRY_S = 300.0
AT_MOST_S = 600.0
SLACK_S = 5.0
OVERDUE_S = 900.0

log = structlog.stdlib.get_logger(__name__)


def publish_due_plans() -> None:
    publishing.publish_due(now=clock.now())


def purge() -> None:
    retention.purge(now=clock.now())


def count_pending_rows() -> None:
    counted = pending.count_ready(now=clock.now())
    erasing.deleted_live_rows(many=counted > 0)


def store_daily_sums() -> None:
    daily.store_missing(now=clock.now())


def shuffle_metric_rows() -> None:
    shuffle.metric_rows()


def reconcile_figures() -> None:
    reconciliation.check(now=clock.now())


def look_for_alerts() -> None:
    alerting.look_at_all(now=clock.now())
    alert_letters.send_due(now=clock.now())


def send_roster_letters() -> None:
    letters.send_due(now=clock.now())


def send_figures_letters() -> None:
    sending.send_due(now=clock.now())


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    work: Callable[[], object]
    every_s: float | None
    """None: once every night."""
    at_most_s: float = AT_MOST_S
    retry_s: float = RETRY_S
    writes_letters: bool = False
    """It may wait for a mail server."""

    @property
    def look_s(self) -> float:
        """How often to check whether it is due."""
        return LOOK_S if self.every_s is None else min(self.every_s, LOOK_S)

    def due_after(self, moment: datetime) -> datetime:
        """When the job is due again after it was done at `moment`."""
        if self.every_s is not None:
            # A little early, so that a regular check does not always come just before the job is due.
            return moment + timedelta(seconds=self.every_s - SLACK_S)
        night = datetime.combine(moment.astimezone(NIGHT.tzinfo).date(), NIGHT)
        return night if night > moment else datetime.combine(night.date() + timedelta(days=1), NIGHT)


JOBS = (
    Job("publish_due_plans", publish_due_plans, every_s=30),
    Job("count_pending_rows", count_pending_rows, every_s=300),
    Job("store_daily_sums", store_daily_sums, every_s=300),
    Job("send_roster_letters", send_roster_letters, every_s=120, writes_letters=True),
    Job("send_figures_letters", send_figures_letters, every_s=300, writes_letters=True),
    Job("purge", purge, every_s=None),
    Job("shuffle_metric_rows", shuffle_metric_rows, every_s=None),
    Job("reconcile_figures", reconcile_figures, every_s=None),
)
WEB_JOBS = (Job("look_for_alerts", look_for_alerts, every_s=30, at_most_s=60, retry_s=30),)
"""Done by a web process in either set-up: who is there is known to the web processes alone."""


def perform(job: Job, *, now: datetime) -> bool:
    """Do the job if it is due and nobody else does it; return whether it was done. A failed job is logged and retried soon."""
    holder = secrets.token_hex(8)
    try:
        if not _claim(job, holder, now):
            return False
        try:
            job.work()
        except BaseException:
            _due(job, holder, now + timedelta(seconds=job.retry_s), failed=F("failed") + 1)
            raise
        _due(job, holder, job.due_after(now), failed=0, done_at=now)
    except Exception as fault:  # one failing job must not end the others
        log.error("a job failed", job=job.name, exc_info=fault)
        return False
    if job.every_s is None:
        log.info("a job was done", job=job.name)
    return True


def overdue(*, now: datetime) -> list[str]:
    """Jobs that are long overdue: no process seems to do them."""
    late = now - timedelta(seconds=OVERDUE_S)
    cared_for = set(Lease.objects.filter(expires_at__gt=late).values_list("name", flat=True))
    return [job.name for job in JOBS if job.name not in cared_for]


@dataclass(frozen=True, slots=True)
class Record:
    """When a job was last done and how often it failed, in whichever process."""

    done_at: datetime | None = None
    failed: int = 0
    """Failures in a row since then."""


def records() -> dict[str, Record]:
    """The record of every job, by name."""
    names = [job.name for job in (*JOBS, *WEB_JOBS)]
    rows = Lease.objects.filter(name__in=names).values_list("name", "done_at", "failed")
    known = {name: Record(done_at, failed) for name, done_at, failed in rows}
    return {name: known.get(name, Record()) for name in names}


def _claim(job: Job, holder: str, now: datetime) -> bool:
    # Longer than a worker lets the job run: when the lease expires, its holder has ended.
    until = now + timedelta(seconds=job.at_most_s + 60)
    if Lease.objects.filter(name=job.name, expires_at__lte=now).update(holder=holder, expires_at=until):
        return True
    try:
        with transaction.atomic():
            _, created = Lease.objects.get_or_create(
                name=job.name, defaults={"holder": holder, "expires_at": until}
            )
    except IntegrityError:
        return False
    return created


def _due(job: Job, holder: str, again: datetime, **noted: object) -> None:
    # If the job took longer than it may, another process holds the lease by now and nothing is updated.
    Lease.objects.filter(name=job.name, holder=holder).update(holder="", expires_at=again, **noted)
