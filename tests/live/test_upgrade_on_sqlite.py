"""The upgrade of one process on SQLite, as docs/operating.md says: stop, set up, start. The words of running conversations are lost, which
both ends are told; the conversations go on, and nothing else is lost."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import socket_clients
from tests.frame_schemas import fault
from tests.live.database_file import live_rows, metric_rows
from tests.release_before import release_before
from tests.server import ROOT, Server
from tests.socket_clients import asking, counsellor, joined, new_token, open_console, visitor

COME_BACK = 4000


def set_up(server: Server) -> None:
    command = [sys.executable, "-m", "miti", "setup"]
    subprocess.run(command, cwd=server.root, env=server.environment(), check=True)


async def test_conversations_go_on_after_the_upgrade_from_the_release_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await asyncio.to_thread(release_before().unpack, tmp_path / "before")

    def strange(path: str, frame: dict[str, Any]) -> str | None:
        return fault(path, frame) and fault(path, frame, old / "docs" / "protocol")

    monkeypatch.setattr(socket_clients, "fault", strange)
    server = Server(old / "var", command=("miti", "serve"))
    server.root = old
    await asyncio.to_thread(set_up, server)
    with server:
        token, waiting_token = new_token(), new_token()
        console = await counsellor(server)
        ended, over = await joined(server, console)
        await console.send("close", conversation=over, classification={"theme": "orientation"})
        await ended.expect("closed")
        someone, conversation = await joined(server, console, token)
        await someone.send("say", client_id="m0", body="avant")
        await console.expect("message", body="avant")
        waiting = await asking(server, waiting_token, theme="formation")
        await waiting.expect("waiting")

        await asyncio.to_thread(server.stop)
        for end in (someone, console, waiting):
            assert await end.closed() == COME_BACK
        server.root = ROOT
        await asyncio.to_thread(set_up, server)
        await asyncio.to_thread(server.start)

        # With the session of before: nobody signs in again.
        console = await open_console(server)
        back = await visitor(server, token, after=1, epoch=1)
        resumed = await back.expect("resumed")
        assert (resumed["conversation"], resumed["state"]) == (conversation, "active")
        assert (resumed["epoch"], resumed["gap"], resumed["events"]) == (2, True, [])
        await console.send("hello", after={conversation: {"epoch": 1, "seq": 1}})
        (snapshot,) = (await console.expect("welcome"))["conversations"]
        assert (snapshot["conversation"], snapshot["epoch"]) == (conversation, 2)
        await back.send("say", client_id="m1", body="après")
        await console.expect("message", body="après", epoch=2)
        still = await visitor(server, waiting_token)
        assert (await still.expect("resumed"))["state"] == "waiting"
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await back.expect("closed", reason="counsellor_closed")
        # What had ended is counted by the definitions of then, what ended now by those of now.
        assert sorted(row["version"] for row in metric_rows(server).values()) == [1, 2]
        assert live_rows(server) == 1
