"""A container's process that no longer answers is ended, so that the engine starts it again; one whose store is away is left alone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.liveness import STUCK_CHECKS, STUCK_S, identity
from tests.server import ROOT, Server


def check(server: Server, temporary: Path, name: str = "web") -> int:
    """As the composition's health check asks."""
    return subprocess.run(
        [sys.executable, "-m", "operations.liveness", name, "--end-when-stuck"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(server.port), "TMPDIR": str(temporary)},
        check=False,
    ).returncode


def let_time_pass(temporary: Path, name: str = "web") -> None:
    """Since its silence was first noticed."""
    silence = temporary / f"miti-{name}-silent"
    process, first, *others = silence.read_text().splitlines()
    silence.write_text("\n".join([process, str(float(first) - STUCK_S), *others, ""]))


def test_a_process_that_answers_no_more_is_ended(start_server: Callable[..., Server], tmp_path: Path) -> None:
    server = start_server(TMPDIR=str(tmp_path))
    assert check(server, tmp_path) == 0
    server.send(signal.SIGSTOP)
    for _ in range(STUCK_CHECKS):
        assert check(server, tmp_path) == 1
    assert server._process is not None
    assert server._process.poll() is None, "it is asked once a second while it starts"
    let_time_pass(tmp_path)
    assert check(server, tmp_path) == 1
    assert server._process is not None
    assert server._process.wait(60) == -signal.SIGKILL
    server.start()
    assert check(server, tmp_path) == 0


def test_a_process_that_answers_again_begins_anew(
    start_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = start_server(TMPDIR=str(tmp_path))
    for _ in range(2):
        server.send(signal.SIGSTOP)
        assert check(server, tmp_path) == 1
        let_time_pass(tmp_path)
        server.send(signal.SIGCONT)
        assert check(server, tmp_path) == 0


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_worker_that_was_still_for_long_is_ended(tmp_path: Path, name: str) -> None:
    sleeping = subprocess.Popen(["sleep", "600"])
    try:
        touched = tmp_path / f"miti-{name}"
        touched.write_text(identity(sleeping.pid))
        assert check(Server(tmp_path), tmp_path, name) == 0
        os.utime(touched, (0, 0))
        for _ in range(STUCK_CHECKS):
            assert check(Server(tmp_path), tmp_path, name) == 1
        assert sleeping.poll() is None
        let_time_pass(tmp_path, name)
        assert check(Server(tmp_path), tmp_path, name) == 1
        assert sleeping.wait(60) == -signal.SIGKILL
    finally:
        sleeping.kill()
        sleeping.wait()


@pytest.mark.parametrize("another_begins", [True, False])
def test_a_new_process_is_not_ended_for_the_silence_of_another(tmp_path: Path, another_begins: bool) -> None:
    """Nor one that got the number of the one that was silent, and has not said yet that it is there."""
    sleeping = subprocess.Popen(["sleep", "600"])
    try:
        touched = tmp_path / "miti-worker"
        before = f"{sleeping.pid} 1"
        touched.write_text(identity(sleeping.pid) if another_begins else before)
        os.utime(touched, (0, 0))
        (tmp_path / "miti-worker-silent").write_text("\n".join([before, *["1.0"] * STUCK_CHECKS, ""]))
        assert check(Server(tmp_path), tmp_path, "worker") == 1
        assert sleeping.poll() is None
    finally:
        sleeping.kill()
        assert sleeping.wait() == -signal.SIGKILL


def test_a_process_that_has_not_started_yet_is_waited_for(tmp_path: Path) -> None:
    for _ in range(STUCK_CHECKS):
        assert check(Server(tmp_path), tmp_path) == 1
    assert not (tmp_path / "miti-web-silent").exists()
