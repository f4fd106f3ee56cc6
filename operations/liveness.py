"""Is this process of ours alive? For the health checks of containers: `python -m operations.liveness web`, or `worker`, or `beat`.

Worker and beat answer no requests: each regularly touches a file of its name in the folder for temporary files, which says which process it
is. The check does not load Django, because it runs often.

With `--end-when-stuck` it kills a process that did not answer for `STUCK_S`, however often it was asked: an engine that restarts containers
when their process ends leaves unhealthy ones as they are. For a web process only `/health/live` decides that, which needs no store: people
talk on while the database is away or silent.
"""

import os
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

EVERY_S = 10.0
STILL_S = 60.0
PATIENCE_S = 5.0
"""For both questions together; the composition ends a check after six."""

STUCK_S = 60.0
STUCK_CHECKS = 3
"""At least so many: after a machine stood still, one check would seem to come after a long silence."""


def touch(name: str) -> None:
    """This process is alive."""
    _file(name).write_text(identity(os.getpid()))


def identity(pid: int) -> str:
    """The process's number and when it began, in ticks of the machine, as numbers are used again; empty: there is none."""
    try:
        # The name before the last bracket may hold spaces; the time is the 22nd field of all.
        return f"{pid} {Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[19]}"
    except OSError:
        return ""


def is_alive(name: str) -> bool:
    try:
        return time.time() - _file(name).stat().st_mtime < STILL_S
    except FileNotFoundError:
        return False


def check(name: str, *, end_when_stuck: bool) -> bool:
    """Whether it is healthy."""
    deadline = time.monotonic() + PATIENCE_S
    answers = _status("live", deadline) is not None if name == "web" else is_alive(name)
    if end_when_stuck:
        _count_silence(name, answers=answers)
    # Ready: it reaches its stores, and the database has every migration.
    return answers and (name != "web" or _status("ready", deadline) == 200)


def _file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"miti-{name}"


def _status(question: str, deadline: float) -> int | None:
    """Of the web process's answer; None: it gave none until then."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/{question}"
    try:
        # Always http, to ourselves.
        with urllib.request.urlopen(address, timeout=max(0.1, deadline - time.monotonic())) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except (urllib.error.URLError, OSError):
        return None


def _count_silence(name: str, *, answers: bool) -> None:
    """Its file has a line that says which process was silent, and one for each check. Another process begins anew."""
    silence = _file(f"{name}-silent")
    process = "" if answers else _running(name)
    if not process:
        # It answers, or is still starting.
        silence.unlink(missing_ok=True)
        return
    if not silence.exists() or silence.read_text().partition("\n")[0] != process:
        silence.write_text(f"{process}\n")
    with silence.open("a") as checks:
        checks.write(f"{time.time()}\n")
    first, *others = silence.read_text().split("\n")[1:-1]
    if time.time() - float(first) < STUCK_S or len(others) + 1 < STUCK_CHECKS:
        return
    silence.unlink()
    os.kill(int(process.split()[0]), signal.SIGKILL)


def _running(name: str) -> str:
    """The identity of the process that wrote the file of this name, if it runs still."""
    try:
        written = _file(name).read_text()
    except FileNotFoundError:
        return ""
    pid = written.partition(" ")[0]
    return written if pid.isdigit() and identity(int(pid)) == written else ""


if __name__ == "__main__":
    which, *flags = sys.argv[1:]
    sys.exit(0 if check(which, end_when_stuck="--end-when-stuck" in flags) else 1)
