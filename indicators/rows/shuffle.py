"""Stores metric rows in random order, so that a copy of the database does not reveal the order in which they were written."""

from django.db import connection, transaction

from indicators.models import MetricRow


def metric_rows() -> None:
    """Store the rows anew, in the order of their random keys. It runs every night, because new rows are appended at the end."""
    table = MetricRow._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Lock the table: a row written between the two statements would be lost.
            cursor.execute(f'LOCK TABLE "{table}" IN SHARE ROW EXCLUSIVE MODE')
        columns = ", ".join(f'"{field.column}"' for field in MetricRow._meta.local_fields)
        # SQLite numbers rows in the order of writing, and starts at 1 again when the table is empty. PostgreSQL stores with each row the
        # number of the transaction that wrote it, and the audit log has such numbers beside its timestamps. This gives all rows the same.
        cursor.execute(f'CREATE TEMPORARY TABLE shuffled AS SELECT {columns} FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM shuffled ORDER BY "id"')  # noqa: S608  # names of the model, no input
        cursor.execute("DROP TABLE shuffled")
    if not connection.in_atomic_block:
        _erase_deleted_rows(table)


def _erase_deleted_rows(table: str) -> None:
    """Remove the deleted rows from the database files, where they still have the old order. This cannot run in a transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'CLUSTER "{table}" USING "{table}_pkey"')
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
