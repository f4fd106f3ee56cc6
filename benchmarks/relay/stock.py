"""The usual way: a Channels consumer that sends every message through the encrypted publish/subscribe layer on Redis.

It has the same frames and parser as the floor, and a group for each conversation. It does not number or store messages, and loses those
that are sent while the connection to Redis is broken.
"""

import os

import django
from django.conf import settings

settings.configure(
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "symmetric_encryption_keys": ["measured"]},
        }
    }
)
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  # Django must be set up first
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from benchmarks.relay import floor  # noqa: E402
from chat.frames.base import write  # noqa: E402
from chat.frames.counsellor import client_frames as counsellor_client_frames  # noqa: E402
from chat.frames.counsellor import server_frames as counsellor_server_frames  # noqa: E402
from chat.frames.visitor import client_frames as visitor_client_frames  # noqa: E402
from chat.frames.visitor import server_frames as visitor_server_frames  # noqa: E402


class StockVisitor(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    room = ""

    async def receive(self, text_data: str) -> None:
        frame = visitor_client_frames.reader.read(text_data)
        if isinstance(frame, visitor_client_frames.Say):
            said = {"author": "visitor", "client_id": frame.client_id, "body": frame.body}
            await self.channel_layer.group_send(self.room, {"type": "said", "room": self.room, **said})
        elif isinstance(frame, visitor_client_frames.Hello):
            self.room = frame.token
            await self.channel_layer.group_add(self.room, self.channel_name)
            await self.send(floor.WELCOME)

    async def said(self, event: dict[str, str]) -> None:
        told = visitor_server_frames.Message(
            1, 0, event["author"], None, event["client_id"], event["body"], floor.AT, None
        )
        await self.send(write(told).decode())


class StockCounsellor(AsyncWebsocketConsumer):  # type: ignore[misc]  # the same
    async def receive(self, text_data: str) -> None:
        frame = counsellor_client_frames.reader.read(text_data)
        if isinstance(frame, counsellor_client_frames.Say):
            said = {"author": "counsellor", "client_id": frame.client_id, "body": frame.body}
            room = frame.conversation
            await self.channel_layer.group_send(room, {"type": "said", "room": room, **said})
        elif isinstance(frame, counsellor_client_frames.Hello):
            for room in frame.after:
                await self.channel_layer.group_add(room, self.channel_name)
            await self.send(floor.WELCOME)

    async def said(self, event: dict[str, str]) -> None:
        shown = counsellor_server_frames.Message(
            event["room"],
            1,
            0,
            event["author"],
            None,
            event["client_id"],
            event["body"],
            floor.AT,
            None,
            None,
        )
        await self.send(write(shown).decode())


application = ProtocolTypeRouter(
    {
        "http": floor.application,
        "lifespan": floor.application,
        "websocket": URLRouter(
            [path("ws/visitor/", StockVisitor.as_asgi()), path("ws/counsellor/", StockCounsellor.as_asgi())]
        ),
    }
)
