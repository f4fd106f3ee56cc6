"""A real Miti in a process of its own, with a data folder of its own: what the socket and browser tests talk to."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.clean_environment import without_settings

ROOT = Path(__file__).resolve().parent.parent
START_S = 240
STOP_S = 60
"""For what never comes."""

# Short enough to be waited for; the tests say their own where it matters.
# All visitors come from one address here, many a minute: that is not what most tests are about.
QUICK = {
    "MITI_TICK_S": "0.2",
    "MITI_ASKS_PER_ADDRESS": "100000",
    "MITI_ASKS": "100000",
    "MITI_QUEUE_SHARE": "1",
    "MITI_DEMO_FIGURES": "0",
}


def free_port() -> int:
    """Below those that the system gives to whoever connects: none of them takes it before the server does, or while it is down."""
    # Not `random`: every process of a run begins with the same seed.
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def prepare(folder: Path, **settings: str) -> Path:
    """A data folder as the first `make run` leaves it, for servers to begin with a copy of."""
    command = [sys.executable, "-m", "miti", "setup"]
    subprocess.run(
        command, cwd=ROOT, env=Server(folder, prepared=None, command=(), **settings).environment(), check=True
    )
    return folder


class Server:
    """Starts when entered; `settings` are environment variables on top of the demo's."""

    def __init__(
        self, folder: Path, *, prepared: Path | None = None, command: Sequence[str] = (), **settings: str
    ) -> None:
        self.folder = folder
        self.root = ROOT
        """The code that it runs."""
        if prepared is not None:
            shutil.copytree(prepared, folder, dirs_exist_ok=True)
        self.port = free_port()
        self.log = folder / "server.log"
        self._settings = QUICK | settings
        # What was prepared needs no second look at its tables and static files.
        usual = ("miti", "run" if prepared is None else "serve")
        self._command = [one.format(port=self.port) for one in command or usual]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sockets(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def database(self) -> Path:
        return self.folder / "miti.sqlite3"

    def __enter__(self) -> Self:
        self.start()
        return self

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                cwd=self.root,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self._end(signal.SIGKILL)
            raise

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in without_settings(os.environ).items() if not k.startswith("PYTEST_")}
        return inherited | {
            "MITI_DEMO": "1",
            "MITI_DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            **self._settings,
        }

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=10).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the server was not ready in {START_S} s:\n{self.log.read_text()}")

    def send(self, what: signal.Signals) -> None:
        """To the process and all of its children."""
        assert self._process is not None
        os.killpg(self._process.pid, what)

    def kill(self) -> None:
        """As a crash does it: no goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator does it; the exit status."""
        return self._end(signal.SIGINT)

    def terminate(self) -> int:
        """As a service manager does it; the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, how)
        status = self._process.wait(STOP_S)
        self._process = None
        return status

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._end(signal.SIGKILL)


ASKED, PASSED = "time-asked-for", "time-passed"
"""Files in its folder by which `TimedServer` and `tests.live.timed_server` understand each other: seconds beyond this machine's clock."""
STILL = "TIME_STANDS_STILL"
"""In the environment of `TimedServer`: no time passes there but what a test lets pass."""
CUT = "network-cut"
"""How the name of a file in its folder begins by which a test says that a visitor's network is gone; then the conversation."""
LATE = timedelta(minutes=15)


class TimedServer(Server):
    """Time passes there when a test says so, at once. It is never about to be midnight."""

    def __init__(self, folder: Path, **about: Any) -> None:
        super().__init__(folder, command=["tests.live.timed_server"], **about)
        self._ahead_s = 0.0
        if (self.now() + LATE).date() != self.now().date():
            self._ahead_s = LATE.total_seconds()
        self.began = self.now()
        self._write_down()

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead_s)

    def cut_network(self, conversation: str) -> None:
        """From now on nothing arrives from this visitor, whose connection stays."""
        (self.folder / f"{CUT}-{conversation}").touch()

    def advance_time(self, seconds: float) -> None:
        """So many seconds do, and what they bring is done."""
        self._ahead_s += seconds
        self._write_down()
        deadline = time.monotonic() + START_S
        while self._advanced_s() < self._ahead_s:
            assert time.monotonic() < deadline, f"time did not pass:\n{self.log.read_text()}"
            time.sleep(0.02)

    def _write_down(self) -> None:
        fresh = self.folder / f"{ASKED}.new"
        fresh.write_text(str(self._ahead_s))
        fresh.replace(self.folder / ASKED)

    def _advanced_s(self) -> float:
        try:
            return float((self.folder / PASSED).read_text() or "-inf")
        except FileNotFoundError:
            return float("-inf")
