"""Two servers on one data folder: the second is refused in a sentence, and the folder is free again when the first has ended."""

import subprocess
import sys

from miti import __version__
from miti.commit import commit
from tests.server import ROOT, Server, free_port


def second(first: Server) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "miti", "serve"],
        cwd=ROOT,
        env=first.environment() | {"PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_second_server_on_one_folder_is_refused_and_the_first_goes_on(own_server: Server) -> None:
    refused = second(own_server)
    assert refused.returncode == 1
    assert f"Another Miti serves from {own_server.folder}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_folder_is_free_again_after_a_crash(own_server: Server) -> None:
    own_server.kill()
    own_server.start()


def test_the_version_is_mitis_own() -> None:
    for word in ("version", "--version"):
        done = subprocess.run(
            [sys.executable, "-m", "miti", word], cwd=ROOT, capture_output=True, text=True, check=True
        )
        made_from = commit()
        assert done.stdout == f"Miti {__version__}{made_from and f' (commit {made_from})'}\n"
