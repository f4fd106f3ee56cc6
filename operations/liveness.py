"""Is this process of ours alive? For the health checks of containers: `python -m operations.liveness web`, or `worker`, or `beat`.

Worker and beat answer no requests: each regularly touches a file of its name in the folder for temporary files, which holds its number. The
check does not load Django, because it runs often.

With `--end-when-stuck` it kills a process that did not answer for `STUCK_S`, however often it was asked: an engine that restarts containers
when their process ends leaves unhealthy ones as they are. One that answers that a store is away is not stuck: people talk on meanwhile.
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


STUCK_S = 60.0
STUCK_CHECKS = 3
"""At least so many: after a machine stood still, one check would seem to come after a long silence."""


def touch(name: str) -> None:
    """This process is alive."""
    _file(name).write_text(str(os.getpid()))


def is_alive(name: str) -> bool:
    try:
        return time.time() - _file(name).stat().st_mtime < STILL_S
    except FileNotFoundError:
        return False


def check(name: str, *, end_when_stuck: bool) -> bool:
    """Whether it is healthy."""
    answers, healthy = _ask() if name == "web" else (is_alive(name),) * 2
    if end_when_stuck:
        _count_silence(name, answers=answers)
    return healthy


def _file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"miti-{name}"


def _ask() -> tuple[bool, bool]:
    """Whether the web process answers, and whether it is ready: it reaches its stores, and the database has every migration."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/ready"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # always http, to ourselves
            return True, answer.status == 200
    except urllib.error.HTTPError:
        return True, False
    except (urllib.error.URLError, OSError):
        return False, False


def _count_silence(name: str, *, answers: bool) -> None:
    silence, process = _file(f"{name}-silent"), _file(name)
    if answers:
        silence.unlink(missing_ok=True)
        return
    with silence.open("a") as checks:
        checks.write(f"{time.time()}\n")
    first, *others = silence.read_text().split()
    if time.time() - float(first) < STUCK_S or len(others) + 1 < STUCK_CHECKS:
        return
    silence.unlink()
    # Nobody wrote its number yet: it is still starting.
    if process.exists():
        os.kill(int(process.read_text()), signal.SIGKILL)


if __name__ == "__main__":
    which, *flags = sys.argv[1:]
    sys.exit(0 if check(which, end_when_stuck="--end-when-stuck" in flags) else 1)
