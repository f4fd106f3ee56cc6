"""A PostgreSQL that takes connections and answers nothing: what says how Miti is says it, and nothing is ended for it or stays behind."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from operations.liveness import STUCK_CHECKS
from tests.live.database_file import eventually
from tests.postgres import Postgres
from tests.server import ROOT, Server
from tests.socket_clients import sign_in

AT_ONCE = 8


@pytest.fixture(scope="module")
def server(
    prepared: Path, postgres: Postgres, demo_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    address = postgres.database("silent_postgresql", like=demo_template)
    folder = tmp_path_factory.mktemp("silent")
    temporary = str(tmp_path_factory.mktemp("temporary"))
    with Server(folder, prepared=prepared, DATABASE_URL=address, TMPDIR=temporary) as running:
        yield running


@pytest.fixture
def browser(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=server.url, cookies=sign_in(server, "admin"), headers={"Accept-Language": "en"}
    ) as browser:
        assert browser.get("/operator/").status_code == 200
        assert browser.get("/widget/demo/status").status_code == 200
        yield browser


@pytest.fixture
def silent(browser: httpx.Client, postgres: Postgres) -> Iterator[None]:
    postgres.pause()
    yield
    postgres.go_on()


def threads(server: Server) -> int:
    return len(os.listdir(f"/proc/{server.pid}/task"))


def liveness(server: Server) -> int:
    return subprocess.run(
        [sys.executable, "-m", "operations.liveness", "web", "--end-when-stuck"],
        cwd=ROOT,
        env=server.environment(),
        check=False,
    ).returncode


@pytest.mark.usefixtures("silent")
def test_whoever_asks_is_told_and_all_is_well_once_it_answers(
    browser: httpx.Client, server: Server, postgres: Postgres
) -> None:
    before = threads(server)
    with ThreadPoolExecutor(AT_ONCE) as several:
        for ready in several.map(browser.get, ["/health/ready"] * AT_ONCE):
            assert (ready.status_code, ready.json()["down"]) == (503, {"database": "does not answer"})
    assert "django.request" not in server.log.read_text(), "it is asked every few seconds"
    page = browser.get("/operator/")
    assert page.status_code == 503
    assert "The database cannot be used just now" in page.text
    status = browser.get("/widget/demo/status")
    assert (status.status_code, status.headers["Access-Control-Allow-Origin"]) == (503, "*")
    assert threads(server) < before + AT_ONCE
    postgres.go_on()
    for path in ("/health/ready", "/operator/", "/widget/demo/status"):
        eventually(lambda path=path: browser.get(path).status_code == 200)  # type: ignore[misc]


@pytest.mark.usefixtures("silent")
def test_no_process_is_ended_for_a_silent_database(server: Server) -> None:
    silence = Path(server.environment()["TMPDIR"]) / "miti-web-silent"
    for _ in range(STUCK_CHECKS):
        assert liveness(server) == 1
        assert not silence.exists()
    assert httpx.get(f"{server.url}/health/live").status_code == 200
