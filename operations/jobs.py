"""The periodic jobs of a minute and more: one table, from which the clock of a single process and Celery's schedule are both made.

A job's lease in the database says not before when it may begin: whoever comes when that moment has passed moves it, by one conditional
UPDATE, beyond the longest that the job may take, and at the end to when it is due again. So no job runs twice at once or too often, however
many look, and what died half-way is done again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F

from chat import clock
from chat.models import Lease
from indicators import shuffle
from operations import retention
from partners.time_zone import BRUSSELS
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


def shuffle_metric_rows() -> None:
    shuffle.metric_rows()


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    work: Callable[[], object]
    every_s: float | None
    """None: once every night."""

    @property
    def look_s(self) -> float:
        """How often to look whether it is due."""
        return LOOK_S if self.every_s is None else min(self.every_s, LOOK_S)

    def due_after(self, moment: datetime) -> datetime:
        """When to do it again, having done it then."""
        if self.every_s is not None:
            # A little early: whoever looks every so often must not come a moment too soon each time.
            return moment + timedelta(seconds=self.every_s - SLACK_S)
        night = datetime.combine(moment.astimezone(NIGHT.tzinfo).date(), NIGHT)
        return night if night > moment else datetime.combine(night.date() + timedelta(days=1), NIGHT)


JOBS = (
    Job("publish_due_plans", publish_due_plans, every_s=30),
    Job("purge", purge, every_s=None),
    Job("shuffle_metric_rows", shuffle_metric_rows, every_s=None),
)


def perform(job: Job, *, now: datetime) -> bool:
    """Do it, if it is due and nobody does it. Whether it was done; a fault is told by its kind only, and it is done again soon."""
    holder = secrets.token_hex(8)
    try:
        if not _claim(job, holder, now):
            return False
        try:
            job.work()
        except BaseException:
            _due(job, holder, now + timedelta(seconds=RETRY_S), failed=F("failed") + 1)
            raise
        _due(job, holder, job.due_after(now), failed=0, done_at=now)
    except Exception as fault:  # one failing job must not end the others
        log.error("a job failed", job=job.name, exc_info=fault)
        return False
    if job.every_s is None:
        log.info("a job was done", job=job.name)
    return True


def overdue(*, now: datetime) -> list[str]:
    """Jobs that should have been done a while ago: nobody seems to do them."""
    late = now - timedelta(seconds=OVERDUE_S)
    cared_for = set(Lease.objects.filter(expires_at__gt=late).values_list("name", flat=True))
    return [job.name for job in JOBS if job.name not in cared_for]


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a job, whoever does it."""

    done_at: datetime | None = None
    failed: int = 0
    """Times in a row since."""


def records() -> dict[str, Record]:
    """Of every job of the table, by name."""
    names = [job.name for job in JOBS]
    rows = Lease.objects.filter(name__in=names).values_list("name", "done_at", "failed")
    known = {name: Record(done_at, failed) for name, done_at, failed in rows}
    return {name: known.get(name, Record()) for name in names}


def _claim(job: Job, holder: str, now: datetime) -> bool:
    # Longer than a worker lets it run: when the lease is up, whoever had it has ended.
    until = now + timedelta(seconds=AT_MOST_S + 60)
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
    # Somebody else's by now, if this took longer than it may.
    Lease.objects.filter(name=job.name, holder=holder).update(holder="", expires_at=again, **noted)
