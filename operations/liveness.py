"""Is this process of ours alive? For the health checks of containers: `python -m operations.liveness web`, or `worker`, or `beat`.

Worker and beat answer no requests: each regularly touches a file of its name in the folder for temporary files. The check does not load
Django, because it runs often.
"""

import os
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

EVERY_S = 10.0
STILL_S = 60.0
PATIENCE_S = 5.0


def touch(name: str) -> None:
    _file(name).touch()


def is_alive(name: str) -> bool:
    try:
        return time.time() - _file(name).stat().st_mtime < STILL_S
    except FileNotFoundError:
        return False


def _file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"miti-{name}"


def _serves() -> bool:
    """Ready: it reaches its stores, and the database has every migration."""
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/ready"
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:  # always http, to ourselves
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    (which,) = sys.argv[1:]
    sys.exit(0 if (_serves() if which == "web" else is_alive(which)) else 1)
