"""What a coordinator presses on the board reaches consoles and visitors at once, by the sockets."""

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.utils import timezone

from tests.live.database_file import advance_time, change
from tests.server import Server, TimedServer
from tests.socket_clients import asking, counsellor, session_of

BOARD = "/coordination/board/"
POOL = "(SELECT id FROM routing_rules_pool WHERE slug = 'cdm-bruxelles')"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ACTS = re.compile(r'name="act" value="([^"]+)"')


async def press(server: Server, wanted: str, path: str = f"{BOARD}act") -> None:
    """The first button of the board whose act begins so; of the undo, the one that is there."""
    cookies = await asyncio.to_thread(session_of, server, "coordination")
    async with httpx.AsyncClient(base_url=server.url, cookies=cookies) as browser:
        page = (await browser.get(BOARD)).text
        token = TOKEN.search(page)
        assert token is not None
        act = next(one for one in ACTS.findall(page) if one.startswith(wanted))
        answer = await browser.post(
            path, data={"csrfmiddlewaretoken": token[1], "act": act}, headers={"Origin": server.url}
        )
        assert answer.status_code == httpx.codes.FOUND, answer.text


async def test_a_console_that_nobody_looks_at_rings_when_the_team_asks(timed_server: TimedServer) -> None:
    console = await counsellor(timed_server, "conseillere.cdm")
    await advance_time(timed_server, 130)
    await press(timed_server, "nudge demo-cdm")
    await console.expect("nudged")


@pytest.fixture
def open_for_hours(server: Server) -> Iterator[None]:
    """One team of the real hours is open from an hour ago on, for nine hours more."""
    began = timezone.now().astimezone(ZoneInfo("Europe/Brussels")) - timedelta(hours=1)
    minute = began.hour * 60 + began.minute
    change(
        server,
        f"""INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)
            VALUES ({POOL}, ?, 'open', ?, ?, 'board')""",
        began.date().isoformat(),
        minute,
        minute + 600,
    )
    change(
        server,
        f"INSERT INTO routing_rules_datedexception (pool_id, date, kind, start_minute, end_minute, reason)"
        f" SELECT id, ?, 'closed', 0, 1440, 'board' FROM routing_rules_pool WHERE id != {POOL} AND slug NOT LIKE 'demo-%'",
        began.date().isoformat(),
    )
    yield
    change(server, "DELETE FROM routing_rules_datedexception WHERE reason = 'board' OR pool_id = " + POOL)


async def test_who_waits_learns_that_the_team_closes_early_and_that_it_does_not_after_all(
    server: Server, open_for_hours: None
) -> None:
    await counsellor(server, "conseillere.cdm")
    visitor = await asking(server, site="miti", theme="emploi")
    await visitor.expect("waiting")
    await press(server, "early cdm-bruxelles")
    closing = await visitor.expect("closing", reason="closing_time")
    assert 0 < closing["in_s"] <= 600
    await press(server, "", "/coordination/undo")
    await visitor.expect("closing", reason="closing_time", in_s=0)
