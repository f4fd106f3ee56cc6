"""The periodic jobs in a web process: it does them itself without a broker; with one it checks that a worker does them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from chat import database
from operations import jobs, processes
from operations.jobs import Job
from partners import clock
from partners.database_time_limits import database_time_limits

SOON_S = 5.0
WATCH_S = 300.0

log = structlog.stdlib.get_logger(__name__)


async def run() -> None:
    """Do the jobs in this process, for the set-up without a broker."""
    quick = [job for job in jobs.JOBS if not job.writes_letters]
    letters = [job for job in jobs.JOBS if job.writes_letters]
    await asyncio.gather(
        _perform(quick, _in_the_pool), _in_threads(letters), _in_threads(jobs.WEB_JOBS), _keep_noting()
    )


async def _in_the_pool(job: Job, *, now: datetime) -> bool:
    return await database.run(_perform_without_limits, job, now=now)


def _perform_without_limits(job: Job, *, now: datetime) -> bool:
    with database_time_limits():
        return jobs.perform(job, now=now)


async def watch() -> None:
    """Do the jobs of web processes, and log a warning when no worker does the others: visitors and counsellors would not notice."""
    await asyncio.gather(_overdue(), _in_threads(jobs.WEB_JOBS), _keep_noting())


async def _keep_noting() -> None:
    while True:
        await database.run(processes.note, "web")
        await asyncio.sleep(processes.EVERY_S)


async def _in_threads(which: Iterable[Job]) -> None:
    # Of their own: they write letters, and sockets must not wait for a mail server.
    await _perform(which, database_sync_to_async(jobs.perform, thread_sensitive=False))


async def _perform(which: Iterable[Job], perform: Callable[..., Awaitable[bool]]) -> None:
    look_at = dict.fromkeys(which, 0.0)
    while True:
        await asyncio.sleep(SOON_S)
        for job in look_at:
            if time.monotonic() >= look_at[job]:
                look_at[job] = time.monotonic() + job.look_s
                await perform(job, now=clock.now())


async def _overdue() -> None:
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            overdue = await database.run(jobs.overdue, now=clock.now())
        except DatabaseError:
            continue
        if overdue:
            log.warning("nobody does these jobs, are worker and beat running?", jobs=sorted(overdue))
