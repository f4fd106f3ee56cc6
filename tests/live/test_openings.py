"""Openings of the widget, and the campaigns that they count under: a stranger can neither inflate the ones nor invent the others."""

import secrets
from collections.abc import Callable

import httpx
import pytest

from tests.live.database_file import declare_campaign, eventually, read
from tests.server import Server
from tests.socket_clients import open_visitor

# New ones each time: what other servers counted for an address is in the Redis that tests share.
HERE, THERE = ({"X-Forwarded-For": f"2001:db8:{secrets.token_hex(2)}:{each}::1"} for each in (1, 2))
PROXY = {"MITI_TRUSTED_PROXIES": "1"}
RELOADS = 5


@pytest.fixture(params=["embedded", "redis"])
def counting_server(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Server:
    redis = {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}
    return start_server(**PROXY, **redis)


def openings(server: Server) -> dict[str, int]:
    rows = read(
        server,
        """SELECT campaign, sum(n) AS n FROM indicators_counter WHERE site = 'demo' AND kind LIKE 'opened%'
           GROUP BY campaign""",
    )
    return {row["campaign"]: row["n"] for row in rows}


async def test_a_reload_is_no_second_opening_and_another_address_is_one(counting_server: Server) -> None:
    server = counting_server
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for _ in range(RELOADS):
            assert (await browser.get("/widget/demo/", headers=HERE)).status_code == 200
        # The ten minutes may turn once in between.
        counted = openings(server)[""]
        assert counted in {1, 2}
        await browser.get("/widget/demo/", headers=THERE)
        assert openings(server) == {"": counted + 1}


async def test_everybody_counts_who_opens_it_at_one_address_while_the_others_pages_are_open(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(**PROXY)
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for number in range(RELOADS):
            await browser.get("/widget/demo/", headers=HERE)
            assert openings(server) == {"": number + 1}
            end = await open_visitor(server, **HERE)
        # The page itself is reloaded: its connection is still open when it is asked for again.
        await browser.get("/widget/demo/", headers={**HERE, "Cache-Control": "max-age=0"})
        assert openings(server) == {"": RELOADS}
        await end.leave()

        def counted_once() -> bool:
            # Nothing is counted however often it is asked once the connection is known to be closed.
            before = openings(server)
            httpx.get(f"{server.url}/widget/demo/", headers=HERE)
            return openings(server) == before

        eventually(counted_once)


async def test_campaigns_that_nobody_declared_count_as_none_and_push_no_other_out(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(**PROXY)
    declare_campaign(server, "demo", "real")
    async with httpx.AsyncClient(base_url=server.url) as browser:
        for number in range(60):
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            await browser.get("/widget/demo/", params={"campaign": f"junk-{number}"}, headers=headers)
        await browser.get("/widget/demo/", params={"campaign": "real"}, headers=THERE)
    assert openings(server) == {"": 60, "real": 1}


async def test_a_request_counts_under_a_declared_campaign_only(start_server: Callable[..., Server]) -> None:
    server = start_server()
    declare_campaign(server, "demo", "real")
    for campaign in ("junk", "real"):
        end = await open_visitor(server)
        await end.send("hello", site="demo", lang="fr", token=campaign.ljust(43, "x"))
        await end.expect("welcome")
        await end.send("ask", theme="orientation", language="fr", campaign=campaign)
        await end.expect("error", code="full")
    rows = read(server, "SELECT campaign FROM indicators_metricrow WHERE outcome = 'full' AND site = 'demo'")
    assert sorted(row["campaign"] for row in rows if row["campaign"] in {"", "real", "junk"}) == ["", "real"]
