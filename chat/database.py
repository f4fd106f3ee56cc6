"""The one way from a socket to the database: a thread of a small pool, never the event loop.

Channels' own helper would send every query of every socket through one shared thread, where a slow one stalls them all.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connections

from chat.meter import meter
from partners.database_time_limits import STATEMENT_S, database_time_limits

P = ParamSpec("P")
R = TypeVar("R")
Asked = TypeVar("Asked")

THREADS = 4
KNOWN_GOOD_S = 1.0
_this_thread = threading.local()
_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")


async def run(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do this work, which may use the ORM, in a thread with a healthy connection."""
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _pool, partial(_with_connection, work, *args, **kwargs)
        )
    except DatabaseError:
        meter.database_errors += 1
        raise


def in_thread(work: Callable[[Asked], R]) -> Callable[[Asked], Awaitable[R]]:
    """The same work as a coroutine function, run in a thread of the pool."""

    async def awaited(asked: Asked) -> R:
        return await run(work, asked)

    return awaited


def _with_connection(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        with database_time_limits(statement_s=STATEMENT_S):
            _have_a_good_connection()
            return work(*args, **kwargs)
    except InterfaceError as fault:
        # The connection broke a moment ago and is used once more. For callers it is the same fault: the database does not answer.
        raise OperationalError(*fault.args) from fault


def _have_a_good_connection() -> None:
    """Check the connection once a second, and after each fault. Django would check it before each piece of work, which often is a single
    query itself."""
    now = time.monotonic()
    doubtful = any(one.errors_occurred for one in connections.all(initialized_only=True))
    if doubtful or now - getattr(_this_thread, "asked_at", 0.0) >= KNOWN_GOOD_S:
        _this_thread.asked_at = now
        close_old_connections()
