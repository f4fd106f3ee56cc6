"""The release before, as its commit has it: what upgrades begin from. It runs with the packages that are installed for this one."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.server import ROOT

FILE = ROOT / "deploy" / "releases.toml"


@dataclass(frozen=True)
class Release:
    version: str
    commit: str
    needs_pause: bool
    """The version that is tested cannot run beside this one."""

    @property
    def is_here(self) -> bool:
        """Whether this clone has its commit: a shallow one, or a copy of the files, does not."""
        return _git("cat-file", "-e", f"{self.commit}^{{commit}}").returncode == 0

    def require(self) -> None:
        """Skip the test, with the reason, where the commit is not here."""
        if not self.is_here:
            pytest.skip(
                f"release {self.version} is not in this clone ({self.commit[:12]}): git fetch --unshallow"
            )

    def require_side_by_side(self) -> None:
        """Skip the test where the changes say that both do not go together."""
        self.require()
        if self.needs_pause:
            pytest.skip(f"the upgrade from {self.version} needs a pause: deploy/releases.toml, CHANGELOG.md")

    def file(self, path: str) -> str:
        self.require()
        return _git("show", f"{self.commit}:{path}").stdout.decode()

    def unpack(self, folder: Path) -> Path:
        """Its code, with words and static files built."""
        self.require()
        folder.mkdir(parents=True, exist_ok=True)
        packed = _git("archive", "--format=tar", self.commit)
        assert packed.returncode == 0, packed.stderr
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        build(folder)
        return folder


def build(folder: Path) -> None:
    environment = {"PATH": "", "MITI_DATA_DIR": str(folder / "var")}
    subprocess.run([sys.executable, "-m", "miti", "build"], cwd=folder, env=environment, check=True)


@cache
def release_before() -> Release:
    return Release(**tomllib.loads(FILE.read_text(encoding="utf-8"))["before"])


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
