"""How long this thread or request waits for PostgreSQL. A server that is stopped, or whose machine froze, keeps its connections and answers
nothing: only whoever asks can give up. SQLite has a time-out of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

CONNECT_S = 5
"""For one attempt to connect, in whole seconds, where the address says nothing else."""
STATEMENT_S = 20.0
"""For one statement of a page or a socket, as long as SQLite waits for a lock."""
PROBE_S = 3.0
"""For all statements of what says whether Miti works; health checks wait for five seconds."""

_statement_s: ContextVar[float | None] = ContextVar("statement_s", default=None)
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def database_time_limits(
    *, statement_s: float | None = None, together_s: float | None = None
) -> Iterator[None]:
    """Within it each statement, and all of them with connecting, fail after so long: `OperationalError`, and the connection is closed."""
    before = _statement_s.set(statement_s)
    until = _deadline.set(None if together_s is None else time.monotonic() + together_s)
    try:
        yield
    finally:
        _deadline.reset(until)
        _statement_s.reset(before)


def remaining_s() -> float | None:
    """How long the next statement may take, 0 or more; None: as long as it likes, as commands and the worker's jobs may."""
    limits = [] if (statement_s := _statement_s.get()) is None else [statement_s]
    if (deadline := _deadline.get()) is not None:
        limits.append(max(0.0, deadline - time.monotonic()))
    return min(limits, default=None)
