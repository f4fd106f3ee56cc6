"""What a run needs beside the servers: a prepared data folder, real stores, and conversations that are open already."""

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
"""Conversations that one counsellor has at once."""
FILL_S = 120
PROJECT = {"DJANGO_SETTINGS_MODULE": "miti.settings"}


@dataclass(frozen=True)
class FilledStage:
    conversations: list[MeasuredConversation]
    ready: list[str]
    """Sessions of counsellors who have free places."""


class Stage:
    """Belongs to one run; what it started ends with `stack`."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._stack = stack
        self._databases = 0
        self._running: list[MeasuredServer] = []
        self.candidates = MeasuredServers(folder, prepare(folder / "prepared"))
        self._postgres = stack.enter_context(Postgres())
        self.valkey = stack.enter_context(Valkey())

    def stores(self) -> dict[str, str]:
        """A database of its own, and the one Redis."""
        self._databases += 1
        return {
            "DATABASE_URL": self._postgres.database(f"bench{self._databases}"),
            "REDIS_URL": self.valkey.url,
        }

    def start(self, candidate: MeasuredServer) -> MeasuredServer:
        self._running.append(candidate)
        return self._stack.enter_context(candidate)

    def clear(self) -> None:
        """Whatever still runs: nothing is to be measured beside it any more."""
        for candidate in self._running:
            candidate.stop()
        self._running.clear()


def fill(candidate: MeasuredServer, conversations: int, *, each: int = EACH, free: int = 0) -> FilledStage:
    """Fill the database of a candidate that has not been started yet."""
    command = [sys.executable, "-m", "benchmarks.relay.world", str(conversations), str(each), str(free)]
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
    """For whoever keeps nothing: the token is the room."""
    tokens = [secrets.token_urlsafe(32) for _ in range(conversations)]
    return [
        MeasuredConversation(token, token, f"console-{number // EACH}") for number, token in enumerate(tokens)
    ]


def machine() -> dict[str, str | int]:
    """In general terms: nothing that names it."""
    return {"cores": os.cpu_count() or 1, "python": ".".join(map(str, sys.version_info[:2]))}
