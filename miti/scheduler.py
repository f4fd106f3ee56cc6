"""The periodic jobs in a web process: it does them itself without a broker; with one it checks that a worker does them."""

import asyncio
import time

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
    await asyncio.gather(_all_jobs(), _web_jobs())


async def _all_jobs() -> None:
    look_at = dict.fromkeys(jobs.JOBS, 0.0)
    while True:
        await asyncio.sleep(SOON_S)
        for job in jobs.JOBS:
            if time.monotonic() >= look_at[job]:
                look_at[job] = time.monotonic() + job.look_s
                await database.run(jobs.perform, job, now=clock.now())


async def watch() -> None:
    """Do the jobs of web processes, and log a warning when no worker does the others: visitors and counsellors would not notice."""
    await asyncio.gather(_overdue(), _web_jobs())


async def _web_jobs() -> None:
    """In threads of their own: they write letters, and sockets must not wait for a mail server."""
    while True:
        await asyncio.sleep(SOON_S)
        for job in jobs.WEB_JOBS:
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
