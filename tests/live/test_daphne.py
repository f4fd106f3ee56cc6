"""The same application on Daphne, which Channels' own tools use: a whole conversation, ticks included."""

from pathlib import Path

from tests.server import Server
from tests.socket_clients import counsellor, joined

DAPHNE = ("daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}", "miti.asgi:application")


async def test_a_conversation_works_on_daphne_too(prepared: Path, tmp_path: Path) -> None:
    with Server(tmp_path / "daphne", prepared=prepared, command=DAPHNE) as server:
        async with await counsellor(server) as console:
            someone, conversation = await joined(server, console)
            await someone.send("say", client_id="a", body="Bonjour")
            assert (await console.expect("message", conversation=conversation))["body"] == "Bonjour"
            await someone.send("leave")
            await console.expect("closed", conversation=conversation)
            await someone.leave()
        assert "127.0.0.1:" not in server.log.read_text()
