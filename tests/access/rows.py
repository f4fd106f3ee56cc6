"""What the database holds, to see that a refusal changed nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

OF_THE_BROWSER = {"django_session"}
"""A refusal may be told by the next page."""
WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def writes_noted() -> Iterator[list[str]]:
    """The statements that write, as they are made."""
    noted: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES) and not any(table in sql for table in OF_THE_BROWSER):
            noted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield noted


def contents() -> dict[str, list[Any]]:
    """Every row of every table."""
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in OF_THE_BROWSER:
                cursor.execute(f'SELECT * FROM "{table}"')
                kept[table] = sorted(map(repr, cursor.fetchall()))
    return kept
