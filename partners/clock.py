"""The time, the same for all processes: the database's clock, continued between two queries by this host's monotonic clock.

A host's own clock may be wrong, or may be set while those of other hosts are not. If Miti used it, a process whose clock jumps by an hour
would take everybody for silent and end their conversations, or would hold the tick's lease for an hour after its death.
"""

import time
from datetime import UTC, datetime

from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now

AT_MOST_OFF_S = 0.05
"""A smaller difference may be only the round trip to the database."""

# This host's clock, until the database was asked.
_ahead_s = time.time() - time.monotonic()


def now() -> datetime:
    """Aware, in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def seconds() -> float:
    """Since 1970 UTC."""
    return time.monotonic() + _ahead_s


def set_by_database() -> None:
    """Ask the database for the time. Call it in a thread, about every second, and before anything else."""
    global _ahead_s
    before = time.monotonic()
    # Of a table that is never empty.
    database_now: datetime = MigrationRecorder.Migration.objects.values_list(Now(), flat=True)[:1].get()
    after = time.monotonic()
    ahead_s = database_now.timestamp() - (before + after) / 2
    if abs(ahead_s - _ahead_s) > max(AT_MOST_OFF_S, after - before):
        _ahead_s = ahead_s
