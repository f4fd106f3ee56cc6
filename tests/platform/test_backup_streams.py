"""Backups out of a container and into one: by standard output and input; the database is named; and the scheduled job with its rotation."""

import gzip
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.docker_compose import read
from tests.postgres import Postgres
from tests.server import ROOT, Server, prepare

ALLOCATES = {
    name: read()["services"]["web-1"]["environment"][name] for name in ("PYTHONMALLOC", "MALLOC_PERTURB_")
}
"""As in the container out of which a backup comes: whatever frees memory wrongly ends the command there, with a status that is not 0."""


def command(
    folder: Path, *arguments: str, given: bytes = b"", **settings: Any
) -> subprocess.CompletedProcess[bytes]:
    environment = Server(folder, **settings).environment() | {"MITI_DEMO": "0"} | ALLOCATES | settings
    return subprocess.run(
        [sys.executable, "-m", "miti", *arguments],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )


def rows(saved: bytes) -> list[Any]:
    """All but the head, which has the time."""
    return [json.loads(line) for line in gzip.decompress(saved).splitlines()[1:]]


def test_a_backup_streams_out_and_into_another_database(
    prepared: Path, tmp_path: Path, postgres: Postgres
) -> None:
    saved = command(prepared, "backup", "-")
    assert saved.returncode == 0, saved.stderr
    assert gzip.decompress(saved.stdout).startswith(b'{"miti":"backup"')
    assert f"The database is SQLite, {prepared / 'miti.sqlite3'}." in saved.stderr.decode()
    assert not (ROOT / "-").exists()
    address = postgres.database("streamed")
    prepare(tmp_path / "other", DATABASE_URL=address, MITI_DEMO="0")
    restored = command(tmp_path / "other", "restore", "-", given=saved.stdout, DATABASE_URL=address)
    assert restored.returncode == 0, restored.stderr
    assert "The database is PostgreSQL, streamed_" in restored.stderr.decode()
    again = command(tmp_path / "other", "backup", "-", DATABASE_URL=address)
    assert rows(again.stdout) == rows(saved.stdout)


def test_half_a_stream_changes_nothing(prepared: Path, tmp_path: Path) -> None:
    saved = command(prepared, "backup", "-").stdout
    prepare(tmp_path / "other", MITI_DEMO="0")
    before = command(tmp_path / "other", "backup", "-").stdout
    refused = command(tmp_path / "other", "restore", "-", given=saved[: len(saved) // 2])
    assert refused.returncode == 1
    assert "damaged" in refused.stderr.decode()
    after = command(tmp_path / "other", "backup", "-").stdout
    assert rows(after) == rows(before)


def test_a_leftover_demo_database_is_not_saved_without_a_word(prepared: Path, tmp_path: Path) -> None:
    told = command(prepared, "backup", str(tmp_path / "file")).stderr.decode()
    assert "Accounts of the demo are in this database" in told


@pytest.mark.parametrize("name", ["/dev/null", "folder", "fifo"])
def test_what_is_no_file_is_not_replaced_even_by_force(prepared: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    path = tmp_path / name
    kind = stat.S_IFMT(path.stat().st_mode)
    done = command(prepared, "backup", str(path), "--force")
    assert done.returncode == 1
    assert "is no file" in done.stderr.decode()
    assert stat.S_IFMT(path.stat().st_mode) == kind


# --- the scheduled job ----------------------------------------------------------------------------------------


def scheduled(folder: Path, keep: str, *made: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "deploy" / "backup", folder, keep, *made], capture_output=True, text=True, check=False
    )


def test_the_scheduled_backup_keeps_the_newest_and_deletes_the_rest(prepared: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.write_bytes(command(prepared, "backup", "-").stdout)
    folder = tmp_path / "kept"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"miti-2020-01-0{day}T000000Z.backup").touch()
    (folder / "of-somebody-else").touch()
    done = scheduled(folder, "3", "cat", str(saved))
    assert done.returncode == 0, done.stderr
    newest = Path(done.stdout.strip())
    assert newest.read_bytes() == saved.read_bytes()
    assert stat.S_IMODE(newest.stat().st_mode) == 0o600
    assert sorted(one.name for one in folder.iterdir()) == [
        "miti-2020-01-03T000000Z.backup", "miti-2020-01-04T000000Z.backup", newest.name, "of-somebody-else",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "made", [["false"], ["echo", "no backup"], ["head", "-c", "300", "SAVED"], ["printf", ""]]
)
def test_a_backup_that_fails_deletes_none_and_leaves_none(
    prepared: Path, tmp_path: Path, made: list[str]
) -> None:
    saved = tmp_path / "saved"
    saved.write_bytes(command(prepared, "backup", "-").stdout)
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "miti-2020-01-01T000000Z.backup").touch()
    done = scheduled(folder, "1", *[str(saved) if one == "SAVED" else one for one in made])
    assert done.returncode != 0
    assert [one.name for one in folder.iterdir()] == ["miti-2020-01-01T000000Z.backup"]


MITI = [sys.executable, "-m", "miti"]


def scheduled_here(folder: Path, data: Path, *made: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """As cron runs it, of the installation in `data`."""
    environment = Server(data).environment() | {"MITI_DEMO": "0"}
    command = [str(ROOT / "deploy" / "backup"), str(folder), "2", *made]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def noted(data: Path) -> dict[bool, tuple[int, str]]:
    """What the operator's page is told: by whether it could be opened, the bytes and the place."""
    with sqlite3.connect(data / "miti.sqlite3") as database:
        rows = database.execute("SELECT readable, size, place FROM operations_keptbackup").fetchall()
    return {bool(readable): (size, place) for readable, size, place in rows}


def test_the_scheduled_backup_is_opened_and_noted(prepared: Path, tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "kept"
    shutil.copytree(prepared, data)
    folder.mkdir()
    done = scheduled_here(folder, data, *MITI, "backup", "-")
    assert done.returncode == 0, done.stderr
    assert "can be restored: " in done.stderr
    kept = Path(done.stdout.strip())
    assert noted(data) == {True: (kept.stat().st_size, str(kept))}
    # By hand it says the same, and notes nothing more.
    seen = command(data, "verify_backup", str(kept))
    assert seen.returncode == 0
    assert seen.stdout.startswith(b"can be restored: ")
    # One that is cut short.
    half = tmp_path / "half"
    half.write_text(
        f'#!/bin/sh\ncase $1 in backup) head -c 3000 {kept};; *) exec {" ".join(MITI)} "$@";; esac\n'
    )
    half.chmod(0o700)
    failed = scheduled_here(folder, data, str(half), "backup", "-")
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert list(folder.iterdir()) == [kept]
    assert set(noted(data)) == {True, False}
    assert noted(data)[False][0] == 3000
