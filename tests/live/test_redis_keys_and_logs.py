"""A marked conversation on Redis, with faults of every kind: what is in Redis is declared, and the logs tell nothing of it."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from operations.data_dictionary.logs import FIELDS
from operations.data_dictionary.memory import CHANNELS, KEYS
from operations.logs import SOMETHING
from tests.live.database_file import eventually
from tests.live.test_no_text_on_disk import ADDRESS, addresses_in, canary, found_in, open_marked
from tests.server import Server
from tests.socket_clients import SocketClient, counsellor, new_token, sign_in, visitor
from tests.valkey import Valkey, undeclared

FAULTS = ("fault", "database", "task", "thread", "library", "heard")
NAMES = ("conseillere.cdm", "Claire", "claire", "miti-demo", "cdm-bruxelles", "orientation")


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as running:
        yield running


@pytest.fixture
def failing(prepared: Path, tmp_path: Path, valkey: Valkey) -> Iterator[Server]:
    settings = {
        "REDIS_URL": valkey.url,
        "MITI_LOG_LEVEL": "DEBUG",
        "MITI_LOG_FORMAT": "json",
        "MITI_METRICS_TOKEN": "m" * 32,
    }
    with Server(
        tmp_path / "failing", prepared=prepared, command=["tests.live.failing_server"], **settings
    ) as running:
        yield running


async def talk(
    server: Server, token: str, said: dict[str, str], marks: dict[str, str]
) -> tuple[SocketClient, SocketClient, str]:
    console = await counsellor(server)
    someone = await open_marked(server, marks)
    await someone.send("hello", site="demo", lang="fr", token=token)
    await someone.send("ask", theme="orientation", language="fr")
    conversation = str((await someone.expect("waiting"))["conversation"])
    await console.expect("offer")
    await console.send("accept", conversation=conversation)
    await console.expect("opened")
    await someone.expect("joined")
    await someone.send("say", client_id=said["client"], body=said["visitor"])
    await console.expect("message", body=said["visitor"])
    await console.send("say", conversation=conversation, client_id="b1", body=said["counsellor"])
    await someone.expect("message", body=said["counsellor"])
    await console.send("note", conversation=conversation, client_id="b2", body=said["note"])
    await console.expect("note")
    return console, someone, conversation


async def test_redis_holds_what_is_declared_and_the_logs_nothing_of_anybody(
    failing: Server, valkey: Valkey
) -> None:
    said = {name: canary(name) for name in ("visitor", "counsellor", "note", "query", *FAULTS)}
    said["client"] = f"canari-{secrets.token_hex(8)}"
    marks = {name: canary(name) for name in ("user agent", "referer")}
    token = new_token()
    session = sign_in(failing, "conseillere.cdm")
    async with httpx.AsyncClient(
        base_url=failing.url, headers={"User-Agent": quote(marks["user agent"])}
    ) as browser:
        assert (await browser.get(f"/widget/demo/status?mot={quote(said['query'])}")).status_code == 500
        assert (await browser.get(f"/{quote(said['query'])}?mot={quote(said['query'])}")).status_code == 404
        assert (
            await browser.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        ).status_code == 403
        assert (await browser.get("/", headers={"Host": quote(said["query"])})).status_code == 400
    console, someone, conversation = await talk(failing, token, said, marks)

    # What is in Redis while they talk, and what goes over it.
    with valkey.client() as client:
        keys = [key.decode() for key in client.scan_iter()]
        channels = [channel.decode() for channel in client.pubsub_channels()]
    assert {
        f"miti:{{{conversation}}}:{part}" for part in ("about", "messages", "notes", "known", "grants")
    } <= set(keys)
    assert not undeclared(keys, KEYS), sorted(undeclared(keys, KEYS))
    assert "miti:said" in channels
    assert not undeclared(channels, CHANNELS), undeclared(channels, CHANNELS)
    assert valkey.endless() == []

    # Whatever can go wrong does, with words in it.
    for name in ("task", "thread", "library", "heard", "database"):
        await console.send("say", conversation=conversation, client_id=name, body=f"{name} {said[name]}")
        answer = "error" if name == "database" else "message"
        await console.expect(answer, client_id=name)
    # Whoever could not be told was sent away to come back; the other has heard it.
    await someone.closed()
    someone = await visitor(failing, token, after=1, epoch=1)
    await someone.expect("resumed")
    await someone.send("say", client_id="fault", body=f"fault {said['fault']}")
    await someone.closed()
    valkey.kill()
    await console.send("say", conversation=conversation, client_id="away", body=said["visitor"])
    await console.expect("error", code="try_again")
    valkey.start()
    kinds = {"RuntimeError", "OperationalError", "LookupError", "ValueError", "TypeError"}
    eventually(lambda: kinds <= {line.get("fault") for line in lines(failing)})
    eventually(lambda: "new entries are interrupted" in {line["event"] for line in lines(failing)})
    assert failing.stop() == 0

    told = lines(failing)
    assert len(told) > 8
    assert [line for line in told if set(line) - set(FIELDS) or "dropped" in line] == []
    assert {"cannot store %s", SOMETHING} <= {line["event"] for line in told}
    everything = said | marks | {"token": token, "conversation": conversation, "metrics token": "m" * 32}
    everything |= session | {name: name for name in NAMES}
    log = failing.folder / "log alone"
    log.mkdir()
    failing.log.rename(log / "server.log")
    assert found_in(log, everything) == []
    assert addresses_in(log) == []
    assert ADDRESS not in (log / "server.log").read_text()


def lines(server: Server) -> list[dict[str, object]]:
    """Every line of the server, each of which must be JSON."""
    whole, _, _ = server.log.read_text().rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


async def test_undeclared_redis_keys_are_found(valkey: Valkey) -> None:
    with valkey.client() as client:
        client.set("miti:diary:1", "x")
        client.set("miti:seen:203.0.113.7", "x")
        client.set("miti:salt:20000", "x")
        keys = sorted(key.decode() for key in client.scan_iter())
    assert undeclared(keys, KEYS) == ["miti:diary:1", "miti:seen:203.0.113.7"]
