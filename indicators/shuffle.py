"""Metric rows are stored in random order, so that a copy of the database does not tell in which order they came."""

from django.db import connection, transaction

from indicators.models import MetricRow


def metric_rows() -> None:
    """Store the rows anew, in the order of their random keys. For every night: today's rows still stand last."""
    table = MetricRow._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'CLUSTER "{table}" USING "{table}_pkey"')
            return
        columns = ", ".join(f'"{field.column}"' for field in MetricRow._meta.local_fields)
        # SQLite numbers rows as they come, and begins again at 1 when the table is empty.
        cursor.execute(f'CREATE TEMPORARY TABLE shuffled AS SELECT {columns} FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  # names of the model, no input
        cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM shuffled ORDER BY "id"')  # noqa: S608  # names of the model, no input
        cursor.execute("DROP TABLE shuffled")
