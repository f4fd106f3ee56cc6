"""For load balancers: alive, and able to serve. What is down is named; no address, no secret."""

import logging

import pytest
from django.core.cache.backends.redis import RedisCache
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from operations import health


def test_a_process_that_answers_is_alive(client: Client) -> None:
    answer = client.get("/health/live")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_with_its_database_up_to_date(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "down": {}}


@pytest.mark.django_db
def test_it_is_not_ready_while_migrations_are_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="indicators").delete()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert "python -m miti migrate" in answer.json()["down"]["database"]


def test_it_is_not_ready_without_its_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unreachable(connection: object) -> None:
        raise DatabaseError("password of postgresql://miti:secret@db.internal is wrong")

    monkeypatch.setattr(health, "MigrationExecutor", unreachable)
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["down"] == {"database": "cannot be reached"}
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING], (
        "it is asked every few seconds"
    )


@pytest.mark.django_db
def test_it_is_not_ready_without_its_redis(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "cache", RedisCache("unix:///nowhere/redis", {}))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["down"] == {"redis": "cannot be reached"}


@pytest.mark.django_db
def test_being_alive_does_not_depend_on_the_database(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="indicators").delete()
    assert client.get("/health/live").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_answers_are_not_stored_and_set_no_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
