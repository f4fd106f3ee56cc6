"""Can a backup be opened, to its end, and would it fit this database? And what is known of the newest: for an operator's page."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path

from django.db import DatabaseError

from operations.backup.database import require_same_tables
from operations.backup.file import STREAM, BackupRefused, Head, opened
from operations.backup.tables import KEPT
from operations.models import KeptBackup

LONGEST_PLACE = 300


def check(path: Path) -> Head:
    """Read it to its end, and change nothing. Raises `BackupRefused`."""
    with opened(path) as (head, rows):
        require_same_tables(head)
        n = Counter(map(itemgetter(0), rows))
        if n != Counter(head.rows) or set(n) - set(KEPT):
            raise BackupRefused(f"{path} is damaged: rows are missing")
    return head


@dataclass(frozen=True, slots=True)
class Newest:
    """Of the backups that could be opened, and of those that could not."""

    good: KeptBackup | None
    bad: KeptBackup | None


def newest() -> Newest:
    """Raises DatabaseError."""
    rows = {one.readable: one for one in KeptBackup.objects.all()}
    return Newest(rows.get(True), rows.get(False))


def note(*, place: str, size: int, readable: bool, now: datetime) -> bool:
    """Whether the database took it: one that is read-only is backed up too."""
    told = {"ended_at": now, "size": size, "place": place[-LONGEST_PLACE:]}
    try:
        KeptBackup.objects.update_or_create(readable=readable, defaults=told)
    except DatabaseError:
        return False
    return True


__all__ = ["STREAM", "Newest", "check", "newest", "note"]
