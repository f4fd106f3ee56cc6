"""The measured servers: processes, with the CPU and the memory that each uses."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.server import Server

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

BARE = ("benchmarks.relay.serve", "{application}", "{port}")
MITI = ("benchmarks.relay.ours",)
DAPHNE = ("daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}", "{application}")
OURS = "benchmarks.relay.ours:application"
FLOOR, STOCK = "benchmarks.relay.floor:application", "benchmarks.relay.stock:application"

#: Settings without rate limits, limits per address and time limits.
UNBOUND = {
    "MITI_TICK_S": "1",
    "MITI_VISITOR_MESSAGES": "1000",
    "MITI_VISITOR_MESSAGES_PER_S": "0.01",
    "MITI_CONNECTIONS": "16000",
    "MITI_CONNECTIONS_PER_ADDRESS": "100000",
    "MITI_ASKS_PER_ADDRESS": "100000",
    "MITI_ASKS": "1000000",
    "MITI_TRANSCRIPT_MESSAGES": "100000",
    "MITI_QUEUE_LENGTH": "100000",
    "MITI_SILENCE_S": "600",
}


class Process(Server):
    """A server process, observed from outside."""

    def __init__(
        self, folder: Path, application: str, command: Sequence[str], prepared: Path | None, **settings: str
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        filled = [one.replace("{application}", application) for one in command]
        super().__init__(folder, prepared=prepared, command=filled, **UNBOUND | settings)

    def cpu_s(self) -> float:
        """Seconds of CPU, its own and the kernel's for it, since it started."""
        assert self._process is not None
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        # The name, in parentheses, may hold anything; counted from 1, user and system time are fields 14 and 15.
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS_PER_S

    def memory_bytes(self) -> int:
        """The memory that it uses now."""
        assert self._process is not None
        return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * PAGE_BYTES


@dataclass
class MeasuredServer:
    """One relay under test: visitors connect to the first process, counsellors to the last."""

    processes: list[Process]

    @property
    def first(self) -> Process:
        return self.processes[0]

    @property
    def last(self) -> Process:
        return self.processes[-1]

    def cpu_s(self) -> float:
        return sum(one.cpu_s() for one in self.processes)

    def __enter__(self) -> Self:
        for one in self.processes:
            one.start()
        return self

    def stop(self) -> None:
        """Stop its processes, so that they do not disturb the next measurement."""
        for one in self.processes:
            one.__exit__(None, None, None)

    def __exit__(self, *_: object) -> None:
        self.stop()


class MeasuredServers:
    """Starts the servers, each in its own folder."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self._folder = folder
        self._prepared = prepared
        self._made = 0

    def floor(self, *, command: Sequence[str] = BARE) -> MeasuredServer:
        return MeasuredServer([Process(self._next(), FLOOR, command, None)])

    def stock(self, redis_url: str) -> MeasuredServer:
        return MeasuredServer([Process(self._next(), STOCK, BARE, None, REDIS_URL=redis_url)])

    def miti(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        processes: int = 1,
        command: Sequence[str] = MITI,
    ) -> MeasuredServer:
        """Several processes share the secrets of the prepared folder, and the stores that the settings name."""
        return MeasuredServer(
            [
                Process(self._next(), OURS, command, self._prepared, **(settings or {}))
                for _ in range(processes)
            ]
        )

    def _next(self) -> Path:
        self._made += 1
        return self._folder / str(self._made)
