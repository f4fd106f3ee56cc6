"""Closed, full or open: what a visitor is told before and when they ask, and what is counted of it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from routing_rules.presence import PROBABLY_ABSENT_AFTER_S
from tests.live.conftest import open_again
from tests.live.database_file import (
    advance_time,
    change,
    counted_since,
    declare_campaign,
    eventually,
    live_rows,
    metric_rows,
    read,
)
from tests.server import Server, TimedServer
from tests.socket_clients import asking, counsellor, visitor


def counters(server: Server) -> dict[tuple[str, str], int]:
    rows = read(server, "SELECT site, kind, sum(n) AS n FROM indicators_counter GROUP BY site, kind")
    return {(row["site"], row["kind"]): row["n"] for row in rows}


def added(
    before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    return {key: n - before.get(key, 0) for key, n in after.items() if n != before.get(key, 0)}


async def test_a_closed_site_gives_the_next_opening_and_numbers_and_only_counts(timed_server: Server) -> None:
    declare_campaign(timed_server, "miti", "salon-2026")
    before, rows = counters(timed_server), metric_rows(timed_server)
    end = await visitor(timed_server, site="miti")
    await end.send("ask", theme="orientation", language="fr", campaign="salon-2026")
    await end.expect("error", code="closed_now")
    assert added(before, counters(timed_server)) == {("miti", "asked_closed"): 1}
    assert counted_since(timed_server, rows) == []
    assert live_rows(timed_server) == 0
    (row,) = read(
        timed_server, "SELECT * FROM indicators_counter WHERE kind = 'asked_closed' AND site = 'miti'"
    )
    assert (row["campaign"], row["language"]) == ("salon-2026", "fr")


async def test_the_welcome_of_a_closed_site_gives_the_opening_and_the_numbers(
    timed_server: TimedServer,
) -> None:
    async with httpx.AsyncClient(base_url=timed_server.url) as browser:
        status = (await browser.get("/widget/miti/status")).json()
    assert status["state"] == "closed"
    opening = datetime.fromisoformat(status["next_opening"])
    assert opening.astimezone(UTC).date() == open_again(timed_server).date()
    assert {one["number"] for one in status["contacts"]} == {"112", "107", "0800 32 123", "103"}


async def test_the_status_of_a_closed_site_gives_the_buttons_words_of_coming_days(
    timed_server: Server,
) -> None:
    async with httpx.AsyncClient(base_url=timed_server.url) as browser:
        closed = (await browser.get("/widget/miti/status?lang=nl")).json()
        always = (await browser.get("/widget/demo/status")).json()
    assert always["later"] == []
    moments = [change["in_s"] for change in closed["later"]]
    assert moments == sorted(moments)
    assert {change["state"] for change in closed["later"]} <= {"open", "closed"}
    # Days that it stays closed go by: tomorrow, then today.
    assert all(change["label"].startswith(("Gesloten, terug", "Een vraag")) for change in closed["later"])


async def test_a_full_site_answers_differently_and_the_request_counts(timed_server: Server) -> None:
    rows = metric_rows(timed_server)
    end = await visitor(timed_server)
    await end.send("ask", theme="creation", language="nl")
    assert (await end.expect("error", code="full"))["retry_after_s"] > 0
    (row,) = counted_since(timed_server, rows)
    assert (row["outcome"], row["theme_asked"], row["language"], row["site"]) == (
        "full",
        "creation",
        "nl",
        "demo",
    )
    assert (row["wait_s"], row["network_served"], row["pool_served"]) == (0, "", "")
    assert live_rows(timed_server) == 0


async def test_a_counsellor_without_the_theme_does_not_open_the_site(timed_server: Server) -> None:
    async with await counsellor(timed_server, "conseillere.diores"):
        end = await visitor(timed_server)
        await end.send("ask", theme="creation", language="nl")
        await end.expect("error", code="full")
        await end.send("ask", theme="orientation", language="fr")
        await end.expect("waiting")


async def test_an_open_console_of_somebody_away_opens_no_door(timed_server: Server) -> None:
    async with await counsellor(timed_server) as console:
        await console.send("availability", state="away", capacity=2)
        await console.expect("availability", state="away")
        end = await asking(timed_server)
        await end.expect("error", code="full")


async def test_who_waits_is_told_no_more_of_how_long_once_nobody_is_there_and_goes_on_waiting(
    timed_server: Server,
) -> None:
    async with await counsellor(timed_server) as console:
        end = await asking(timed_server)
        waiting = await end.expect("waiting")
        assert waiting["estimate_s"] == 60
        await console.send("availability", state="away", capacity=2)
        await end.expect("waiting", estimate_s=None)
        await console.send("availability", state="available", capacity=2)
        await end.expect("waiting", estimate_s=60)
        await console.expect("offer", conversation=waiting["conversation"])


async def test_a_page_that_nobody_uses_opens_no_door_and_rings_all_the_same(
    timed_server: TimedServer,
) -> None:
    async with await counsellor(timed_server) as console:
        await state_becomes("open", timed_server)
        await advance_time(timed_server, PROBABLY_ABSENT_AFTER_S + 1)
        await state_becomes("full", timed_server)
        end = await asking(timed_server)
        waiting = await end.expect("waiting")
        assert waiting["estimate_s"] is None
        await console.expect("offer", conversation=waiting["conversation"])
        await console.send("active")
        await end.expect("waiting", estimate_s=60)
        await state_becomes("open", timed_server)


async def state_becomes(wanted: str, server: Server) -> None:
    """A status may be a second old."""

    def become() -> bool:
        return bool(httpx.get(f"{server.url}/widget/demo/status").json()["state"] == wanted)

    await asyncio.to_thread(eventually, become)


async def test_a_closed_console_is_nobody_either(timed_server: Server) -> None:
    async with await counsellor(timed_server) as console:
        end = await asking(timed_server)
        await end.expect("waiting", estimate_s=60)
        await console.leave()
        await end.expect("waiting", estimate_s=None)
        await (late := await visitor(timed_server)).send("ask", theme="orientation", language="fr")
        await late.expect("error", code="full")


async def test_opening_the_widget_is_counted_by_what_it_showed(timed_server: Server) -> None:
    before = counters(timed_server)
    async with httpx.AsyncClient(base_url=timed_server.url) as browser:
        for site in ("miti", "demo"):
            assert (await browser.get(f"/widget/{site}/")).status_code == 200
            assert (await browser.get(f"/widget/{site}/status")).status_code == 200
    assert added(before, counters(timed_server)) == {("miti", "opened_closed"): 1, ("demo", "opened_full"): 1}


async def test_an_unknown_site_has_no_page_and_no_status(timed_server: Server) -> None:
    async with httpx.AsyncClient(base_url=timed_server.url) as browser:
        for path in ("/widget/nulle-part/", "/widget/nulle-part/status"):
            assert (await browser.get(path)).status_code == 404


@pytest.fixture
def no_class_left(timed_server: TimedServer) -> Iterator[None]:
    """A session that runs keeps places for its pupils: other tests' visitors would wait."""
    yield
    held(timed_server, timed_server.now() + timedelta(days=7))


@pytest.mark.usefixtures("no_class_left")
async def test_a_class_code_makes_pupils_while_its_session_runs_and_not_before(
    timed_server: TimedServer,
) -> None:
    rows = metric_rows(timed_server)
    async with await counsellor(timed_server) as console:
        end = await visitor(timed_server)
        asked = {"theme": "orientation", "language": "fr", "school_code": "CLASSE6A"}
        now = timed_server.now()
        for begins in (now + timedelta(hours=1), now - timedelta(hours=3)):
            held(timed_server, begins)
            await end.send("ask", **asked)
            await end.expect("error", code="not_allowed")
        held(timed_server, now - timedelta(minutes=1))
        await end.send("ask", **asked)
        conversation = (await end.expect("waiting"))["conversation"]
        assert (await console.expect("offer", conversation=conversation))["audience"] == "school"
        await end.send("leave")
        await end.expect("closed")
    (row,) = counted_since(timed_server, rows)
    assert row["audience"] == "school"
    assert "CLASSE6A" not in repr(row)


def held(server: Server, begins: datetime) -> None:
    """The demo's class has its session from then on, for an hour."""
    change(
        server,
        "UPDATE routing_rules_schoolbooking SET starts_at = ?, ends_at = ? WHERE code = 'CLASSE6A'",
        begins.strftime("%Y-%m-%d %H:%M:%S"),
        (begins + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S"),
    )
