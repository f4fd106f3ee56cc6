"""What runs in a web process beside its connections: wake-ups, heartbeats, the tick, and the periodic jobs or a check of the workers."""

import asyncio
import gc
import secrets
import time
import urllib.parse
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError

from chat import addresses, database, runtime, wakeup_listener
from chat.faults import Unreachable
from chat.meter import meter
from chat.services.tick import Tick
from operations import certificate, liveness, logs, processes
from partners import clock
from partners.fault_kinds import kind_of
from server import memory
from server.memory import MemoryRelease

BEAT_S = 1.0
FAREWELL_S = 0.3
BEGIN_AGAIN_S = 1.0
SEARCH_AFTER = (10_000, 20, 20)
"""Thresholds of the garbage collector: new objects before a collection, and collections of a generation before one of the next."""
FORGET_EVERY_S = 60.0
"""A request that failed is part of a cycle of references with its address and words: only a whole collection frees it. With the thresholds
above a quiet process would keep it for hours."""

log = structlog.stdlib.get_logger(__name__)


class Lifespan:
    """Starts the background work when the server starts, and closes every socket when it stops."""

    def __init__(self, jobs: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._jobs = jobs
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await _set_clock()
                _tune_garbage_collection()
                self.start()
                liveness.touch("web")
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def start(self) -> None:
        """Start the background work, once."""
        if self._tasks:
            return
        logs.catch_the_rest()
        work = [
            wakeup_listener.listen,
            heartbeat,
            tick,
            addresses.keep_counting,
            forget,
            certificate.watch,
            self._jobs,
        ]
        if (beside := runtime.running().beside) is not None:
            work.append(beside)
        self._tasks = [asyncio.create_task(keep_up(each)) for each in work]

    async def _stop(self) -> None:
        for socket in list(runtime.hub().sockets):
            socket.stop()
        await asyncio.sleep(FAREWELL_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await database.run(processes.leave)


async def keep_up(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Restart this work when a fault ends it: the process would serve on without it, and nobody would know why nothing moves."""
    while True:
        try:
            return await work()
        except Exception as fault:
            log.error("what runs beside the connections was interrupted", exc_info=fault)
            await asyncio.sleep(BEGIN_AGAIN_S)


def _tune_garbage_collection() -> None:
    """Exempt what was loaded at the start, which stays for good, and collect the rest seldom: no socket is served during a collection, and
    1,500 conversations are 350,000 objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEARCH_AFTER)


async def _set_clock() -> None:
    try:
        await database.run(clock.set_by_database)
    except DatabaseError as fault:
        # The first tick that reaches the database does it.
        log.warning("the time could not be asked", fault=kind_of(fault))


async def heartbeat() -> None:
    """Call each socket's heartbeat: one timer for all of them."""
    memory_release = MemoryRelease(memory.release)
    while True:
        await asyncio.sleep(BEAT_S)
        now = time.monotonic()
        for socket in list(runtime.hub().sockets):
            socket.heartbeat(now)
        memory_release.look(len(runtime.hub().sockets), now=now)


async def forget() -> None:
    """Free what no longer leads anywhere."""
    while True:
        await asyncio.sleep(FORGET_EVERY_S)
        # The standard library keeps the last addresses of pages that it split.
        urllib.parse.clear_cache()  # type: ignore[attr-defined]  # typeshed does not know it
        gc.collect()


async def tick() -> None:
    ticking = Tick(holder=secrets.token_hex(8))
    due = time.monotonic()
    while True:
        began = time.monotonic()
        meter.tick_lag.add(began - due)
        try:
            await database.run(clock.set_by_database)
            if await ticking.run(now=clock.now()):
                meter.tick_led_at = clock.seconds()
                meter.tick.add(time.monotonic() - began)
        except DatabaseError as fault:
            log.warning("the database failed a tick", fault=kind_of(fault))
        except Unreachable as fault:
            log.warning("Redis failed a tick", fault=kind_of(fault))
        except Exception as fault:
            # Without ticks every offer would ring for ever: log the fault and continue with the next tick.
            log.error("a tick failed", exc_info=fault)
        due = began + settings.ENV.tick_s
        await asyncio.sleep(max(0.0, due - time.monotonic()))
