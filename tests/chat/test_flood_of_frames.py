"""The server reads a flood of frames at the allowed rate: the rest waits in the sender's own buffers."""

import asyncio
import json
from typing import Any

import pytest

from chat.frames.visitor import client_frames
from chat.socket import FRAMES_IN_TEN_SECONDS, REFUSALS_IN_TEN_SECONDS, Socket

MANY = 20 * FRAMES_IN_TEN_SECONDS
TURNS = 5 * MANY
SCOPE = {"type": "websocket", "headers": [(b"host", b"localhost"), (b"origin", b"http://localhost")]}


class IgnoringSocket(Socket[client_frames.Frame]):
    reader = client_frames.reader

    async def on_frame(self, frame: client_frames.Frame) -> None:
        pass

    async def on_disconnect(self) -> None:
        pass


@pytest.mark.usefixtures("running")
async def test_a_flood_is_read_no_faster_than_the_rate_limit() -> None:
    read, sent = 0, []

    async def receive() -> dict[str, Any]:
        nonlocal read
        await asyncio.sleep(0)
        read += 1
        if read == 1:
            return {"type": "websocket.connect"}
        return {
            "type": "websocket.receive" if read < MANY else "websocket.disconnect",
            "text": '{"type":"pong"}',
        }

    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    flooded = asyncio.create_task(IgnoringSocket()(SCOPE, receive, send))
    # Far more turns than it would take to read it all.
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert not flooded.done()
    assert FRAMES_IN_TEN_SECONDS + REFUSALS_IN_TEN_SECONDS < read < MANY / 2
    errors = [json.loads(event["text"]) for event in sent if event["type"] == "websocket.send"]
    assert {error["code"] for error in errors} == {"too_fast"}
    flooded.cancel()
    await asyncio.gather(flooded, return_exceptions=True)
