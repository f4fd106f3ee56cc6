"""What time it is: one answer for all processes, the database's, carried on from one look to the next by this host's stopwatch.

A host's own clock may be wrong, or be set while others' are not. Were it asked, one process whose clock jumps an hour would find everybody
silent for an hour and end their conversations, or lead the tick for another hour after its death.
"""

import time
from datetime import UTC, datetime

from django.db.models.functions import Now

from chat.models import Lease

AT_MOST_OFF_S = 0.05
"""Less may be the way to the database and back."""

# Until the database was asked: this host's.
_ahead_s = time.time() - time.monotonic()


def now() -> datetime:
    """Aware, in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def seconds() -> float:
    """Since 1970 UTC."""
    return time.monotonic() + _ahead_s


def set_by_database() -> None:
    """Ask the database; for whoever has a thread for it. To be done every second or so, and before anything else."""
    global _ahead_s
    before = time.monotonic()
    told: datetime | None = Lease.objects.values_list(Now(), flat=True).first()
    if told is None:
        return
    after = time.monotonic()
    ahead_s = told.timestamp() - (before + after) / 2
    if abs(ahead_s - _ahead_s) > max(AT_MOST_OFF_S, after - before):
        _ahead_s = ahead_s
