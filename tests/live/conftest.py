"""A second server on which everything that takes minutes takes seconds, and an end to every test's conversations."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.live.reading import change, eventually, live_rows
from tests.server import Server
from tests.talking import everybody_leaves

HASTY = {
    "MITI_TICK_S": "0.1",
    "MITI_COUNSELLOR_GRACE_S": "3",
    "MITI_VISITOR_WAITING_GRACE_S": "1",
    "MITI_VISITOR_ACTIVE_GRACE_S": "3",
    "MITI_IDLE_WARNING_S": "3",
    "MITI_IDLE_CLOSE_S": "6",
    "MITI_LONGEST_WAIT_S": "6",
}
RING_S = 2
#: The pools of the real sites are closed on this server but for one morning, far enough away to be in the future.
OPEN_AGAIN = date.today() + timedelta(days=9)  # noqa: DTZ011  # any day will do


@pytest.fixture(scope="session")
def hasty(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Offers ring one at a time for two seconds, graces last one or three, the longest wait six; `miti` and `ecole` are closed."""
    server = Server(tmp_path_factory.mktemp("hasty"), prepared=prepared, **HASTY)
    change(
        server,
        "UPDATE routing_rules_rulerow SET content = json_set(content, '$.ring_time_s', ?, '$.ring_size', 1)",
        RING_S,
    )
    change(
        server,
        """DELETE FROM routing_rules_openinginterval WHERE timetable_id IN (
               SELECT t.id FROM routing_rules_timetable t JOIN routing_rules_pool p ON p.id = t.pool_id
               WHERE p.slug NOT LIKE 'demo-%')""",
    )
    change(
        server,
        """INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
           SELECT id, ?, 'open', 540, 720, 'essai' FROM routing_rules_pool WHERE slug = 'accueil'""",
        OPEN_AGAIN.isoformat(),
    )
    with server:
        yield server


@pytest_asyncio.fixture(autouse=True)
async def nobody_stays(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    yield
    await everybody_leaves()
    # What the next test counts must not be the end of this one's conversations.
    for name in {"server", "hasty"}.intersection(request.fixturenames):
        shared: Server = request.getfixturevalue(name)
        eventually(lambda: live_rows(shared) == 0 and nobody_is_there(shared))  # noqa: B023  # called at once


def nobody_is_there(server: Server) -> bool:
    """The last console's leaving has arrived: the next one who asks is not told to wait for it."""
    return bool(httpx.get(f"{server.url}/widget/demo/status").json()["state"] == "full")
