"""One server on one data folder: with everything in its memory, a second one would do the same jobs and know nothing of the first."""

import fcntl
import os
import sys
from pathlib import Path

_held: list[int] = []
"""Open for as long as the process lives: the system gives the lock back when it ends, however it ends."""


def hold(folder: Path) -> None:
    """End this process with a sentence if another one serves from this folder."""
    handle = os.open(folder / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        sys.exit(
            f"Another Miti serves from {folder}: stop it first, or give this one a folder of its own (MITI_DATA_DIR). Several processes "
            "together need REDIS_URL: docs/scaled.md"
        )
    _held.append(handle)
