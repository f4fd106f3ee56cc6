"""Miti without the rate limit of one socket, because a few sockets stand for many.

SLOW_QUERY=1 runs a query of 100 ms over and over, through `chat.database`, like every query of a socket.
WITHOUT=redis_client or WITHOUT=websocket_protocol replaces our own code by what a library offers.
"""

import asyncio
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

from django.db import connection  # noqa: E402  # Django must be set up first

from benchmarks.library_twins import LibraryReplies, PipelineClient  # noqa: E402
from chat import database, redis_client, socket  # noqa: E402
from miti import launcher  # noqa: E402
from server import websocket_protocol, write_timeout  # noqa: E402

WITHOUT = os.environ.get("WITHOUT")
if WITHOUT == "redis_client":
    vars(redis_client).update(RedisClient=PipelineClient, ReplyReader=LibraryReplies)
if WITHOUT == "websocket_protocol":
    vars(websocket_protocol).update(Protocol=write_timeout.WriteTimeoutProtocol)

# The application is built when it is imported.
from miti.asgi import Receive, Scope, Send  # noqa: E402
from miti.asgi import application as whole  # noqa: E402

socket.FRAMES_IN_TEN_SECONDS = 1_000_000
SLOW_S = 0.1
_beside: list[asyncio.Task[None]] = []


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if "SLOW_QUERY" in os.environ and not _beside:
        _beside.append(asyncio.create_task(_ask_slowly()))
    await whole(scope, receive, send)


async def _ask_slowly() -> None:
    while True:
        await database.run(_slow_query)


def _slow_query() -> None:
    connection.ensure_connection()
    # Takes time without CPU, like a query that waits for a disk or a lock.
    connection.connection.create_function("wait", 1, time.sleep)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wait(%s)", [SLOW_S])


if __name__ == "__main__":
    launcher.run("benchmarks.relay.ours:application")
