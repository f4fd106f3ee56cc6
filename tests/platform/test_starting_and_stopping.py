"""What an operator sees: it starts, says where, keeps its data, and stops when told to."""

import asyncio
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from chat.socket import STOPPING
from miti import launcher
from tests.server import ROOT, START_S, Server, free_port
from tests.socket_clients import open_console, visitor


def run(server: Server, **environment: str) -> subprocess.CompletedProcess[str]:
    """`make run` where it cannot serve: it must end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "miti", "run"],
        cwd=ROOT,
        env=server.environment() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_a_port_in_use_is_reported_in_a_sentence(server: Server) -> None:
    done = run(server)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"Miti cannot listen on 127.0.0.1:{server.port}" in done.stderr
    assert "PORT=8001 make run" in done.stderr


def test_an_address_of_another_machine_is_reported_in_a_sentence(prepared: Path) -> None:
    done = run(Server(prepared), HOST="192.0.2.7", MITI_DEMO_PUBLIC="1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Miti cannot listen on 192.0.2.7" in done.stderr


def test_it_has_as_many_open_files_as_the_system_allows_and_warns_of_too_few(
    prepared: Path, tmp_path: Path
) -> None:
    # As a shell or a service manager starts it: few now, and more if it asks.
    limited = ["-c", "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 400)); sys.argv = ['miti', 'serve']; "
               "runpy.run_module('miti', run_name='__main__')"]  # fmt: skip
    server = Server(tmp_path / "limited", prepared=prepared)
    command = [sys.executable, *limited]
    with server.log.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=server.environment(), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_S
        while "Miti is at" not in server.log.read_text():
            assert process.poll() is None, server.log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert re.search(r"Max open files +400 +400", limits)
        assert "fewer open files than MITI_CONNECTIONS needs" in server.log.read_text()
    finally:
        process.kill()
        process.wait()


def test_the_port_is_checked_before_an_address_is_printed() -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(SystemExit, match=f"cannot listen on 127.0.0.1:{port}"),
    ):
        launcher.require_free_port("127.0.0.1", port)
    launcher.require_free_port("localhost", port)


def test_the_address_that_is_printed_can_be_opened() -> None:
    assert launcher.address_of("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert launcher.address_of("::1", 8000) == "http://[::1]:8000"


@pytest.mark.parametrize("command", ["run", "serve", "setup", "worker", "beat"])
def test_an_extra_argument_is_reported_and_nothing_is_started(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "miti", command, "--port=80"],
        cwd=ROOT,
        env={"PATH": "", "MITI_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"python -m miti {command} takes nothing more")
    assert not (tmp_path / "data").exists()


def test_the_start_prints_every_page_and_account_of_the_demo(server: Server) -> None:
    said = server.log.read_text()
    for place in ("/demo/", "/console/", "/coordination/", "/indicators/", "/admin/"):
        assert f"{server.url}{place}" in said
    accounts = (
        "accueil",
        "conseillere.cdm",
        "conseiller.cefo",
        "conseillere.diores",
        "coordination",
        "admin",
    )
    for account in (*accounts, "plateforme", "indicateurs", "miti-demo"):
        assert account in said


def test_the_first_start_on_a_fresh_machine_already_speaks_french(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    made_since = shutil.ignore_patterns(".*", "var", "node_modules", "__pycache__", "*.mo")
    shutil.copytree(ROOT, fresh, ignore=made_since)
    folder = tmp_path / "data"
    folder.mkdir()
    server = Server(folder)
    server.root = fresh
    with server:
        page = httpx.get(f"{server.url}/accounts/login/", headers={"Accept-Language": "fr"}).text
        assert "<h1>Se connecter</h1>" in page
        assert "Sign in" not in page


def test_a_second_start_keeps_the_data(start_server: Callable[..., Server]) -> None:
    server = start_server()
    before = _network_names(server)
    _rename_a_network(server, "A name that a coordinator gave")
    assert server.stop() == 0
    server.start()
    after = _network_names(server)
    assert len(after) == len(before)
    assert "A name that a coordinator gave" in after


def test_without_demo_there_are_no_known_accounts(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    with Server(folder, MITI_DEMO="0") as server:
        assert "miti-demo" not in server.log.read_text()
        assert httpx.get(f"{server.url}/demo/").status_code == httpx.codes.NOT_FOUND
        assert _accounts(server) == 0


async def test_stopping_asks_every_socket_to_reconnect_and_ends_cleanly(own_server: Server) -> None:
    talking = await visitor(own_server)
    console = await open_console(own_server)
    status = await asyncio.to_thread(own_server.stop)
    assert await talking.closed() == STOPPING
    assert await console.closed() == STOPPING
    assert status == 0
    assert "Traceback" not in own_server.log.read_text()


def test_a_termination_signal_ends_it_without_a_fault(own_server: Server) -> None:
    assert own_server.terminate() in {0, -signal.SIGTERM}
    assert "Traceback" not in own_server.log.read_text()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", own_server.port)) != 0


def test_a_bad_setting_stops_the_start_before_anything_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "untouched"
    done = run(Server(folder), PORT="no number")
    assert done.returncode == 1
    assert "PORT:" in done.stderr
    assert not folder.exists()


def test_an_unknown_command_is_answered_in_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "miti"],
        cwd=ROOT,
        env=Server(tmp_path).environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "python -m miti COMMAND" in done.stderr


def _network_names(server: Server) -> list[str]:
    return [name for (name,) in _ask(server, "SELECT name FROM partners_network ORDER BY id")]


def _rename_a_network(server: Server, name: str) -> None:
    _ask(server, "UPDATE partners_network SET name = ? WHERE code = 'DIORES'", name)


def _accounts(server: Server) -> int:
    ((number,),) = _ask(server, "SELECT count(*) FROM partners_staff")
    return int(number)


def _ask(server: Server, statement: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(server.database)) as database, database:
        return database.execute(statement, values).fetchall()
