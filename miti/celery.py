"""Celery's worker and beat, for the set-up with a broker: `python -m miti worker`, `python -m miti beat`.

A message over the broker holds a job's name and nothing else: no task has parameters or a result. So no text and no address can get into
a message, and messages need no encryption.
"""

import logging
import os
import ssl
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from celery import Celery, bootsteps  # noqa: E402  # everything below needs Django to be set up
from celery.beat import Scheduler  # noqa: E402
from celery.signals import setup_logging  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402

from operations import jobs, liveness, processes  # noqa: E402
from partners import clock  # noqa: E402

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
STALE_S = 3_600


def broker(url: str) -> str:
    """The broker's address in Celery's form."""
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


app = Celery("miti", broker=broker(settings.ENV.redis_url))
app.conf.update(
    task_serializer="json",
    event_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    result_accept_content=["json"],
    task_ignore_result=True,
    task_default_queue="jobs",
    worker_concurrency=1,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=1_000,
    # Anybody who reaches the broker could send commands to workers.
    worker_enable_remote_control=False,
    # Has no effect on jobs that are acknowledged when they begin; if unset, Celery warns at every outage.
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "global_keyprefix": f"{settings.ENV.redis_prefix}:jobs:",
        "socket_connect_timeout": 2,
    },
    # Without this, Celery would accept any certificate.
    broker_use_ssl={"ssl_cert_reqs": ssl.CERT_REQUIRED}
    if settings.ENV.redis_url.startswith("rediss")
    else None,
    beat_scheduler="miti.celery:InMemoryScheduler",
    beat_max_loop_interval=liveness.EVERY_S,
    beat_schedule={
        job.name: {
            "task": f"miti.{job.name}",
            "schedule": job.look_s,
            # Messages that waited while no worker ran are stale. The time is generous: it compares the clocks of two hosts.
            "options": {"expires": STALE_S},
            # Send it at once: the database knows when the job was done last.
            "last_run_at": LONG_AGO,
        }
        for job in jobs.JOBS
    },
)


def _task(job: jobs.Job) -> None:
    @app.task(name=f"miti.{job.name}", time_limit=jobs.AT_MOST_S)  # type: ignore[untyped-decorator]  # celery has no types
    def task() -> None:
        # A worker has no tick that would set its clock. Without a database it can do no job either.
        with suppress(DatabaseError):
            clock.set_by_database()
        jobs.perform(job, now=clock.now())


for _job in jobs.JOBS:
    _task(_job)


def note(kind: str) -> None:
    """For the operator's page. No connection stays: a child that is forked would share it."""
    with suppress(DatabaseError):
        clock.set_by_database()
    processes.note(kind)
    connection.close()


class InMemoryScheduler(Scheduler):  # type: ignore[misc]  # celery has no types
    """Keeps nothing on disk: the database knows when each job was done last, and beat's folder may be read-only."""

    _noted_at = -processes.EVERY_S

    def tick(self, *args: Any, **kwargs: Any) -> float:
        liveness.touch("beat")
        if time.monotonic() - self._noted_at >= processes.EVERY_S:
            self._noted_at = time.monotonic()
            note("beat")
        return float(super().tick(*args, **kwargs))


class LivenessStep(bootsteps.StartStopStep):  # type: ignore[misc]  # celery has no types
    requires = {"celery.worker.components:Timer"}

    def __init__(self, worker: Any, **_: Any) -> None:
        self._timers: list[Any] = []

    def start(self, worker: Any) -> None:
        liveness.touch("worker")
        note("worker")
        every = worker.timer.call_repeatedly
        self._timers = [
            every(liveness.EVERY_S, liveness.touch, ("worker",)),
            every(processes.EVERY_S, note, ("worker",)),
        ]

    def stop(self, worker: Any) -> None:
        for timer in self._timers:
            timer.cancel()


app.steps["worker"].add(LivenessStep)


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery has no types
def _leave_logging_alone(**_: Any) -> None:
    """Keep the logging of our settings; Celery would log every message."""
    logging.getLogger("celery").setLevel(logging.WARNING)


def start(which: str) -> None:
    """Run until stopped; a worker finishes its present job first."""
    if settings.EMBEDDED:
        sys.exit(f"Miti's {which} needs REDIS_URL. Without it, the one web process does the jobs itself.")
    quiet = {
        "worker": ["--pool=prefork", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        "beat": [],
    }
    sys.exit(app.start(["--quiet", which, *quiet[which]]))
