"""The periodic jobs in a web process: it does them itself without a broker; with one it checks that a worker does them."""

import asyncio
import time
from collections.abc import Sequence

import structlog
from channels.db import database_sync_to_async
from django.db import DatabaseError

from chat import clock, database
from operations import jobs

SOON_S = 5.0
WATCH_S = 300.0

log = structlog.stdlib.get_logger(__name__)


async def run() -> None:
    """Do the jobs in this process, for the set-up without a broker."""
    letters = [job for job in jobs.JOBS if job.writes_letters]
    await asyncio.gather(_quick_jobs(), _in_threads(letters), _in_threads(jobs.WEB_JOBS))


async def _quick_jobs() -> None:
    quick = [job for job in jobs.JOBS if not job.writes_letters]
    look_at = dict.fromkeys(quick, 0.0)
    while True:
        await asyncio.sleep(SOON_S)
        for job in quick:
            if time.monotonic() >= look_at[job]:
                look_at[job] = time.monotonic() + job.look_s
                await database.run(jobs.perform, job, now=clock.now())


async def watch() -> None:
    """Do the jobs of web processes, and log a warning when no worker does the others: visitors and counsellors would not notice."""
    await asyncio.gather(_overdue(), _in_threads(jobs.WEB_JOBS))


async def _in_threads(some: Sequence[jobs.Job]) -> None:
    """In threads of their own: they write letters, and sockets must not wait for a mail server."""
    while True:
        await asyncio.sleep(SOON_S)
        for job in some:
            await database_sync_to_async(jobs.perform, thread_sensitive=False)(job, now=clock.now())


async def _overdue() -> None:
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            overdue = await database.run(jobs.overdue, now=clock.now())
        except DatabaseError:
            continue
        if overdue:
            log.warning("nobody does these jobs, are worker and beat running?", jobs=sorted(overdue))
