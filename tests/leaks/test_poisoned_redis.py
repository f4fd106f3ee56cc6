"""Pickles in every key and channel that the processes read: none is run, and the service goes on."""

import base64
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis

from tests.leaks.test_no_code_from_stores import Payload
from tests.live.database_file import change, eventually, read
from tests.server import ROOT, START_S, Server
from tests.socket_clients import SocketClient, counsellor, joined, sign_in, visitor
from tests.valkey import Valkey

QUEUE = "miti:jobs:jobs"
JOB = "miti.publish_due_plans"


@pytest.fixture
def web(prepared: Path, tmp_path: Path, own_valkey: Valkey) -> Iterator[Server]:
    with Server(tmp_path / "web", prepared=prepared, REDIS_URL=own_valkey.url) as running:
        yield running


@contextmanager
def worker(web: Server) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "miti", "worker"]
    with (web.folder / "worker.log").open("ab") as log:
        running = subprocess.Popen(
            command, cwd=ROOT, env=web.environment(), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def message(body: bytes, content_type: str, **headers: Any) -> str:
    """As Celery's transport keeps it in a list."""
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": "binary" if "pickle" in content_type or "python" in content_type else "utf-8",
            "content-type": content_type,
            "headers": {"lang": "py", "task": JOB, "id": str(uuid4()), "argsrepr": "()", **headers},
            "properties": {
                "correlation_id": str(uuid4()),
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "jobs"},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": str(uuid4()),
            },
        }
    )


def poison_keys(client: Redis, pickled: bytes) -> int:
    """Put it in place of every value, whatever its type. How many keys there were."""
    keys = list(client.scan_iter())
    for key in keys:
        kind = client.type(key)
        if kind == b"string":
            client.set(key, pickled, keepttl=True)
        elif kind == b"hash":
            for name in list(client.hkeys(key)):
                client.hset(key, name, pickled)
        elif kind == b"list":
            for at in range(client.llen(key)):
                client.lset(key, at, pickled)  # type: ignore[arg-type]  # bytes are taken too
            client.rpush(key, pickled)
        elif kind == b"set":
            client.sadd(key, pickled)
    return len(keys)


async def say_and_hear(someone: SocketClient, console: SocketClient, body: str) -> None:
    await someone.send("say", client_id="a1", body=body)
    await console.expect("message", body=body)


async def test_pickles_in_keys_and_channels_are_refused_and_the_service_goes_on(
    web: Server, own_valkey: Valkey, tmp_path: Path
) -> None:
    marker = tmp_path / "code was run"
    pickled = pickle.dumps(Payload(marker))
    console = await counsellor(web)
    someone, conversation = await joined(web, console)
    await say_and_hear(someone, console, "avant")
    sign_in(web, "coordination")

    with own_valkey.client() as client:
        channels = client.pubsub_channels()
        assert {b"miti:said", b"asgi__group__miti.signals"} <= set(channels)
        assert poison_keys(client, pickled) > 8
        for channel in channels:
            client.publish(channel, pickled)
            client.publish(channel, f"{conversation} ".encode() + pickled)

    # Whoever signs in, and whatever begins now, is served as ever.
    sign_in(web, "coordination")
    again = await visitor(web)
    await again.send("ask", theme="orientation", language="fr")
    await again.expect("waiting")
    another_console = await counsellor(web, "conseiller.cefo")
    another, _ = await joined(web, another_console)
    await say_and_hear(another, another_console, "après")
    for end in (again, another):
        await end.send("leave")
        await end.expect("closed")
    assert not marker.exists()


def test_pickles_in_the_queue_of_jobs_are_refused_and_jobs_are_done(
    web: Server, own_valkey: Valkey, tmp_path: Path
) -> None:
    marker = tmp_path / "code was run"
    pickled = pickle.dumps(Payload(marker))
    plain = json.dumps([[], {}, {}]).encode()
    with own_valkey.client() as client, worker(web) as running:
        for content_type in ("application/x-python-serialize", "application/x-python", "pickle"):
            client.lpush(QUEUE, message(pickled, content_type))
            client.lpush(QUEUE, message(pickled, content_type, compression="zlib"))
        client.lpush(QUEUE, message(plain, "application/json", task="os.system"))
        client.lpush(QUEUE, message(plain, "application/json"))
        eventually(lambda: done(web))
        assert running.poll() is None
        # What is no message at all ends the worker, which whatever starts it starts again.
        client.lpush(QUEUE, pickled)
        running.wait(START_S)
    change(web, "DELETE FROM chat_lease WHERE name = ?", JOB.partition(".")[2])
    with own_valkey.client() as client, worker(web):
        client.lpush(QUEUE, message(plain, "application/json"))
        eventually(lambda: done(web))
    assert not marker.exists()


def done(web: Server) -> bool:
    return bool(
        read(web, "SELECT 1 FROM chat_lease WHERE name = ? AND done_at NOT NULL", JOB.partition(".")[2])
    )
