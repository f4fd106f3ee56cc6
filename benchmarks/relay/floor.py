"""The floor: a bare ASGI relay on the same server, with the same frames and the same parser, and nothing else.

It does not number, store, acknowledge, check or encrypt messages. A visitor's token identifies the conversation; a counsellor
lists the conversations in `after`, like a console that reconnects.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from chat.frames.base import write
from chat.frames.counsellor import client_frames as counsellor_client_frames
from chat.frames.counsellor import server_frames as counsellor_server_frames
from chat.frames.visitor import client_frames as visitor_client_frames
from chat.frames.visitor import server_frames as visitor_server_frames

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
AT = "2026-01-01T00:00:00.000Z"
WELCOME = '{"type":"welcome"}'

visitors: dict[str, Send] = {}
counsellors: dict[str, Send] = {}


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] != "websocket":
        await _other(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/ws/visitor/":
        await _visitor(receive, send)
    else:
        await _counsellor(receive, send)


async def _visitor(receive: Receive, send: Send) -> None:
    room = ""
    while (event := await receive())["type"] == "websocket.receive":
        frame = visitor_client_frames.reader.read(event["text"])
        if isinstance(frame, visitor_client_frames.Say):
            await _relay(room, "visitor", frame.client_id, frame.body)
        elif isinstance(frame, visitor_client_frames.Hello):
            room = frame.token
            visitors[room] = send
            await send({"type": "websocket.send", "text": WELCOME})
    visitors.pop(room, None)


async def _counsellor(receive: Receive, send: Send) -> None:
    while (event := await receive())["type"] == "websocket.receive":
        frame = counsellor_client_frames.reader.read(event["text"])
        if isinstance(frame, counsellor_client_frames.Say):
            await _relay(frame.conversation, "counsellor", frame.client_id, frame.body)
        elif isinstance(frame, counsellor_client_frames.Hello):
            for room in frame.after:
                counsellors[room] = send
            await send({"type": "websocket.send", "text": WELCOME})


async def _relay(room: str, author: str, client_id: str, body: str) -> None:
    if (visitor := visitors.get(room)) is not None:
        told = visitor_server_frames.Message(1, 0, author, None, client_id, body, AT, None)
        await visitor({"type": "websocket.send", "text": write(told).decode()})
    if (counsellor := counsellors.get(room)) is not None:
        shown = counsellor_server_frames.Message(room, 1, 0, author, None, client_id, body, AT, None, None)
        await counsellor({"type": "websocket.send", "text": write(shown).decode()})


async def _other(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Lifespan events, and the health check."""
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            await send({"type": f"{event['type']}.complete"})
            if event["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"ready"})
