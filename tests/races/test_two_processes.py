"""Accepts, refusals, transfers, losses, closes, dispatches and ticks at once, in two processes, on both databases."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.clean_environment import without_settings
from tests.postgres import Postgres
from tests.server import ROOT

# Five processes begin, and a PostgreSQL before them; the storm itself lasts until it was one.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    inherited = without_settings(os.environ)
    address = ""
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.database("storm", like=request.getfixturevalue("demo_template"))
    return inherited | {
        "DATABASE_URL": address,
        "MITI_DATA_DIR": str(tmp_path),
        "MITI_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "miti.settings",
    }


def start(environment: dict[str, str], *module: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: "subprocess.Popen[str]") -> list[str]:
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    return said.splitlines()


def test_no_conversation_is_assigned_twice_lost_or_miscounted(environment: dict[str, str]) -> None:
    output(start(environment, "tests.races.prepare_and_check", "prepare"))
    watcher = start(environment, "tests.races.prepare_and_check", "watch")
    workers = [start(environment, "tests.races.worker", seed) for seed in ("1", "2")]
    lines = [line.split() for worker in workers for line in output(worker)]
    assert output(watcher) == []
    assert output(start(environment, "tests.races.prepare_and_check", "judge")) == []
    accepted = Counter(line[1] for line in lines if line[0] == "accepted")
    requeued = Counter(line[1] for line in lines if line[0] == "requeued")
    closed = Counter(line[1] for line in lines if line[0] == "closed")
    assert len(accepted) >= 10, "the storm was none"
    assert all(count <= 1 + requeued[conversation] for conversation, count in accepted.items())
    assert closed
    assert set(closed.values()) == {1}
