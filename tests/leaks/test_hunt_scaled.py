"""The hunt with PostgreSQL, Valkey, two processes and a worker: nothing of a marked life is anywhere afterwards."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import yaml

from tests.leaks.hunt import Hunt, children_of, gone_from_memory
from tests.leaks.marked_life import FAILING, SETTINGS, MarkedVisitor, ends, metrics, talks
from tests.leaks.test_poisoned_redis import QUEUE, message, worker
from tests.live.database_file import eventually
from tests.postgres import Postgres
from tests.server import ROOT, Server, prepare
from tests.valkey import Valkey

pytestmark = pytest.mark.timeout(600)
COUNT = "miti.count_pending_rows"


def as_operated() -> list[str]:
    """How docker-compose.yml starts PostgreSQL, without its limits."""
    command = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["postgres"]["command"]
    return [f"-c {option.removeprefix('--')}" for option in command[1:] if "max_connections" not in option]


@dataclass
class Platform:
    postgres: Postgres
    database: str
    valkey: Valkey
    servers: list[Server]
    worker: subprocess.Popen[bytes]

    def ask(self, question: str, *about: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            done = connection.execute(question.encode(), about)
            return done.fetchall() if done.description else []

    def number(self, question: str) -> int:
        return int(str(self.ask(question)[0][0]))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("hunt")
    with ExitStack() as running:
        postgres = running.enter_context(Postgres(as_operated()))
        valkey = running.enter_context(Valkey())
        database = postgres.database("hunt")
        stores = SETTINGS | {"DATABASE_URL": database, "REDIS_URL": valkey.url}
        prepared = prepare(folder / "prepared", **stores)
        servers = [
            running.enter_context(Server(folder / name, prepared=prepared, command=FAILING, **stores))
            for name in ("one", "two")
        ]
        yield Platform(postgres, database, valkey, servers, running.enter_context(worker(servers[0])))


def dump(valkey: Valkey) -> bytes:
    """What a snapshot on a disk would hold, its strings not compressed."""
    with valkey.client() as client:
        client.config_set("rdbcompression", "no")
        client.save()
        kept = Path(client.config_get("dir")["dir"]) / "dump.rdb"
    content = kept.read_bytes()
    kept.unlink()
    return content


async def test_nothing_of_a_marked_life_is_left_in_the_scaled_set_up(platform: Platform) -> None:
    hunt = Hunt()
    who = MarkedVisitor(hunt, "visitor")
    two = platform.servers
    with platform.valkey.listening() as overheard:
        everybody, conversation = await talks(two, who, transfer=True)
        queued = platform.valkey.client().lrange(QUEUE, 0, -1)
    # Not even while they talk: in Redis and in what goes over it, in the database's files, its log and its write-ahead log.
    everywhere: dict[str, Callable[[], bytes]] = {
        "a dump of Redis": lambda: dump(platform.valkey),
        "what goes over Redis": lambda: b"\n".join(overheard()),
        "the queue of jobs": lambda: repr(queued).encode(),
    }
    for name, content in everywhere.items():
        assert who.in_bytes(name, content()) == []
    assert who.in_folder(platform.postgres.folder) == []
    assert conversation.encode() in dump(platform.valkey), "a dump is searched that has something in it"
    token_hash = str(platform.ask("SELECT token_hash FROM chat_conversation")[0][0])
    await ends(everybody, conversation, who, two[0])
    eventually(lambda: platform.number("SELECT count(*) FROM chat_conversation") == 0)
    for server in two:
        assert who.in_bytes("the metrics", await metrics(server)) == []
        assert who.in_folder(server.folder) == []
    assert who.in_bytes("a dump of Redis", dump(platform.valkey)) == []
    assert who.in_folder(platform.postgres.folder) == []
    assert who.words.in_process(platform.valkey.pid, "Redis") == []
    for server in two:
        gone_from_memory(who.words, server.pid, "a server")
    for process in children_of(platform.worker.pid):
        assert who.words.in_process(process, "the worker") == []

    # The log of the database links no conversation with what it was counted as, and later knows neither.
    assert platform.number("SELECT count(*) FROM indicators_pendingrow") == 1
    assert platform.number("SELECT count(*) FROM indicators_metricrow") == 0
    live = Hunt(mark=token_hash)
    assert live.in_folder(platform.postgres.folder) != [], "it was written there"
    platform.ask("UPDATE indicators_pendingrow SET ready_at = now() - interval '1 minute'")
    platform.ask("DELETE FROM chat_lease WHERE name = %s", COUNT.partition(".")[2])
    with platform.valkey.client() as client:
        client.lpush(QUEUE, message(json.dumps([[], {}, {}]).encode(), "application/json", task=COUNT))
    eventually(lambda: platform.number("SELECT count(*) FROM indicators_metricrow") == 1)
    eventually(lambda: not live.in_folder(platform.postgres.folder))
    identity = UUID(conversation)
    for form in (identity.bytes, conversation.encode(), identity.hex.encode()):
        files = (path for path in platform.postgres.folder.rglob("*") if path.is_file())
        assert [path for path in files if form in path.read_bytes()] == []
    assert platform.ask("SELECT rating, helped FROM indicators_metricrow") == [(4, "yes")]


async def test_the_hunt_finds_what_was_planted_in_each_store(platform: Platform) -> None:
    planted = Hunt()
    with platform.valkey.client() as client:
        client.set("planted", planted.canary("Redis"), ex=60)
        assert planted.in_bytes("a dump", dump(platform.valkey)) != []
        assert planted.in_process(platform.valkey.pid, "Redis") != []
        client.delete("planted")
    platform.ask("CREATE TABLE planted AS SELECT %s::text AS text", planted.canary("PostgreSQL"))
    platform.ask("CHECKPOINT")
    assert any("pg_wal" in one for one in planted.in_folder(platform.postgres.folder))
    assert any("base/" in one for one in planted.in_folder(platform.postgres.folder))
    platform.ask("DROP TABLE planted")
    assert planted.in_process(platform.servers[0].pid, "a server") == []
