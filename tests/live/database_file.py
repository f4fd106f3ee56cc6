"""The database file of a running server, read from outside."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.test import override_settings

from chat.shared_reading import SHARED_S
from indicators.rows import pending, record
from partners.keys import key_for
from tests.server import Server, TimedServer

PATIENCE_S = 60.0
Row = dict[str, Any]


def read(server: Server, query: str, *given: object) -> list[Row]:
    with closing(sqlite3.connect(server.database, timeout=20)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, given)]


def change(server: Server, statement: str, *given: object) -> None:
    """Unannounced: waits until the server has given up what it read before."""
    with closing(sqlite3.connect(server.database, timeout=20)) as database, database:
        database.execute(statement, given)
    time.sleep(SHARED_S)


def metric_rows(server: Server) -> dict[str, Row]:
    """By key, as they are or will be counted: the difference between two calls is what ended meanwhile."""
    counted = {row["id"]: row for row in read(server, "SELECT * FROM indicators_metricrow")}
    return counted | {row["id"]: row for row in _pending_rows(server)}


def _pending_rows(server: Server) -> Iterator[Row]:
    """What `indicators.rows.pending` will make of them, with the key file of that server."""
    for row in read(server, "SELECT id, sealed FROM indicators_pendingrow"):
        held = pending.opened(row["sealed"], UUID(row["id"]), key=_pending_key(server))
        made = record.row_of(held.ended)
        made.campaign = held.ended.campaign
        for field, answer in held.answers.items():
            setattr(made, field, answer)
        columns = {str(name.column): getattr(made, name.attname) for name in made._meta.local_fields}
        yield columns | {"id": row["id"], "day": made.day.isoformat()}


def _pending_key(server: Server) -> AESGCM:
    with override_settings(CONTENT_KEY=(server.folder / "content_key").read_text().strip()):
        return AESGCM(key_for(pending.PURPOSE))


def counted_since(server: Server, before: dict[str, Row]) -> list[Row]:
    return [row for key, row in metric_rows(server).items() if key not in before]


def declare_campaign(server: Server, site: str, campaign: str) -> None:
    """As a coordinator does it."""
    change(
        server,
        """UPDATE routing_rules_site SET campaigns = json_insert(campaigns, '$[#]', ?)
           WHERE key = ? AND campaigns NOT LIKE '%' || ? || '%'""",
        campaign,
        site,
        f'"{campaign}"',
    )


def live_rows(server: Server) -> int:
    return int(read(server, "SELECT count(*) AS n FROM chat_conversation")[0]["n"])


def duty_of(server: Server, account: str) -> Row:
    return read(
        server,
        """SELECT d.* FROM chat_duty d JOIN routing_rules_counsellor c ON c.id = d.counsellor_id
           JOIN partners_staff s ON s.id = c.staff_id WHERE s.username = ?""",
        account,
    )[0]


def counsellor_id(server: Server, account: str) -> int:
    return int(
        read(
            server,
            """SELECT c.id FROM routing_rules_counsellor c JOIN partners_staff s ON s.id = c.staff_id
               WHERE s.username = ?""",
            account,
        )[0]["id"]
    )


async def advance_time(server: TimedServer, seconds: float) -> None:
    """Let this time pass on the server, while all clients here continue to answer."""
    await asyncio.to_thread(server.advance_time, seconds)


def eventually(true: Callable[[], bool]) -> None:
    """What happens beside the sockets, in the background: in time, or the test fails."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)
