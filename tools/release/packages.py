"""The release's source, and what is built of it: archive, wheel and static files."""

import os
import subprocess
import sys
from pathlib import Path

from tools.release.version import Release


def export(root: Path, release: Release, folder: Path) -> Path:
    """The commit's files, with its name in `miti/commit.txt`: nothing that lies about in the work tree is in a release."""
    source = folder / release.name
    source.mkdir(parents=True)
    packed = subprocess.run(
        ["git", "archive", "--format=tar", release.commit], cwd=root, capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", source], input=packed.stdout, check=True)
    return source


def build_words_and_static_files(source: Path, data: Path) -> Path:
    """As `python -m miti build` does at an installation; the folder with the static files."""
    run(source, {"MITI_DATA_DIR": str(data)}, "miti", "build")
    return data / "static"


def build_packages(source: Path, release: Release, out: Path) -> None:
    """The archive of the source and the wheel, which holds the compiled words. The same bytes each time."""
    run(
        source,
        {"SOURCE_DATE_EPOCH": str(release.time)},
        *("hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(out.absolute())),
    )


def run(source: Path, environment: dict[str, str], *module: str) -> str:
    """What a module of the release prints, without any setting of this machine."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MITI_")}
    command = [sys.executable, "-m", *module]
    done = subprocess.run(
        command, cwd=source, env=inherited | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(module[:2])} failed:\n{done.stderr or done.stdout}")
    return done.stdout
