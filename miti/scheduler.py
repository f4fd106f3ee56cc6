"""The periodic jobs in a web process: it does them itself without a broker; with one it checks that a worker does them."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog
from django.db import DatabaseError

from chat import clock, database
from operations import jobs, processes

SOON_S = 5.0
WATCH_S = 300.0

log = structlog.stdlib.get_logger(__name__)


async def run() -> None:
    """Do the jobs in this process, for the set-up without a broker."""
    await _beside(_do())


async def watch() -> None:
    """Log a warning when no worker does them: visitors and counsellors would not notice."""
    await _beside(_watch())


async def _beside(work: Coroutine[Any, Any, None]) -> None:
    """This work, while it is noted that this process runs."""
    async with asyncio.TaskGroup() as both:
        both.create_task(work)
        both.create_task(_keep_noting())


async def _keep_noting() -> None:
    while True:
        await database.run(processes.note, "web")
        await asyncio.sleep(processes.EVERY_S)


async def _do() -> None:
    look_at = dict.fromkeys(jobs.JOBS, 0.0)
    while True:
        await asyncio.sleep(SOON_S)
        for job in jobs.JOBS:
            if time.monotonic() >= look_at[job]:
                look_at[job] = time.monotonic() + job.look_s
                await database.run(jobs.perform, job, now=clock.now())


async def _watch() -> None:
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            overdue = await database.run(jobs.overdue, now=clock.now())
        except DatabaseError:
            continue
        if overdue:
            log.warning("nobody does these jobs, are worker and beat running?", jobs=sorted(overdue))
