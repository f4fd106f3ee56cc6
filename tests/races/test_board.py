"""Acts of the board at the same moment, and two looks at the alerts at once, on both databases: one wins, and one tells."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clean_environment import without_settings
from tests.postgres import Postgres
from tests.server import ROOT

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_of_several_who_press_or_look_at_once_one_wins(
    request: pytest.FixtureRequest, tmp_path: Path, prepared: Path, database: str
) -> None:
    inherited = without_settings(os.environ)
    address = ""
    if database == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        address = postgres.database("board", like=request.getfixturevalue("demo_template"))
    else:
        (tmp_path / "miti.sqlite3").write_bytes((prepared / "miti.sqlite3").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "tests.races.board_worker"],
        cwd=ROOT,
        env=inherited
        | {
            "DATABASE_URL": address,
            "MITI_DATA_DIR": str(tmp_path),
            "MITI_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "miti.settings",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    assert said["help"] == "1"
    assert said["calls"] == "1 1"
    assert said["early"] == "1 1"
    assert said["alerts"] == "True"
    assert said["letters"] == "True 1 0", "each letter left once, and none waits"
    assert said["twice"] == "0"
