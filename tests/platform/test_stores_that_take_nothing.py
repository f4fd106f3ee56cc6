"""A store that answers and takes nothing is not ready, and is told apart from one that is away; the log names the kind of the fault."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from miti.redis_cache import JsonRedisCache
from operations import health
from partners.fault_kinds import kind_of
from tests.postgres import Postgres
from tests.valkey import Valkey

pytestmark = pytest.mark.django_db


@pytest.fixture
def valkey(own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch) -> Valkey:
    monkeypatch.setattr(
        health, "cache", JsonRedisCache(own_valkey.url, {"KEY_FUNCTION": "miti.redis_cache.opaque_name"})
    )
    return own_valkey


def down(client: Client) -> dict[str, str]:
    answer = client.get("/health/ready")
    found: dict[str, str] = answer.json()["down"]
    assert answer.status_code == (503 if found else 200)
    return found


def test_a_full_valkey_is_told(client: Client, valkey: Valkey) -> None:
    assert down(client) == {}
    with valkey.client() as redis:
        redis.config_set("maxmemory", 1)
        assert "is full" in down(client)["redis"]
        redis.config_set("maxmemory", 0)
    assert down(client) == {}


def test_a_read_only_valkey_is_told(client: Client, valkey: Valkey) -> None:
    with valkey.client() as redis:
        redis.replicaof("127.0.0.1", 1)
        assert "is read-only" in down(client)["redis"]
        redis.replicaof("NO", "ONE")
    assert down(client) == {}


def test_a_valkey_that_is_away_is_told(client: Client, valkey: Valkey) -> None:
    valkey.kill()
    assert down(client)["redis"] == "cannot be reached"
    valkey.start()
    assert down(client) == {}


def test_a_full_disk_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        return

    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(0))
    assert "the disk is full" in down(client)["database"]


def test_a_read_only_postgresql_is_told(postgres: Postgres) -> None:
    class Vendor:
        vendor = "postgresql"

        def __init__(self, connected: psycopg.Connection[tuple[str, ...]]) -> None:
            self.cursor = connected.cursor

    with (
        psycopg.connect(postgres.database("read_only_health")) as connected,
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr(health, "connection", Vendor(connected))
        assert health._database_takes_nothing() == ""
        connected.commit()
        connected.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        connected.commit()
        assert "is read-only" in health._database_takes_nothing()


# --- the kinds in the log -------------------------------------------------------------------------------------


@pytest.fixture
def full_database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(tmp_path / "full")
    database.execute("PRAGMA max_page_count=2")
    yield database
    database.close()


def raised(work: Callable[[], object]) -> BaseException:
    """As Django hands it on."""
    try:
        try:
            work()
        except Exception as fault:
            raise OperationalError from fault
    except DatabaseError as fault:
        return fault
    raise AssertionError


def test_faults_of_one_name_are_told_apart(full_database: sqlite3.Connection) -> None:
    full = raised(
        lambda: full_database.executescript("CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f);")
    )
    assert kind_of(full) == "OperationalError.SQLITE_FULL"
    missing = raised(lambda: sqlite3.connect("/nowhere/at/all"))
    assert kind_of(missing) == "OperationalError.SQLITE_CANTOPEN"
    assert (
        kind_of(raised(lambda: (_ for _ in ()).throw(psycopg.errors.DiskFull())))
        == "OperationalError.DiskFull"
    )
    assert kind_of(ValueError("a secret")) == "ValueError"
