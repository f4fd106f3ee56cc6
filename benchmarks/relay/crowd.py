"""Many visitors who only connect: the cost of opening and holding a connection, and how many one process holds."""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Self

from benchmarks.relay.servers import MeasuredServer, Process
from benchmarks.relay.talk import AT_ONCE, greeted, hello
from benchmarks.relay.wire import Wire

FROM = [f"127.0.0.{last}" for last in range(1, 11)]
"""One source address has only some 28,000 ports."""


class Crowd:
    """Visitors who have sent `hello` and ask for nothing."""

    def __init__(self, server: Process) -> None:
        self.server = server
        self.wires: list[Wire] = []

    async def grow(self, more: int, told: Callable[[str], None] | None = None) -> None:
        """Connect all of them, or raise the first error."""
        left = iter(range(more))

        async def come() -> None:
            for number in left:
                here = FROM[len(self.wires) % len(FROM)]
                wire = await Wire.open(self.server.url, "/ws/visitor/", here=here)
                await greeted(wire, hello(secrets.token_urlsafe(32)))
                self.wires.append(wire)
                if told is not None and number % 1000 == 999:
                    told(f"{number + 1} of {more}")

        await asyncio.gather(*(come() for _ in range(AT_ONCE)))

    def here(self) -> int:
        """How many connections the server still holds."""
        return sum(not wire.lost for wire in self.wires)

    async def leave(self) -> None:
        for wire in self.wires:
            wire.cut()
        self.wires.clear()
        await asyncio.sleep(0.5)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()


async def opening(candidate: MeasuredServer, visitors: int) -> tuple[float, float]:
    """Opened per second of the server's CPU, and per second."""
    async with Crowd(candidate.first) as crowd:
        began, cpu = time.perf_counter(), candidate.cpu_s()
        await crowd.grow(visitors)
        return visitors / max(0.001, candidate.cpu_s() - cpu), visitors / (time.perf_counter() - began)


async def memory(candidate: MeasuredServer, visitors: int) -> float:
    """Bytes that one idle connection holds."""
    async with Crowd(candidate.first) as crowd:
        # The first connections also cause what is loaded only once.
        await crowd.grow(visitors // 4)
        await asyncio.sleep(0.5)
        before = candidate.first.memory_bytes()
        await crowd.grow(visitors)
        await asyncio.sleep(0.5)
        return (candidate.first.memory_bytes() - before) / visitors


async def held(
    candidate: MeasuredServer, steps: list[int], told: Callable[[str], None], watch_s: float
) -> tuple[int, float, float]:
    """The last step at which all connected and stayed; the share of a core that holding them takes; bytes for each."""
    most, share, bytes_each = 0, 0.0, 0.0
    async with Crowd(candidate.first) as crowd:
        empty = candidate.first.memory_bytes()
        for step in steps:
            try:
                await crowd.grow(step - len(crowd.wires), told)
            except (OSError, TimeoutError) as fault:
                told(f"no more than {len(crowd.wires)}: {type(fault).__name__}")
                break
            cpu, pinged = candidate.cpu_s(), sum(wire.pinged for wire in crowd.wires)
            await asyncio.sleep(watch_s)
            if crowd.here() < step or (watch_s > 20 and sum(wire.pinged for wire in crowd.wires) == pinged):
                told(f"only {crowd.here()} of {step} stayed")
                break
            most, share = step, (candidate.cpu_s() - cpu) / watch_s
            bytes_each = (candidate.first.memory_bytes() - empty) / step
    return most, share, bytes_each
