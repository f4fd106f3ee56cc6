"""The connection of the engine: Django looks for it in a module of this name."""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import ConnectionTimeout

from partners.database_time_limits import CONNECT_S, remaining_s


class DatabaseWrapper(base.DatabaseWrapper):
    """Waits no longer than `partners.database_time_limits` says."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        left_s = remaining_s()
        if left_s == 0:
            raise ConnectionTimeout("the database did not answer in time")
        if left_s is not None:
            given_s = int(conn_params.get("connect_timeout") or 0) or CONNECT_S
            # The library waits for whole seconds, at least two.
            conn_params = conn_params | {"connect_timeout": min(given_s, max(2, int(left_s)))}
        made: psycopg.Connection[Any] = super().get_new_connection(conn_params)
        _limit(made)
        return made


def _limit(connection: psycopg.Connection[Any]) -> None:
    wait_for_ever = connection.wait

    def wait(*args: Any, **kwargs: Any) -> Any:
        left_s = remaining_s()
        if left_s is None:
            return wait_for_ever(*args, **kwargs)
        deadline = time.monotonic() + left_s
        try:
            return wait_for_ever(*args, **kwargs | {"timeout": left_s})
        except psycopg.OperationalError as fault:
            if time.monotonic() < deadline:
                raise
            # What it would still answer belongs to this statement: nobody may use the connection for another one.
            connection.pgconn.finish()
            raise ConnectionTimeout("the database did not answer in time") from fault

    connection.wait = wait  # type: ignore[method-assign]
