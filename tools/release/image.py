"""The container image, where an engine is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.release.version import Release

ENGINES = ("podman", "docker")


def build(source: Path, release: Release, out: Path) -> str:
    """Build it from the release's source and save it beside the other files. What was done, in words."""
    if os.environ.get("IMAGE") == "0":
        return "no image, as IMAGE=0 asks"
    engine = next((one for one in ENGINES if shutil.which(one)), None)
    if engine is None:
        return f"no image: neither {' nor '.join(ENGINES)} is installed"
    name = f"miti:{release.version}"
    archive = out / f"{release.name}-image.tar"
    base = os.environ.get("PYTHON_IMAGE")
    about = ["--label", f"org.opencontainers.image.version={release.version}"]
    about += ["--label", f"org.opencontainers.image.revision={release.commit}"]
    about += ["--build-arg", f"PYTHON_IMAGE={base}"] if base else []
    _run(engine, "build", "--quiet", "--target", "miti", "--tag", name, *about, str(source))
    _run(engine, "save", "--output", str(archive), name)
    return f"{archive.name}, built by {engine}"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        sys.exit(
            f"{command[0]} {command[1]} failed ({last}). To release without an image: IMAGE=0 make release"
        )
