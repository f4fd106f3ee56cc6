"""What systemd itself says of the units: it takes them, and they are as little exposed as the guide says."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.test_systemd_units import SERVICES, UNITS
from tests.server import ROOT


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What they start is not installed here, and something else is put in its place."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace("/srv/miti/.venv/bin/python", "/bin/true")
        name = unit.name.replace("@.", "@8001.")
        Path(folder, name).write_text(text.replace("/srv/miti/deploy/backup", "/bin/true"))
    return sorted(map(str, folder.iterdir()))


def test_systemd_takes_them(units: list[str]) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(unit for unit in units if "." in Path(unit).name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "miti" in line] == []
    assert done.returncode == 0, done.stderr


def test_no_service_is_more_exposed_than_the_guide_says(units: list[str]) -> None:
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    said = re.search(r"`systemd-analyze security` gives each (\d)\.(\d) of 10", guide)
    assert said is not None
    services = [unit for unit in units if unit.endswith(".service")]
    assert len(services) == len(SERVICES)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", f"--threshold={said[1]}{said[2]}", *services],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
