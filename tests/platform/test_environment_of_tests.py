"""What the caller's shell sets for an installation does not reach the tests, which would empty its stores."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from miti.environment_reader import variables
from tests.clean_environment import for_tests, without_settings
from tests.server import ROOT, Server


def test_pytest_drops_settings_before_django_reads_them(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("tests.cleaned")
    assert not {name.upper() for name in os.environ} & (set(variables()) - {"MITI_DATA_DIR"})


def test_every_setting_is_dropped_however_it_is_written() -> None:
    given = dict.fromkeys(variables(), "theirs")
    assert {"REDIS_URL", "DATABASE_URL", "HOST", "PORT", "WEB_CONCURRENCY", "MITI_DATA_DIR"} <= set(given)
    assert without_settings(given) == without_settings({name.lower(): "x" for name in given}) == {}
    assert without_settings({"DJANGO_SETTINGS_MODULE": "x", "MITI_TYPO": "x", "PATH": "p"}) == {"PATH": "p"}


def test_processes_of_the_tests_keep_what_they_compile() -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in for_tests({"PYTHONDONTWRITEBYTECODE": "1"})
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_settings_of_the_shell_reach_no_test(tmp_path: Path) -> None:
    shell = {
        "REDIS_URL": "redis://theirs/0",
        "database_url": "postgresql://theirs/miti",
        "DJANGO_SETTINGS_MODULE": "theirs.settings",
        "MITI_DATA_DIR": str(tmp_path / "theirs"),
        "PORT": "1",
    }
    code = "import tests.cleaned; from miti.settings import *; print(ENV.redis_url, DATABASES, ENV.port)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | shell,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "sqlite3" in done.stdout
    assert "theirs" not in done.stdout
    assert not (tmp_path / "theirs").exists()


def test_a_server_of_the_tests_gets_its_own_settings_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://theirs/0")
    monkeypatch.setenv("HOST", "192.0.2.1")
    environment = Server(tmp_path).environment()
    assert "REDIS_URL" not in environment
    assert "HOST" not in environment
