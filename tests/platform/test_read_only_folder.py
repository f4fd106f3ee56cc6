"""Where the database and the keys are elsewhere, every process runs on a data folder that it cannot write to, as in a container."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.clean_environment import without_settings
from tests.live.database_file import eventually
from tests.postgres import Postgres
from tests.server import ROOT, START_S, Server
from tests.valkey import Valkey

pytestmark = pytest.mark.timeout(900)


def without_rights() -> list[str]:
    """Root may write everywhere; without its capabilities it is a user like others, who owns the folder here."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def environment(
    prepared: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """As docker-compose.yml has it: an image with static files, and everything else given."""
    folder = tmp_path_factory.mktemp("image")
    shutil.copytree(prepared / "static", folder / "var" / "static")
    for name in ("secret_key", "content_key"):
        (folder / name).write_text(os.urandom(32).hex())
    (folder / "tmp").mkdir()
    (folder / "var").chmod(0o555)
    with Valkey() as valkey:
        yield {
            "MITI_DEMO": "0",
            "MITI_DATA_DIR": str(folder / "var"),
            "MITI_SECRET_KEY_FILE": str(folder / "secret_key"),
            "MITI_CONTENT_KEY_FILE": str(folder / "content_key"),
            "DATABASE_URL": postgres.database("read_only"),
            "REDIS_URL": valkey.url,
            "TMPDIR": str(folder / "tmp"),
        }
    (folder / "var").chmod(0o755)


def command(name: str, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    inherited = without_settings(os.environ)
    with log.open("ab") as written:
        return subprocess.Popen(
            [*without_rights(), sys.executable, "-m", "miti", name],
            cwd=ROOT,
            env=inherited | environment,
            stdout=written,
            stderr=written,
        )


def test_every_process_runs_and_writes_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    server = Server(tmp_path)
    folder = Path(environment["MITI_DATA_DIR"])
    prepare = command("prepare", environment, tmp_path / "prepare")
    assert prepare.wait(START_S) == 0, (tmp_path / "prepare").read_text()
    names = ("serve", "worker", "beat")
    running = {
        name: command(name, environment | {"PORT": str(server.port)}, tmp_path / name) for name in names
    }
    try:
        temporary = Path(environment["TMPDIR"])
        eventually(lambda: {"miti-worker", "miti-beat"} <= {one.name for one in temporary.iterdir()})
        eventually(lambda: _answers(server))
        assert httpx.get(f"{server.url}/health/ready").json() == {"status": "ok", "down": {}}
        assert httpx.get(f"{server.url}/accounts/login/").status_code == httpx.codes.OK
        assert all(one.poll() is None for one in running.values())
    finally:
        for one in running.values():
            one.terminate()
        for one in running.values():
            one.wait(START_S)
    assert [one.name for one in folder.iterdir()] == ["static"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o555


def _answers(server: Server) -> bool:
    try:
        return httpx.get(f"{server.url}/health/live").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("missing", ["DATABASE_URL", "MITI_SECRET_KEY_FILE", "MITI_CONTENT_KEY_FILE"])
def test_it_is_refused_in_a_sentence_where_something_would_be_written(
    environment: dict[str, str], tmp_path: Path, missing: str
) -> None:
    given = {name: value for name, value in environment.items() if name != missing}
    refused = command("serve", given, tmp_path / "log")
    assert refused.wait(START_S) == 1
    told = (tmp_path / "log").read_text()
    assert f"MITI_DATA_DIR: {environment['MITI_DATA_DIR']} cannot be written to" in told
    assert "Traceback" not in told


def test_a_process_without_its_static_files_is_not_ready(environment: dict[str, str], tmp_path: Path) -> None:
    """Every page would fail."""
    server = Server(tmp_path / "nothing-built")
    elsewhere = {"MITI_DATA_DIR": str(server.folder), "PORT": str(server.port)}
    serving = command("serve", environment | elsewhere, tmp_path / "log")
    try:
        eventually(lambda: _answers(server))
        answer = httpx.get(f"{server.url}/health/ready")
    finally:
        serving.terminate()
        serving.wait(START_S)
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "python -m miti build" in answer.json()["down"]["files"]
