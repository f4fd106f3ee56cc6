"""A visitor's message takes few functions, files and calls between packages from its socket to both sockets that show it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from chat import runtime
from chat.redis_client import RedisClient
from chat.sealing import Vault
from chat.transcript.redis import RedisTranscripts
from tests.chat.sockets import (
    CounsellorClient,
    SocketClient,
    Stores,
    VisitorClient,
    fresh_stores,  # noqa: F401  # a fixture
    start_conversation,
)
from tests.chat.stores import PATIENCE_S, subscribed
from tests.chat.tracing import Trace, traced
from tests.sealing import envelope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def on_redis(stores: Stores, redis_url: str) -> AsyncIterator[None]:
    """Transcripts on Redis, and the subscription that brings their entries."""
    client = RedisClient(redis_url)
    await client.do("FLUSHALL")
    shared = RedisTranscripts(line=client, hub=stores.hub, vault=Vault(), most=100, expiry_s=900)
    runtime.running().transcripts = shared
    following = asyncio.create_task(shared.follow())
    await subscribed(client)
    yield
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    await client.close()


class MessagePath:
    """A visitor and a counsellor who have talked already, so that nothing of the first message is traced."""

    def __init__(self, visitor: VisitorClient, console: CounsellorClient) -> None:
        self.visitor = visitor
        self.console = console

    @classmethod
    async def begin(cls) -> "MessagePath":
        ongoing = await start_conversation()
        await ongoing.accept()
        path = cls(VisitorClient(), CounsellorClient(ongoing))
        await path.visitor.hello()
        await path.console.send("hello")
        await path.say("first")
        return path

    async def say(self, body: str, done: Callable[[], None] = lambda: None) -> None:
        """Until both sockets have it, which is when `done` is called."""
        waiting_clients: set[SocketClient] = {self.visitor, self.console}
        both = asyncio.Event()

        def watch(client: SocketClient) -> Callable[[bytes], bool]:
            def write(text: bytes) -> bool:
                client._write(text)
                if client.sent[-1]["type"] == "message" and client.sent[-1]["body"] == body:
                    waiting_clients.discard(client)
                if not waiting_clients:
                    done()
                    both.set()
                return True

            return write

        for client in tuple(waiting_clients):
            client.socket._send_now = watch(client)
        await self.visitor.send("say", client_id=f"id-{len(body)}", body=body)
        async with asyncio.timeout(PATIENCE_S):
            await both.wait()

    async def trace(self) -> Trace:
        # What a browser does is done before, and not traced.
        envelope("second")
        with traced() as trace:
            await self.say("second", done=trace.end)
        await self.visitor.close()
        await self.console.close()
        return trace


@pytest.mark.usefixtures("stores")
async def test_embedded_a_message_takes_few_functions_files_and_crossings() -> None:
    trace = await (await MessagePath.begin()).trace()
    assert len(trace.functions) < 22, trace
    assert len(trace.files()) < 12, trace
    assert len(trace.crossings) < 6, trace


@pytest.mark.usefixtures("on_redis")
async def test_on_redis_a_message_takes_few_functions_files_and_crossings() -> None:
    trace = await (await MessagePath.begin()).trace()
    assert len(trace.functions) < 41, trace
    assert len(trace.files()) < 14, trace
    assert len(trace.crossings) < 6, trace
