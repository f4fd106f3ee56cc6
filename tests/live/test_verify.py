"""`tools/verify`: does an installation serve the files of a release to a visitor's browser, unaltered?"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.server import ROOT, Server
from tools.release import browser_files
from tools.release.version import Release


@pytest.fixture
def release(server: Server) -> dict[str, Any]:
    """The list of a release that has exactly the files of this server."""
    return browser_files.listed(ROOT, server.folder / "static", Release("1.2.3", "0" * 40, time=0, notes=""))


def verified(server: Server, release: dict[str, Any], folder: Path) -> subprocess.CompletedProcess[str]:
    listed = folder / "browser-files.json"
    listed.write_text(json.dumps(release))
    command = [sys.executable, str(ROOT / "tools/verify"), server.url, str(listed), "--site", "demo"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_an_unaltered_installation_is_told_to_be_the_release(
    server: Server, release: dict[str, Any], tmp_path: Path
) -> None:
    done = verified(server, release, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("What was served is release 1.2.3 (000000000000).\n")
    # Arabic waits for a native reader, and the site has not ticked it.
    assert "Languages looked at: fr, nl, en, de, uk\n" in done.stdout
    assert '"leave fast" leads to https://www.meteo.be/' in done.stdout


@pytest.mark.parametrize(
    "name",
    [r"packed/chat\.\w+\.js", r"packed/sealing\.\w+\.js", r"locales/uk\.\w+\.json", r"/widget\.js\?panel"],
)
def test_one_altered_file_is_told(server: Server, release: dict[str, Any], tmp_path: Path, name: str) -> None:
    (altered,) = (one for one in release["files"] if re.search(f"{name}$", one))
    release["files"][altered] = browser_files.digests(b"another program")
    done = verified(server, release, tmp_path)
    assert done.returncode != 0
    assert f"{altered} is not the release's" in done.stdout


def test_a_file_that_the_release_does_not_have_is_told(
    server: Server, release: dict[str, Any], tmp_path: Path
) -> None:
    (missing,) = (one for one in release["files"] if re.search(r"packed/sealing\.\w+\.js$", one))
    del release["files"][missing]
    done = verified(server, release, tmp_path)
    assert done.returncode != 0
    assert f"{missing} is not in the release's list" in done.stdout


def test_another_page_or_header_than_the_releases_is_told(
    server: Server, release: dict[str, Any], tmp_path: Path
) -> None:
    """The list has what an installation lacks, as if that had been taken out of it."""
    release["pages"]["de"] = release["pages"]["de"].replace("<noscript>", "<p>Notruf</p><noscript>")
    release["headers"]["Content-Security-Policy"] += "; sandbox"
    done = verified(server, release, tmp_path)
    assert done.returncode != 0
    assert "the page lacks what the release's has: <p>Notruf</p>\n    in /widget/demo/?lang=de" in done.stdout
    assert "the page comes without the rule of Content-Security-Policy: sandbox" in done.stdout


def test_an_installation_that_does_not_answer_is_not_told_to_be_right(
    server: Server, release: dict[str, Any], tmp_path: Path
) -> None:
    listed = tmp_path / "browser-files.json"
    listed.write_text(json.dumps(release))
    command = [sys.executable, str(ROOT / "tools/verify"), "http://127.0.0.1:9", str(listed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode != 0
    assert "could not be verified" in done.stderr
