"""The whole scaled set-up as processes of its own: PostgreSQL, Valkey, two servers whose clocks can be set, worker and beat, a proxy."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tests.chaos.alerts import Alerts, watched
from tests.chaos.proxy import Proxy
from tests.postgres import Postgres
from tests.prometheus import TOKEN
from tests.server import ROOT, Server
from tests.valkey import Valkey

SETTINGS = {
    "MITI_TICK_S": "0.5",
    # People talk faster here than people do.
    "MITI_VISITOR_MESSAGES": "1000",
    "MITI_PING_S": "2",
    "MITI_SILENCE_S": "15",
    "MITI_CONNECTIONS_PER_ADDRESS": "10000",
    # Capacity for what a slow reader does not read to fill every buffer on the way.
    "MITI_BODY_CHARS": "100000",
    "MITI_FRAME_BYTES": "1048576",
    "MITI_SOCKET_BACKLOG": "32",
    "MITI_METRICS_TOKEN": TOKEN,
}
LOGS = ROOT / "var" / "chaos"
"""Where the servers' logs of the last run are."""


@dataclass
class Setup:
    postgres: Postgres
    database: str
    valkey: Valkey
    servers: tuple[Server, Server]
    clocks: tuple[Path, Path]
    proxy: Proxy
    staff: list[dict[str, str]]
    jobs: "Jobs"
    alerts: Alerts | None
    """None where Prometheus is not installed."""

    async def ask(self, question: str, *about: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        return await asyncio.to_thread(self._ask, question, about)

    def _ask(self, question: str, about: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(question, about).fetchall()

    async def number(self, question: str, *about: Any) -> int:
        return int((await self.ask(question, *about))[0][0])

    async def leader(self) -> str | None:
        rows = await self.ask("SELECT holder FROM chat_lease WHERE name = 'tick' AND expires_at > now()")
        return rows[0][0] if rows else None

    def set_clock(self, which: int, seconds: float) -> None:
        self.clocks[which].write_text(str(seconds))


class Jobs:
    """Celery's worker and beat."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        with (self._server.folder / "jobs.log").open("ab") as log:
            self._running = [
                subprocess.Popen(
                    [sys.executable, "-m", "miti", which],
                    cwd=ROOT,
                    env=self._server.environment(),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                for which in ("worker", "beat")
            ]

    def kill(self) -> None:
        for one in self._running:
            os.killpg(one.pid, signal.SIGKILL)
            one.wait()
        self._running = []


@asynccontextmanager
async def start_setup(
    *, counsellors: int, worker: bool, dice: Random, say: Callable[[str], None]
) -> AsyncIterator[Setup]:
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        say("starting PostgreSQL and Valkey")
        postgres = running.enter_context(Postgres())
        valkey = running.enter_context(Valkey())
        database = postgres.database("chaos")
        clocks = (folder / "clock-0", folder / "clock-1")
        stores = SETTINGS | {"DATABASE_URL": database, "REDIS_URL": valkey.url}
        say("preparing the database")
        first = Server(folder / "0", prepared=None, **stores)
        staff = json.loads(_run(first, "tests.chaos.prepare_database", str(counsellors)))
        servers = [
            Server(
                folder / str(number),
                prepared=None if number == 0 else first.folder,
                command=("tests.chaos.settable_clock", "serve"),
                **(stores | {"CHAOS_CLOCK": str(clock)}),
            )
            for number, clock in enumerate(clocks)
        ]
        say("starting two servers")
        for server in servers:
            running.push(server.__exit__)
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in servers))
        jobs = Jobs(first)
        running.callback(jobs.kill)
        if worker:
            jobs.start()
        alerts = running.enter_context(watched(folder / "prometheus", servers, worker=worker))
        if alerts is None:
            say("alerts are not watched: prometheus is not installed")
        async with Proxy([server.port for server in servers], dice) as proxy:
            running.callback(_keep_logs, servers)
            yield Setup(
                postgres, database, valkey, (servers[0], servers[1]), clocks, proxy, staff, jobs, alerts
            )


def _keep_logs(servers: Sequence[Server]) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    for number, server in enumerate(servers):
        shutil.copy(server.log, LOGS / f"server-{number}.log")


def _run(server: Server, *command: str) -> str:
    environment = server.environment() | {"DJANGO_SETTINGS_MODULE": "miti.settings"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
