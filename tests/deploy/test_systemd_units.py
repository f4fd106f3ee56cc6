"""The systemd units: they are hardened, and what they start is what the composition starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker_compose import read
from tests.server import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
each = pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
HARDENED = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "CapabilityBoundingSet=", "LimitCORE=0",
    "MemorySwapMax=0", "User=miti",
)  # fmt: skip


@each
def test_a_service_is_hardened(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert [line for line in HARDENED if line not in lines] == []


@each
def test_no_unit_holds_a_secret_and_each_names_a_file_for_it(unit: Path) -> None:
    told = unit.read_text(encoding="utf-8")
    wanted = read()["services"]["web-1"]["secrets"]
    assert [name for name in wanted if f"LoadCredential={name}:/etc/miti/secrets/{name}" not in told] == []


@pytest.mark.parametrize(
    ("unit", "service"), [("miti-web@", "web-1"), ("miti-worker", "worker"), ("miti-beat", "beat")]
)
def test_a_unit_starts_what_the_composition_starts(unit: str, service: str) -> None:
    told = (UNITS / f"{unit}.service").read_text(encoding="utf-8")
    composed = read()["services"][service]
    assert f"ExecStart=/srv/miti/.venv/bin/{' '.join(composed['command'])}\n" in told
    assert f"TimeoutStopSec={composed['stop_grace_period'].removesuffix('s')}\n" in told


class Machine:
    """A copy of the script whose paths are below `folder`, and in place of the user `miti` the one who runs the test."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder
        etc, source, run = folder / "etc", folder / "source", folder / "run"
        for one in (etc / "secrets", source / ".venv" / "bin", run, folder / "bin"):
            one.mkdir(parents=True)
        (etc / "miti.env").write_text(settings, encoding="utf-8")
        told = (UNITS / "miti").read_text(encoding="utf-8")
        for path, here in (("/etc/miti", etc), ("/srv/miti", source), ("/run/", f"{run}/")):
            told = told.replace(path, str(here))
        self.script = folder / "miti"
        self.script.write_text(told, encoding="utf-8")
        self.command("id", "echo 0")
        self.command("chown", ":")
        self.command("runuser", 'shift 3; exec "$@"')

    def command(self, name: str, does: str) -> None:
        path = self.folder / "bin" / name
        path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def python(self, does: str) -> None:
        path = self.folder / "source" / ".venv" / "bin" / "python"
        path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["sh", self.script, *arguments],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )


def test_a_typed_command_has_the_units_settings_and_secrets(prepared: Path, tmp_path: Path) -> None:
    database, file = tmp_path / "the one.sqlite3", tmp_path / "miti.backup"
    shutil.copyfile(prepared / "miti.sqlite3", database)
    machine = Machine(tmp_path, f"# ours\n\nMITI_DATA_DIR={tmp_path / 'data'}\nMITI_DEMO=1\n")
    (tmp_path / "etc" / "secrets" / "database_url").write_text(f"sqlite:///{database}\n")
    (tmp_path / "etc" / "secrets" / "miti_secret_key").write_text("0123456789abcdef" * 3)
    (tmp_path / "etc" / "secrets" / "miti_content_key").write_text("fedcba9876543210" * 3)
    machine.python(f'cd {ROOT} && exec {sys.executable} "$@"')
    for command, says in (
        (["prepare"], ""),
        (["begin"], "has a plan already"),
        (["backup", str(file)], "rows are in"),
    ):
        told = machine.run(*command).stderr
        assert told.startswith(f"The database is SQLite, {database}.\n"), told
        assert says in told
    assert file.stat().st_mode & 0o777 == 0o600
    # Secrets leave no copy behind.
    assert list((tmp_path / "run").iterdir()) == []


def test_settings_are_read_as_systemd_reads_them(tmp_path: Path) -> None:
    lines = [
        "MITI_EMAIL_FROM=Miti <miti@centre.example>",
        'MITI_OPERATOR="Le $centre"',
        "; no setting",
        "MITI_OIDC_NAME='L`école'",
    ]
    machine = Machine(tmp_path, "\n".join(lines))
    (tmp_path / "etc" / "secrets" / "redis_url").write_text("redis://")
    machine.python('printf "%s|" "$MITI_EMAIL_FROM" "$MITI_OPERATOR" "$MITI_OIDC_NAME"; exit 3')
    done = machine.run("begin")
    assert done.stdout == "Miti <miti@centre.example>|Le $centre|L`école|"
    # What it ran said no.
    assert done.returncode == 3


def test_without_roots_rights_nothing_is_run(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "")
    machine.command("id", "echo 1000")
    assert "sudo deploy/systemd/miti begin" in machine.run("begin").stderr
    assert machine.run().returncode == 2
    shutil.rmtree(tmp_path / "source")
    assert machine.run("begin").returncode == 2


def test_a_typed_command_gets_the_variables_of_the_units() -> None:
    told = (UNITS / "miti").read_text(encoding="utf-8")
    (line,) = [
        one
        for one in (UNITS / "miti-worker.service").read_text(encoding="utf-8").splitlines()
        if one.startswith("Environment=MITI_SECRETS_DIR")
    ]
    names = {one.partition("=")[0] for one in line.removeprefix("Environment=").split()}
    assert {name for name in names if f"{name}=" not in told} == set()
