"""A server whose time a test sets, one whose sockets refresh only on a wake-up, and the end of each test's conversations."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.live.database_file import change, eventually, live_rows
from tests.server import STILL, Server, TimedServer
from tests.socket_clients import everybody_leaves

COUNSELLOR_GRACE_S, VISITOR_GRACE_S = 60, 90
IDLE_WARNING_S, IDLE_CLOSE_S = 200, 400
LONGEST_WAIT_S = 600
BLOCK_S = 360
RING_S = 50
TIMED = {
    "MITI_TICK_S": "0.1",
    "MITI_COUNSELLOR_GRACE_S": str(COUNSELLOR_GRACE_S),
    # Nothing tells a test that the server has noticed that somebody who waits has gone: this one is really waited for.
    "MITI_VISITOR_WAITING_GRACE_S": "1",
    "MITI_VISITOR_ACTIVE_GRACE_S": str(VISITOR_GRACE_S),
    "MITI_IDLE_WARNING_S": str(IDLE_WARNING_S),
    "MITI_IDLE_CLOSE_S": str(IDLE_CLOSE_S),
    "MITI_LONGEST_WAIT_S": str(LONGEST_WAIT_S),
}
#: The pools of the real sites are closed on this server but for one morning, far enough away to be in the future.
OPEN_AGAIN_DAYS = 9


def _ring_one_at_a_time(server: Server) -> None:
    change(
        server,
        "UPDATE routing_rules_rulerow SET content = json_set(content, '$.ring_time_s', ?, '$.ring_size', 1)",
        RING_S,
    )


def _close_real_sites(server: Server) -> None:
    change(
        server,
        """DELETE FROM routing_rules_openinginterval WHERE timetable_id IN (
               SELECT t.id FROM routing_rules_timetable t JOIN routing_rules_pool p ON p.id = t.pool_id
               WHERE p.slug NOT LIKE 'demo-%')""",
    )


@pytest.fixture(scope="session")
def timed_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedServer]:
    """Time passes when a test says so. Offers ring one at a time; `miti` and `ecole` are closed."""
    server = TimedServer(tmp_path_factory.mktemp("timed"), prepared=prepared, **TIMED)
    _ring_one_at_a_time(server)
    _close_real_sites(server)
    change(
        server,
        """INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
           SELECT id, ?, 'open', 540, 720, 'essai' FROM routing_rules_pool WHERE slug = 'accueil'""",
        open_again(server).date().isoformat(),
    )
    with server:
        yield server


@pytest.fixture(scope="session")
def still_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimedServer]:
    """The same limits; no time passes but what a test lets pass, to the second."""
    about = {
        **TIMED,
        "MITI_VISITOR_WAITING_GRACE_S": str(VISITOR_GRACE_S),
        "MITI_BLOCK_HOURS": str(BLOCK_S / 3600),
        STILL: "1",
    }
    server = TimedServer(tmp_path_factory.mktemp("still"), prepared=prepared, **about)
    _ring_one_at_a_time(server)
    _close_real_sites(server)
    with server:
        yield server


def open_again(server: TimedServer) -> datetime:
    """A moment of the day on which the real sites open, counted from the start of this server."""
    return server.began + timedelta(days=OPEN_AGAIN_DAYS)


@pytest.fixture(scope="session")
def wakeups_only_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its sockets refresh only on a wake-up: without one, a page receives no change."""
    folder = tmp_path_factory.mktemp("wakeups-only")
    with Server(folder, prepared=prepared, command=["tests.live.wakeups_only_server"]) as running:
        yield running


@pytest.fixture(scope="session")
def faultless_server(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for strangers who send what nobody should. Its log must tell of no fault: at the end that is looked at."""
    with Server(tmp_path_factory.mktemp("faultless"), prepared=prepared) as running:
        yield running
        log = running.log.read_text()
        for word in ("traceback", "error", "exception", "warning", "fault"):
            assert word not in log.lower(), log


@pytest_asyncio.fixture(autouse=True)
async def end_conversations(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    yield
    await everybody_leaves()
    # What the next test counts must not be the end of this one's conversations.
    for name in {"server", "timed_server", "still_server", "wakeups_only_server"}.intersection(
        request.fixturenames
    ):
        shared: Server = request.getfixturevalue(name)
        eventually(lambda: live_rows(shared) == 0 and nobody_is_there(shared))  # noqa: B023  # called at once


def nobody_is_there(server: Server) -> bool:
    """The last console's leaving has arrived: the next one who asks is not told to wait for it."""
    return bool(httpx.get(f"{server.url}/widget/demo/status").json()["state"] == "full")
