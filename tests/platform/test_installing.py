"""What `make run` does before it runs: a broken virtual environment is made anew, two at once wait, and what is missing is said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT

TOOL = ROOT / "tools" / "install"


def install(folder: Path, python: str | Path = sys.executable, code: str = "") -> subprocess.Popen[str]:
    """With an empty lock file: what is installed is not what this is about."""
    (folder / "lock").touch()
    source = code + TOOL.read_text(encoding="utf-8")
    return subprocess.Popen(
        [python, "-c", source, folder / "venv", folder / "lock", folder / "venv" / ".installed"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=240)
    return process.returncode, out + err


def works(folder: Path) -> bool:
    done = subprocess.run(
        [folder / "venv" / "bin" / "python", "-m", "pip", "--version"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.parametrize("broken", ["absent", "without pip", "python gone"])
def test_what_does_not_work_is_made_anew(tmp_path: Path, broken: str) -> None:
    venv = tmp_path / "venv"
    if broken != "absent":
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        (venv / ".installed").touch()
    if broken == "python gone":
        for one in (venv / "bin").glob("python*"):
            one.unlink()
        (venv / "bin" / "python").symlink_to(tmp_path / "nowhere")
    status, told = finished(install(tmp_path))
    assert status == 0, told
    assert works(tmp_path)
    assert (venv / ".installed").exists()
    assert str(venv) in (venv / "bin" / "activate").read_text()
    assert not (tmp_path / "venv.new").exists()


def test_two_at_once_install_once(tmp_path: Path) -> None:
    results = [finished(one) for one in (install(tmp_path), install(tmp_path))]
    assert [status for status, _ in results] == [0, 0]
    assert sum("Installing" in told for _, told in results) == 1
    assert works(tmp_path)


def test_a_venv_that_works_is_kept(tmp_path: Path) -> None:
    finished(install(tmp_path))
    (tmp_path / "venv" / "mark").touch()
    assert finished(install(tmp_path))[0] == 0
    assert (tmp_path / "venv" / "mark").exists()


def test_an_older_python_is_told_in_a_sentence(tmp_path: Path) -> None:
    status, told = finished(install(tmp_path, code="import sys; sys.version_info = (3, 10, 0, 'final', 0)\n"))
    assert status == 1
    assert "Miti needs Python 3.11 or newer" in told
    assert "make run PYTHON=python3.12" in told
    assert "Traceback" not in told
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_leaves_nothing_half_made(tmp_path: Path) -> None:
    """As on Debian without python3-venv."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n[ "$2" = venv ] && exit 1\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    status, told = finished(install(tmp_path, code=f"import sys; sys.executable = {str(python)!r}\n"))
    assert status == 1
    assert "apt-get install python3-venv" in told
    assert not (tmp_path / "venv").exists()
    assert not (tmp_path / "venv.new").exists()
