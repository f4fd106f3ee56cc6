"""Metric rows are stored in random order, so that a copy of the database does not tell in which order they came."""

from django.db import connection, transaction

from indicators.models import MetricRow


def metric_rows() -> None:
    """Store the rows anew, in the order of their random keys. For every night: today's rows still stand last."""
    table = MetricRow._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What is written meanwhile waits, rather than being lost between the two statements.
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
        columns = ", ".join(f'"{field.column}"' for field in MetricRow._meta.local_fields)
        # SQLite numbers rows as they come, and begins again at 1 when the table is empty. PostgreSQL notes with each row the number of
        # the transaction that wrote it: the audit log has such numbers too, beside its moments. Here all rows get one and the same.
        cursor.execute(f'CREATE TEMPORARY TABLE shuffled AS SELECT {columns} FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM shuffled ORDER BY "id"')  # noqa: S608  # names of the model, no input
        cursor.execute("DROP TABLE shuffled")
    if not connection.in_atomic_block:
        _drop_what_was_there(table)


def _drop_what_was_there(table: str) -> None:
    """What was deleted is still in the files, in its old order. Outside a transaction, or it would be kept for its end."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'CLUSTER "{table}" USING "{table}_pkey"')
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
