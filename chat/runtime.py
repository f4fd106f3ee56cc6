"""What a running process shares: the stores in memory, and who listens. `miti.asgi` builds it, the tests build their own."""

from dataclasses import dataclass, field

from chat.hub import Hub
from chat.transcript.interface import Transcripts
from chat.volatile import Volatile


@dataclass(slots=True)
class Runtime:
    transcripts: Transcripts
    volatile: Volatile
    hub: Hub = field(default_factory=Hub)


_running: Runtime | None = None


def start(runtime: Runtime) -> None:
    global _running
    _running = runtime


def running() -> Runtime:
    assert _running is not None, "start the runtime first: miti.asgi does"
    return _running


def transcripts() -> Transcripts:
    return running().transcripts


def volatile() -> Volatile:
    return running().volatile


def hub() -> Hub:
    return running().hub
