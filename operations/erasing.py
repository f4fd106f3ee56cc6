"""Erase from the database's files what was deleted from live tables: until its place is used again, it could be read in a copy of them."""

import structlog
from django.apps import apps
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from partners.fault_kinds import kind_of

LIVE = ("chat.Conversation", "chat.Party", "chat.Offer", "chat.Duty", "indicators.PendingRow")
"""Small tables, whose rows are deleted within hours or changed all the time."""
LOCK_MS = 1_000

log = structlog.stdlib.get_logger(__name__)


def deleted_live_rows(*, many: bool) -> None:
    """Cannot run in a transaction. Conversations wait for it no longer than `LOCK_MS` and a few milliseconds a table.

    `many`: PostgreSQL writes whole tables anew, which it does once an hour; SQLite empties its log each time.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            # SQLite overwrites what is deleted; the log still has it.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        if not many:
            return
        try:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_MS}ms"])
            for label in LIVE:
                # A plain VACUUM leaves the bytes of dead rows in pages that also hold others.
                cursor.execute(f'VACUUM (FULL) "{apps.get_model(label)._meta.db_table}"')
        except DatabaseError as fault:
            # A transaction held a table for longer: the next time will do.
            log.warning("deleted rows are not erased yet", fault=kind_of(fault))
        finally:
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
        _shorten_write_ahead_log(cursor)


def _shorten_write_ahead_log(cursor: CursorWrapper) -> None:
    """Where few people talk, one segment of the log would hold all that happened in days."""
    for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
        try:
            cursor.execute(statement)
        except DatabaseError:
            log.info("this account may not shorten the write-ahead log, see docs/operating.md")
            return
