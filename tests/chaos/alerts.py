"""The alert rules of deploy/ over what a real Prometheus scrapes while faults are played: each fault raises its alerts, and they end."""

import asyncio
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.prometheus import PROGRAM, Prometheus
from tests.server import Server

SHORTER = {r"for: \w+": "for: 2s", r"\[\d+m\]": "[5s]", r"> 10\n": "> 0\n"}
"""Faults last seconds here, and few people meet them."""
RAISED_S, GONE_S = 15, 60
"""For what never comes."""
OF_BUSY_MACHINES = frozenset(
    {"MitiRelaySlow", "MitiTickLate", "MitiClosingsUnfinished", "MitiPagesFail", "MitiNobodyLeads"}
)
"""They may fire where nothing is wrong but the machine's speed."""
WITHOUT_WORKER = frozenset({"MitiJobOverdue"})
ALWAYS = frozenset({"MitiBackupOld"})
"""Nobody makes backups here."""


class Alerts:
    """What has fired since the last fault began."""

    def __init__(self, prometheus: Prometheus, *, worker: bool) -> None:
        self._prometheus = prometheus
        self._always = ALWAYS if worker else ALWAYS | WITHOUT_WORKER
        self._began = time.monotonic()
        self._before: set[str] = set()

    async def begin(self) -> None:
        while not await asyncio.to_thread(self._prometheus.ask, "up == 1"):  # noqa: ASYNC110  # another process is waited for
            await asyncio.sleep(0.2)
        self._before = await asyncio.to_thread(self._prometheus.firing) | self._always
        self._began = time.monotonic()

    async def fired(self, expected: frozenset[str]) -> set[str]:
        """A moment is given to those that are expected."""
        deadline = time.monotonic() + RAISED_S
        while True:
            since = time.monotonic() - self._began
            found = await asyncio.to_thread(self._prometheus.firing, since) - self._before
            if expected <= found or time.monotonic() > deadline:
                return found
            await asyncio.sleep(0.5)

    async def still_firing(self) -> set[str]:
        """Those that do not end, of the ones that the fault has raised."""
        deadline = time.monotonic() + GONE_S
        while left := await asyncio.to_thread(self._prometheus.firing) - self._before - OF_BUSY_MACHINES:
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        return left


@contextmanager
def watched(folder: Path, servers: Sequence[Server], *, worker: bool) -> Iterator[Alerts | None]:
    """None where Prometheus is not installed."""
    if shutil.which(PROGRAM) is None:
        yield None
        return
    with Prometheus(folder, [server.port for server in servers], SHORTER) as prometheus:
        yield Alerts(prometheus, worker=worker)
