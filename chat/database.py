"""The one way from a socket to the database: a thread of a small pool, never the event loop.

Channels' own helper would send every query of every socket through one shared thread, where a slow one stalls them all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections

from chat.meter import meter

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 4
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


def _with_connection(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return work(*args, **kwargs)
    except InterfaceError as fault:
        # A connection that broke a moment ago and is asked once more. To callers it is the same: the database does not answer.
        raise OperationalError(*fault.args) from fault
    finally:
        close_old_connections()
