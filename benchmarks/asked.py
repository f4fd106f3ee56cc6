"""The options of a run, from the environment. They are checked before the run begins; mistakes are reported in words."""

import os
import sys
from pathlib import Path


def figures_file() -> Path | None:
    """JSON=FILE: the file for the figures. Ends the run if it cannot be written."""
    given = os.environ.get("JSON")
    if not given:
        return None
    file = Path(given)
    if file.is_dir() or not file.parent.is_dir() or not os.access(file.parent, os.W_OK):
        sys.exit(f"JSON={given}: no file can be written there")
    return file


def number(name: str, default: float, *, above: float = 0) -> float:
    """A number above a minimum. Ends the run if it is not one."""
    given = os.environ.get(name)
    if not given:
        return default
    try:
        asked = float(given)
    except ValueError:
        asked = above
    if not above < asked < float("inf"):
        sys.exit(f"{name}={given}: give a number above {above:g}")
    return asked


def one_of(name: str, choices: list[str]) -> str | None:
    """One of these, or None if the variable is not set. Ends the run at anything else."""
    given = os.environ.get(name) or None
    if given is not None and given not in choices:
        sys.exit(f"{name}={given}: give one of {', '.join(choices)}")
    return given
