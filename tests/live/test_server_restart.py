"""Killed and started again, or stopped as an operator does: both ends come back and go on."""

import asyncio
from collections.abc import Callable

from tests.live.database_file import live_rows, metric_rows, read
from tests.server import Server
from tests.socket_clients import asking, counsellor, joined, new_token, open_console, visitor


async def test_after_a_kill_the_conversation_continues_in_a_new_epoch(
    own_server: Server,
) -> None:
    token = new_token()
    console = await counsellor(own_server)
    someone, conversation = await joined(own_server, console, token)
    for n in range(3):
        await someone.send("say", client_id=f"m{n}", body=f"avant {n}")
        await someone.expect("message", client_id=f"m{n}")
    waiting = await asking(own_server, theme="formation")
    await waiting.expect("waiting")
    own_server.kill()
    await someone.closed()
    await console.closed()
    own_server.start()
    # Both at once, as browsers do it.
    console = await open_console(own_server)
    back = await visitor(own_server, token, after=3, epoch=1)
    resumed = await back.expect("resumed")
    assert (resumed["conversation"], resumed["epoch"], resumed["gap"]) == (conversation, 2, True)
    assert (resumed["state"], resumed["events"], resumed["more"]) == ("active", [], False)
    await console.send("hello", after={conversation: {"epoch": 1, "seq": 3}})
    (snapshot,) = (await console.expect("welcome"))["conversations"]
    assert (snapshot["conversation"], snapshot["epoch"], snapshot["messages"]) == (conversation, 2, [])
    assert (await console.expect("resumed", conversation=conversation))["gap"] is True
    await back.send("say", client_id="m3", body="après")
    mine = await back.expect("message", client_id="m3")
    assert (mine["epoch"], mine["seq"]) == (2, 1)
    await console.expect("message", body="après", epoch=2, seq=1)
    # What was acknowledged before is gone; what is said again is new, once.
    await back.send("say", client_id="m0", body="avant 0")
    assert (await back.expect("message", client_id="m0"))["seq"] == 2
    await console.send("close", conversation=conversation, classification={"theme": "orientation"})
    await back.expect("closed", reason="counsellor_closed")
    assert [row["messages_visitor"] for row in metric_rows(own_server).values()] == [2]
    # The one who waited is still there to be waited for.
    assert live_rows(own_server) == 1


async def test_reconnecting_while_the_other_writes_begins_no_third_epoch(
    own_server: Server,
) -> None:
    tokens = [new_token() for _ in range(3)]
    console = await counsellor(own_server, capacity=3)
    conversations = [(await joined(own_server, console, token))[1] for token in tokens]
    own_server.kill()
    own_server.start()
    console = await open_console(own_server)
    visitors = [await visitor(own_server, token) for token in tokens for _ in range(2)]
    await console.send("hello")
    await console.expect("welcome")
    for one in visitors:
        assert (await one.expect("resumed"))["epoch"] == 2
    epochs = read(own_server, "SELECT epoch FROM chat_conversation")
    assert [row["epoch"] for row in epochs] == [2, 2, 2]
    for n, conversation in enumerate(conversations):
        await console.send("say", conversation=conversation, client_id=f"b{n}", body="encore là")
        assert (await console.expect("message", conversation=conversation))["seq"] == 1


async def test_a_stop_by_the_operator_asks_every_browser_to_reconnect(
    start_server: Callable[..., Server],
) -> None:
    server = start_server()
    console = await counsellor(server)
    someone, _ = await joined(server, console)
    idle = await visitor(server)
    assert await asyncio.to_thread(server.stop) == 0
    for end in (console, someone, idle):
        assert await end.closed() == 4000
    assert live_rows(server) == 1
