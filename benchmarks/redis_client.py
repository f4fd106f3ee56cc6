"""`python -m benchmarks.redis_client`: what a command costs this process, by our client and by redis-py's pipeline; a minute.

The command is the one that appends a message. The floor is a bare PUBLISH of as many bytes on one connection of redis-py, the least that
a client can do: packed by hiredis, one batch for all callers, replies read in whole buffers. All clients are measured in turns, and a
ratio is the median of the ratios of the rounds.

The benchmark counts the CPU of this process, which other work on the machine changes little; wall time would show how busy the machine is.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
django.setup()

import uvloop  # noqa: E402  # Django must be set up first
from redis.asyncio.connection import AbstractConnection  # noqa: E402

from benchmarks.library_twins import PipelineClient  # noqa: E402
from benchmarks.relay.stage import machine  # noqa: E402
from chat.redis_client import Argument, RedisClient, ReplyReader, Script, connection, pack  # noqa: E402
from chat.transcript.scripts import APPEND, OPEN  # noqa: E402
from tests.valkey import Valkey  # noqa: E402

CALLERS = (4, 64)
COMMANDS, ROUNDS = 1_536, 7
MOST = 10_000_000
SEALED = bytes(140)
"""About the size of a sealed message of a hundred characters."""
KEYS = tuple(f"bench:{{{name}}}" for name in ("about", "messages", "notes", "known"))


class Client(Protocol):
    async def run(self, script: Script, keys: tuple[str, ...], *arguments: Argument) -> Any: ...


class Floor:
    """Sends so many PUBLISH in one batch and reads their replies."""

    def __init__(self, opened: AbstractConnection) -> None:
        self._opened = opened
        self._replies = ReplyReader(opened)

    async def work(self, callers: int) -> None:
        for _ in range(COMMANDS // callers):
            packed = b"".join(pack(("PUBLISH", "bench", SEALED)) for _ in range(callers))
            await self._opened.send_packed_command(packed, check_health=False)
            answers = 0
            while answers < callers:
                await self._replies.more()
                answers += len(list(self._replies.whole()))


async def append(client: Client, callers: int) -> None:
    async def caller(own: int) -> None:
        for number in range(COMMANDS // callers):
            name = f"{time.monotonic_ns()}-{own}-{number}"
            await client.run(APPEND, KEYS, "message", 0, name, "id", SEALED, 1, MOST, MOST, "bench", "c")

    await asyncio.gather(*map(caller, range(callers)))


async def cpu_us(work: Callable[[int], Awaitable[None]], callers: int) -> float:
    """CPU of this process for each command, in microseconds."""
    began = time.process_time()
    await work(callers)
    return (time.process_time() - began) / COMMANDS * 1e6


async def measure(url: str) -> dict[int, dict[str, list[float]]]:
    bare, ours, library = connection(url), RedisClient(url), PipelineClient(url)
    await bare.connect()
    await ours.run(OPEN, (*KEYS, "bench:{ticket}"), 1, 1, ";", 1, MOST, "")
    ways: dict[str, Callable[[int], Awaitable[None]]] = {
        "floor": Floor(bare).work,
        "ours": lambda callers: append(ours, callers),
        "redis-py": lambda callers: append(library, callers),
    }
    found: dict[int, dict[str, list[float]]] = {}
    for callers in CALLERS:
        found[callers] = {name: [] for name in ways}
        for number in range(ROUNDS + 1):
            for name, work in ways.items():
                taken = await cpu_us(work, callers)
                # The first round warms up and is not counted.
                if number:
                    found[callers][name].append(taken)
    await ours.close()
    await library.close()
    await bare.disconnect()
    return found


def ratio(above: list[float], below: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(above, below, strict=True))


def main() -> None:
    with Valkey() as valkey:
        found = uvloop.run(measure(valkey.url))
    print(
        f"{machine()['cores']} cores, Python {machine()['python']}; {ROUNDS} rounds; CPU of the client's process\n"
    )
    print(
        "| callers | floor, us | ours, us | redis-py, us | ours / floor | redis-py / floor | redis-py / ours |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for callers, taken in found.items():
        medians = " | ".join(
            f"{statistics.median(taken[name]):.1f}" for name in ("floor", "ours", "redis-py")
        )
        ratios = " | ".join(
            f"{ratio(taken[above], taken[below]):.2f}"
            for above, below in (("ours", "floor"), ("redis-py", "floor"), ("redis-py", "ours"))
        )
        print(f"| {callers} | {medians} | {ratios} |")


if __name__ == "__main__":
    main()
