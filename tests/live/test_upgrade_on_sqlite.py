"""The upgrade of one process on SQLite, as docs/operating.md says: stop, set up, start. The words of running conversations are lost, which
both ends are told; the conversations go on, and nothing else is lost. Pages of before load themselves anew once."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live.database_file import live_rows, metric_rows
from tests.live.pages_of_before import COME_BACK, as_before, as_now, both_schemas, sent_away, told_to_reload
from tests.release_before import release_before
from tests.server import ROOT, Server
from tests.socket_clients import asking, counsellor, joined, new_token, open_console, visitor


def set_up(server: Server) -> None:
    command = [sys.executable, "-m", "miti", "setup"]
    subprocess.run(command, cwd=server.root, env=server.environment(), check=True)


async def test_conversations_go_on_after_the_upgrade_from_the_release_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await asyncio.to_thread(release_before().unpack, tmp_path / "before")
    both_schemas(monkeypatch, old)
    as_before(monkeypatch)
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

        # Their pages come back by themselves, and are told to load themselves anew.
        await sent_away(server)
        await told_to_reload(server, token, state="active", after=1, epoch=1)
        await told_to_reload(server, waiting_token, state="waiting")

        # They do. With the session of before: nobody signs in again.
        as_now(monkeypatch)
        back = await visitor(server, token)
        resumed = await back.expect("resumed")
        assert (resumed["conversation"], resumed["state"]) == (conversation, "active")
        assert (resumed["epoch"], resumed["events"]) == (2, [])
        console = await open_console(server)
        await console.send("hello")
        (snapshot,) = (await console.expect("welcome"))["conversations"]
        assert (snapshot["conversation"], snapshot["epoch"], snapshot["messages"]) == (conversation, 2, [])
        await back.send("say", client_id="m1", body="après")
        await console.expect("message", body="après", epoch=2)
        await console.send("say", conversation=conversation, client_id="a1", body="me revoilà")
        await back.expect("message", body="me revoilà")
        still = await visitor(server, waiting_token)
        assert (await still.expect("resumed"))["state"] == "waiting"
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await back.expect("closed", reason="counsellor_closed")
        # What had ended is counted by the definitions of then, what ended now by those of now.
        assert sorted(row["version"] for row in metric_rows(server).values()) == [1, 2]
        assert live_rows(server) == 1
