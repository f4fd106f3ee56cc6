"""`python -m benchmarks.day`: a day of ten times today's demand on PostgreSQL and Redis, with two processes.

Today some 35 people ask an hour, on ten hours of a day. Here 350 do, 150 counsellors of 1,500 accounts are on duty, and a minute takes a
second (SPEED=60). Ten minutes; SHORT=1 plays half an hour of that day. It ends with 1 when something was lost, or when work queued up.
"""

import asyncio
import math
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
import psycopg
import uvloop
from redis.asyncio import Redis

from benchmarks import asked
from benchmarks.day.people import Day, Desks, Visitor
from benchmarks.relay.servers import MeasuredServer
from benchmarks.relay.stage import Stage, fill

ACCOUNTS, ON_DUTY, HOURS, AN_HOUR = 1_500, 150, 10, 350
MEDIAN_MIN, SPREAD, LONGEST_MIN = 12.0, 0.6, 45.0
"""Of a conversation's length, which is lognormal."""
JOBS = "miti:jobs:jobs"
MOST_LATE_S = 2.0
"""A status that takes longer to come has waited behind other work."""


@dataclass
class Watch:
    """What was seen beside, once a second."""

    answers_s: list[float] = field(default_factory=list)
    most_jobs: int = 0
    cores: float = 0.0


async def play(stage: Stage, hours: float, speed: float) -> tuple[Day, Watch, int, int]:
    dice = Random(20_261_129)
    stores = stage.stores()
    candidate = stage.candidates.miti(stores, processes=2, command=("miti", "serve"))
    _say(f"making {ACCOUNTS} accounts")
    ready = fill(candidate, 0, free=ON_DUTY, others=ACCOUNTS - ON_DUTY).ready
    stage.start(candidate)
    day = Day()
    desks = Desks(day, dice, speed)
    _say(f"{ON_DUTY} consoles")
    await desks.open(candidate, ready)
    watch = Watch()
    beside = [
        asyncio.create_task(_watch(candidate, stores["REDIS_URL"], watch)),
        asyncio.create_task(desks.touch()),
    ]
    cpu, began = candidate.cpu_s(), time.perf_counter()
    people: list[asyncio.Task[None]] = []
    at_h = 0.0
    while (at_h := at_h + dice.expovariate(AN_HOUR)) < hours:
        await asyncio.sleep(max(0.0, began + at_h * 3600 / speed - time.perf_counter()))
        minutes = min(LONGEST_MIN, dice.lognormvariate(math.log(MEDIAN_MIN), SPREAD))
        people.append(asyncio.create_task(Visitor(day, desks, dice, speed).live(candidate, minutes)))
        if len(people) % 50 == 0:
            _say(
                f"{int(at_h):2}:{int(at_h % 1 * 60):02}  {day.asked} asked, {day.talking} talk, {day.said} messages"
            )
    await asyncio.gather(*people)
    watch.cores = (candidate.cpu_s() - cpu) / (time.perf_counter() - began)
    for task in beside:
        task.cancel()
    await asyncio.sleep(3)
    if desks.lost:
        day.faults["consoles lost their connection"] = desks.lost
    open_rows, counted = await asyncio.to_thread(_rows, stores["DATABASE_URL"])
    desks.cut()
    return day, watch, open_rows, counted


async def _watch(candidate: MeasuredServer, redis_url: str, watch: Watch) -> None:
    async with httpx.AsyncClient(timeout=60) as browser, Redis.from_url(redis_url) as redis:
        while True:
            for process in candidate.processes:
                began = time.perf_counter()
                await browser.get(f"{process.url}/health/ready")
                watch.answers_s.append(time.perf_counter() - began)
            watch.most_jobs = max(watch.most_jobs, int(await redis.llen(JOBS)))
            await asyncio.sleep(1)


def _rows(database: str) -> tuple[int, int]:
    """Conversations that are still open, and requests that ended."""
    with psycopg.connect(database) as connection:
        (found,) = connection.execute(
            """SELECT (SELECT count(*) FROM chat_conversation),
                      (SELECT count(*) FROM indicators_pendingrow) + (SELECT count(*) FROM indicators_metricrow)"""
        ).fetchall()
    return int(found[0]), int(found[1])


def _tell(day: Day, watch: Watch, open_rows: int, counted: int) -> bool:
    """Print the table. True if all was well."""
    ended = sum(day.outcomes.values())
    wrong = {
        "messages lost": day.lost,
        "messages doubled": day.doubled,
        "requests without an end": day.asked - ended,
        "conversations left open": open_rows,
        "requests not counted": day.asked - counted,
        "answers that waited": sum(one > MOST_LATE_S for one in watch.answers_s),
        **day.faults,
    }
    rows = {
        "asked": day.asked,
        "ended": ", ".join(f"{name} {number}" for name, number in sorted(day.outcomes.items())),
        "most conversations at once": day.most_talking,
        "messages": day.said,
        "to the other end, ms, p50 / p95": _percentiles(day.waits_s),
        "asked to joined, ms, p50 / p95": _percentiles(day.joins_s),
        "health page, ms, p50 / p95": _percentiles(watch.answers_s),
        "most jobs in the queue": watch.most_jobs,
        "cores of both processes": f"{watch.cores:.2f}",
        **wrong,
    }
    print("| | |\n| --- | --- |\n" + "\n".join(f"| {name} | {value} |" for name, value in rows.items()))
    return not any(wrong.values())


def _percentiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        " / ".join(f"{ordered[len(ordered) * part // 100] * 1000:.0f}" for part in (50, 95))
        if ordered
        else "-"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    speed = asked.number("SPEED", 60)
    hours = 0.5 if asked.one_of("SHORT", ["0", "1"]) == "1" else HOURS
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        played = uvloop.run(play(Stage(Path(folder), stack), hours, speed))
        return 0 if _tell(*played) else 1


if __name__ == "__main__":
    sys.exit(main())
