"""A statement that PostgreSQL does not answer is given up in time, and its connection with it; without a limit nothing is."""

from collections.abc import Iterator
from typing import Any

import dj_database_url
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from partners.database_time_limits import database_time_limits, remaining_s
from tests.postgres import Postgres

# No test may open a connection without it, to whatever database.
pytestmark = pytest.mark.django_db
LONG = "SELECT pg_sleep(600)"


@pytest.fixture(scope="module")
def address(postgres: Postgres) -> str:
    return postgres.database("time_limits")


@pytest.fixture
def connection(address: str) -> Iterator[Any]:
    parsed = dj_database_url.parse(address)
    connected = ConnectionHandler({"default": parsed | {"ENGINE": "partners.postgresql"}})["default"]
    yield connected
    connected.close()


def run(connection: Any, statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


def test_a_statement_that_takes_too_long_is_given_up_and_the_next_one_works(connection: Any) -> None:
    assert run(connection, "SELECT 1") == (1,)
    for limits in ({"statement_s": 0.1}, {"together_s": 0.1}):
        with database_time_limits(**limits), pytest.raises(OperationalError, match="did not answer in time"):
            run(connection, LONG)
        connection.close_if_unusable_or_obsolete()
        assert run(connection, "SELECT 1") == (1,)
    with database_time_limits(statement_s=600):
        assert run(connection, "SELECT pg_sleep(0.2)") is not None
        with database_time_limits():
            assert remaining_s() is None


def test_nothing_is_asked_once_the_time_is_over(connection: Any) -> None:
    with database_time_limits(together_s=0), pytest.raises(OperationalError, match="did not answer in time"):
        run(connection, "SELECT 1")
    assert connection.connection is None
