"""What a run needs besides the servers: a prepared data folder, real stores, and open conversations."""

import json
import os
import secrets
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.relay.servers import MeasuredServer, MeasuredServers
from benchmarks.relay.talk import MeasuredConversation
from tests.postgres import Postgres
from tests.server import ROOT, prepare
from tests.valkey import Valkey

EACH = 4
"""Conversations of one counsellor at once."""
FILL_S = 120
PROJECT = {"DJANGO_SETTINGS_MODULE": "miti.settings"}


@dataclass(frozen=True)
class FilledStage:
    conversations: list[MeasuredConversation]
    ready: list[str]
    """Sessions of counsellors who have free slots."""


class Stage:
    """The set-up of one run; closing `stack` ends what it started."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._stack = stack
        self._databases = 0
        self._running: list[MeasuredServer] = []
        self.candidates = MeasuredServers(folder, prepare(folder / "prepared"))
        self._postgres = stack.enter_context(Postgres())
        self.valkey = stack.enter_context(Valkey())

    def stores(self) -> dict[str, str]:
        """A new database, and the shared Redis."""
        self._databases += 1
        return {
            "DATABASE_URL": self._postgres.database(f"bench{self._databases}"),
            "REDIS_URL": self.valkey.url,
        }

    def start(self, candidate: MeasuredServer) -> MeasuredServer:
        self._running.append(candidate)
        return self._stack.enter_context(candidate)

    def clear(self) -> None:
        """Stop all servers that still run, so that they do not disturb the next measurement."""
        for candidate in self._running:
            candidate.stop()
        self._running.clear()


def fill(
    candidate: MeasuredServer, conversations: int, *, each: int = EACH, free: int = 0, others: int = 0
) -> FilledStage:
    """Fill the database of a server that has not been started yet."""
    numbers = map(str, (conversations, each, free, others))
    command = [sys.executable, "-m", "benchmarks.relay.world", *numbers]
    environment = candidate.first.environment() | PROJECT
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=FILL_S
    )
    filled = json.loads(done.stdout)
    return FilledStage(
        [
            MeasuredConversation(one["id"], one["token"], console["session"])
            for console in filled["consoles"]
            for one in console["conversations"]
        ],
        filled["ready"],
    )


def rooms(conversations: int) -> list[MeasuredConversation]:
    """Conversations for relays that store nothing: the token identifies the conversation."""
    tokens = [secrets.token_urlsafe(32) for _ in range(conversations)]
    return [
        MeasuredConversation(token, token, f"console-{number // EACH}") for number, token in enumerate(tokens)
    ]


def machine() -> dict[str, str | int]:
    """The machine in general terms, without its name."""
    return {"cores": os.cpu_count() or 1, "python": ".".join(map(str, sys.version_info[:2]))}
