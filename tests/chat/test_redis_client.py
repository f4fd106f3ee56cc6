"""The client parses replies however they are split, and gives up a connection that breaks the protocol."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from redis.exceptions import ResponseError

from chat.faults import Unreachable
from chat.redis_client import RedisClient

PONG = b"+PONG\r\n"


class ScriptedServer:
    """Answers each command with the next of its scripted pieces; greetings of the client with OK."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while asked := await reader.read(65_536):
                if greetings := asked.count(b"CLIENT"):
                    writer.write(b"+OK\r\n" * greetings)
                    continue
                for piece in self.pieces.pop(0).split(b"|"):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
        except ConnectionError:
            pass
        finally:
            writer.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    yield ScriptedServer()


@pytest_asyncio.fixture
async def connect(server: ScriptedServer) -> AsyncIterator[Callable[[], RedisClient]]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    clients: list[RedisClient] = []

    def one() -> RedisClient:
        clients.append(RedisClient(f"redis://127.0.0.1:{port}/0"))
        return clients[-1]

    yield one
    for client in clients:
        await client.close()
    listening.close()
    # The server's ends of them.
    await asyncio.gather(*(one for one in asyncio.all_tasks() if one is not asyncio.current_task()))


async def test_answers_in_pieces_reach_the_right_caller(
    server: ScriptedServer, connect: Callable[[], RedisClient]
) -> None:
    client = connect()
    server.pieces = [b"$3\r\non|e\r\n:|0\r\n|*2\r\n$1\r\na\r\n$-1\r\n"]
    answers = await asyncio.gather(client.do("GET", "a"), client.do("LLEN", "b"), client.do("HMGET", "c"))
    assert list(answers) == [b"one", 0, [b"a", None]]


async def test_an_error_reply_concerns_one_command_only(
    server: ScriptedServer, connect: Callable[[], RedisClient]
) -> None:
    client = connect()
    server.pieces = [b"-ERR no\r\n" + PONG]
    refused = asyncio.ensure_future(client.do("WRONG"))
    answered = asyncio.ensure_future(client.do("PING"))
    assert await answered == b"PONG"
    with pytest.raises(ResponseError):
        await refused
    assert server.connections == 1


@pytest.mark.parametrize(
    "refusal",
    [
        b"-LOADING Redis is loading the dataset in memory",
        b"-OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:7.",
        b"-READONLY You can't write against a read only replica.",
        b"-BUSY Redis is busy running a script.",
    ],
)
async def test_a_temporary_error_of_redis_is_to_be_retried(
    server: ScriptedServer, connect: Callable[[], RedisClient], refusal: bytes
) -> None:
    client = connect()
    server.pieces = [refusal + b"\r\n", PONG]
    with pytest.raises(Unreachable):
        await client.do("PING")
    assert await client.do("PING") == b"PONG"
    assert server.connections == 1


async def test_an_invalid_reply_closes_the_connection_and_a_new_one_is_made(
    server: ScriptedServer, connect: Callable[[], RedisClient]
) -> None:
    client = connect()
    server.pieces = [PONG, b"?\r\n", b"?\r\n", PONG]
    assert await client.do("PING") == b"PONG"
    # Asked again on a new connection, once.
    with pytest.raises(Unreachable):
        await client.do("PING")
    assert await client.do("PING") == b"PONG"
    assert server.connections == 3


async def test_a_late_answer_is_not_given_to_the_next_command(
    server: ScriptedServer, connect: Callable[[], RedisClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect()
    server.pieces = [PONG, b"+sl|" + b"|" * 40 + b"ow\r\n", b"+quick\r\n"]
    # Connected already: the time that is too short is for the answer alone.
    await client.do("PING")
    with monkeypatch.context() as impatient:
        impatient.setattr("chat.redis_client.ANSWER_S", 0.2)
        with pytest.raises(Unreachable):
            await client.do("GET", "slow")
    assert await client.do("GET", "quick") == b"quick"
