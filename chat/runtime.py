"""What a running process shares: the stores and the hub. `miti.asgi` builds it, the tests build their own."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from chat.hub import Hub
from chat.transcript.interface import Transcripts
from chat.volatile import Volatile


@dataclass(slots=True)
class Runtime:
    transcripts: Transcripts
    volatile: Volatile
    hub: Hub = field(default_factory=Hub)
    beside: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Work of the stores that runs for as long as the process does."""


current: Runtime | None = None
"""The hot path reads this, to save a call; elsewhere use the functions below."""


def start(runtime: Runtime) -> None:
    global current
    current = runtime


def running() -> Runtime:
    assert current is not None, "start the runtime first: miti.asgi does"
    return current


def transcripts() -> Transcripts:
    return running().transcripts


def volatile() -> Volatile:
    return running().volatile


def hub() -> Hub:
    return running().hub
