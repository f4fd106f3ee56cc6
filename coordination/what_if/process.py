"""The process in which a question is computed: a whole processor for a minute or more must be none of those that serve.

It belongs to the one that began it, and ends when that ends. What it does, it tells in its row; nothing else passes between the two.
"""

import os
import subprocess
import sys
from contextlib import suppress
from uuid import UUID

COMMAND = "what_if"
LOWER_PRIORITY = 10

_parent: int | None = None
_begun: dict[UUID, "subprocess.Popen[bytes]"] = {}


def start(run: UUID) -> None:
    """Begin it. Raises OSError where no process can be had."""
    for ended in [key for key, one in _begun.items() if one.poll() is not None]:
        del _begun[ended]
    _begun[run] = subprocess.Popen(  # noqa: S603  # our own program, and the key of a row
        [sys.executable, "-m", "miti", COMMAND, str(run)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def runs(run: UUID) -> bool | None:
    """Does its process run? None: it was not begun by this one, or has ended long ago."""
    return None if run not in _begun else _begun[run].poll() is None


def settle() -> None:
    """In the process itself: let those that serve go first, and remember who began it."""
    global _parent
    _parent = os.getppid()
    with suppress(OSError):
        os.nice(LOWER_PRIORITY)


def is_left_alone() -> bool:
    """Has the one that began this process ended?"""
    return _parent is not None and os.getppid() != _parent
