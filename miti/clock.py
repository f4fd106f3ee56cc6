"""The periodic jobs of a minute and more, in this process: for the set-up without a broker.

Each job is started by one process at a time, under a lease.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from chat import database
from chat.services.tick import take_lease
from miti import jobs

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every_s: float
    work: Callable[[], object]


JOBS = [
    Job("publish due plans", 30, jobs.publish_due_plans),
    Job("purge", 24 * 3600, jobs.purge),
    Job("shuffle metric rows", 24 * 3600, jobs.shuffle_metric_rows),
]


async def run() -> None:
    holder = secrets.token_hex(8)
    due = dict.fromkeys((job.name for job in JOBS), 0.0)
    while True:
        await asyncio.sleep(5)
        now = datetime.now(UTC)
        for job in JOBS:
            if now.timestamp() < due[job.name] or not await database.run(take_lease, job.name, holder, now):
                continue
            due[job.name] = now.timestamp() + job.every_s
            try:
                await database.run(job.work)
            except Exception as fault:  # one failing job must not end the others
                log.error("the job %s failed: %s", job.name, type(fault).__name__)
