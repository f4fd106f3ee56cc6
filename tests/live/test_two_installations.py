"""Two installations on one Redis, each with a prefix: neither hears the other. What is wrong with a Redis is told at the start."""

from pathlib import Path

import pytest
from django.conf import settings as django_settings

from miti import redis_checks
from tests.live.database_file import eventually
from tests.live.test_two_processes import talk
from tests.server import Server
from tests.socket_clients import counsellor, joined, new_token
from tests.valkey import Valkey

TROUBLE = ("interrupted", "could not be read", "Traceback", "MITI_REDIS_PREFIX")


def start(prepared: Path, folder: Path, valkey: Valkey, number: int, **settings: str) -> Server:
    # A number for each database, as somebody would do it who knows no prefix; other keys, as every installation has.
    server = Server(folder, prepared=prepared, REDIS_URL=f"{valkey.url}?db={number}", **settings)
    for key in ("secret_key", "content_key"):
        (folder / key).write_text(f"{key} of the installation {folder.name}, long enough")
    return server


async def test_each_holds_its_conversation_and_is_not_disturbed(
    prepared: Path, tmp_path: Path, own_valkey: Valkey
) -> None:
    with (
        start(prepared, tmp_path / "one", own_valkey, 0, MITI_REDIS_PREFIX="one") as one,
        start(prepared, tmp_path / "two", own_valkey, 1, MITI_REDIS_PREFIX="two") as two,
        own_valkey.listening() as overheard,
    ):
        for server in (one, two):
            console = await counsellor(server)
            someone, conversation = await joined(server, console, new_token())
            await talk(someone, console, conversation, first=1)
        for server in (one, two):
            assert not [word for word in TROUBLE if word in server.log.read_text()]
        names = [key for number in (0, 1) for key in _keys(own_valkey, number)]
        assert names
        assert {name.partition(b":")[0] for name in names} == {b"one", b"two"}
    assert overheard()


async def test_a_wake_up_of_a_stranger_interrupts_nothing(
    prepared: Path, tmp_path: Path, own_valkey: Valkey
) -> None:
    with start(prepared, tmp_path / "one", own_valkey, 0) as one:
        console = await counsellor(one)
        with own_valkey.client() as client:
            eventually(lambda: client.publish("asgi__group__miti.signals", b"nothing of ours") > 0)
            client.publish("miti:said", b"nothing of ours either")
        someone, conversation = await joined(one, console, new_token())
        await talk(someone, console, conversation, first=1)
        eventually(lambda: "a wake-up could not be read" in one.log.read_text())
        assert "interrupted" not in one.log.read_text()


def test_the_same_prefix_twice_is_told_at_the_second_start(
    prepared: Path, tmp_path: Path, own_valkey: Valkey
) -> None:
    with start(prepared, tmp_path / "one", own_valkey, 0) as one:
        assert "SHARED_PREFIX" not in one.log.read_text()
        one.stop()
        one.start()
        assert "SHARED_PREFIX" not in one.log.read_text()
        with start(prepared, tmp_path / "two", own_valkey, 1) as two:
            assert "SHARED_PREFIX" in two.log.read_text()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("maxmemory-policy", "allkeys-lru", "maxmemory-policy"),
        ("save", "3600 1", "writes what is said to a disk"),
        ("appendonly", "yes", "writes what is said to a disk"),
    ],
)
def test_a_redis_that_evicts_or_keeps_is_told(
    own_valkey: Valkey, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setattr(django_settings, "EMBEDDED", False)
    monkeypatch.setattr(django_settings.ENV, "redis_url", own_valkey.url)
    assert redis_checks.warnings() == []
    with own_valkey.client() as client:
        client.config_set(name, value)
    (line,) = redis_checks.warnings()
    assert told in line


def test_a_redis_that_does_not_answer_stops_no_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "EMBEDDED", False)
    monkeypatch.setattr(django_settings.ENV, "redis_url", "unix:///nowhere/redis")
    assert redis_checks.warnings() == []


def _keys(valkey: Valkey, number: int) -> list[bytes]:
    with valkey.client() as client:
        client.select(number)
        return list(client.scan_iter())
