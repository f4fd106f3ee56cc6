"""A client that does not read is disconnected before the memory fills, and loses nothing."""

import json
import socket
from collections.abc import Callable

from websockets.asyncio.client import connect

from chat.frames.base import PROTOCOL
from tests.server import Server
from tests.socket_clients import PATIENCE_S, SocketClient, counsellor, joined, new_token, visitor

LINES = 60
LINE = "é" * 100_000
"""Together more than any system keeps for a reader."""


async def test_a_slow_reader_is_closed_and_catches_up_by_reconnecting(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_SOCKET_BACKLOG="8", MITI_BODY_CHARS="100000", MITI_FRAME_BYTES="1048576")
    token = new_token()
    async with await counsellor(server) as console:
        first, conversation = await joined(server, console, token)
        await first.leave()
        await console.expect("visitor", state="gone")
        # A second connection of the visitor, with a small buffer, that does not read.
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        narrow.connect(("127.0.0.1", server.port))
        slow = await connect(
            f"{server.sockets}/visitor/",
            sock=narrow,
            origin=server.url,  # type: ignore[arg-type]
            max_queue=1,
            max_size=None,
            compression=None,
            open_timeout=PATIENCE_S,
            ping_interval=None,
        )
        await slow.send(
            json.dumps({"type": "hello", "protocol": PROTOCOL, "site": "demo", "lang": "fr", "token": token})
        )
        slow.transport.pause_reading()
        # The server has heard it: from here on whatever is said is for this connection.
        await console.expect("visitor", state="present")
        for n in range(LINES):
            await console.send("say", conversation=conversation, client_id=f"m{n}", body=LINE)
            # The writer of it all is not held up by who does not read.
            await console.expect("message", client_id=f"m{n}")
        slow.transport.resume_reading()
        reader = SocketClient(slow)
        assert await reader.closed() == 4001
        (resumed,) = [frame for frame in reader.frames if frame["type"] == "resumed"]
        told = [one["seq"] for one in resumed["events"]]
        told += [frame["seq"] for frame in reader.frames if frame["type"] == "message"]
        assert len(told) < LINES
        assert told == list(range(1, len(told) + 1))
        seen = len(told)
        while seen < LINES:
            back = await visitor(server, token, after=seen, epoch=1)
            events = (await back.expect("resumed"))["events"]
            assert [one["seq"] for one in events] == list(range(seen + 1, seen + 1 + len(events)))
            assert events
            seen += len(events)
            await back.leave()
        assert seen == LINES
