"""One address asks as much as it can: it proves work, then waits, and nobody else is told `full` or refused because of it."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import altcha
import httpx
import pytest

from partners import clock
from tests.live.database_file import change
from tests.server import Server
from tests.socket_clients import Frame, SocketClient, counsellor, joined, new_token, open_visitor

FEW_TRIES = "2000"
# New ones each time: what other servers counted for an address is in the Redis that tests share.
GREEDY, OTHER = (f"2001:db8:{secrets.token_hex(2)}:{each}::1" for each in (1, 2))
FREE, PART = 3, 5
"""Requests that cost nothing, and places in the queue."""
SHARES = {
    "MITI_TRUSTED_PROXIES": "1",
    "MITI_PROOF_TRIES": FEW_TRIES,
    "MITI_ASKS_PER_ADDRESS": str(FREE),
    "MITI_QUEUE_LENGTH": "20",
    "MITI_QUEUE_SHARE": "0.25",
}


def proof_of(welcome: Frame) -> str:
    challenge = altcha.Challenge.from_dict(welcome["challenge"])
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


async def came_from(server: Server, address: str) -> SocketClient:
    return await open_visitor(server, **{"X-Forwarded-For": address})


async def asks(server: Server, address: str, **asked: str) -> tuple[SocketClient, Frame]:
    """Somebody asks from there, with a proof of work if that is needed; the answer."""
    end, token = await came_from(server, address), new_token()
    await end.send("hello", site="demo", lang="fr", token=token)
    await end.expect("welcome")
    await end.send("ask", theme="orientation", language="fr", **asked)
    answer = await answer_to(end)
    if answer.get("code") == "proof_needed":
        await end.send("hello", site="demo", lang="fr", token=token)
        proof = proof_of(await end.expect("welcome"))
        await end.send("ask", theme="orientation", language="fr", proof=proof, **asked)
        answer = await answer_to(end) | {"worked": True}
    return end, answer


async def answer_to(end: SocketClient) -> Frame:
    """The answer to a request, taken out."""
    return await end.expect_any("waiting", "error")


@pytest.fixture(params=["embedded", "redis"])
def server_with_shares(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Server:
    redis = {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}
    return start_server(**SHARES, **redis)


async def test_one_address_holds_a_part_of_the_queue_and_the_others_are_taken(
    server_with_shares: Server,
) -> None:
    server = server_with_shares
    async with await counsellor(server, capacity=1):
        answers = [(await asks(server, GREEDY))[1] for _ in range(PART + 4)]
        assert [one["type"] for one in answers] == ["waiting"] * PART + ["error"] * 4
        # Work came before the refusal, and the refusal is not `full`.
        assert [bool(one.get("worked")) for one in answers] == [False] * FREE + [True] * (PART + 4 - FREE)
        assert {one["code"] for one in answers[PART:]} == {"too_fast"}
        assert all(one["retry_after_s"] > 0 for one in answers[PART:])
        async with httpx.AsyncClient(base_url=server.url) as browser:
            assert (await browser.get("/widget/demo/status")).json()["state"] == "open"
        _, answer = await asks(server, OTHER)
        assert answer["type"] == "waiting"
        assert "worked" not in answer


async def test_a_place_that_is_left_is_free_again(start_server: Callable[..., Server]) -> None:
    server = start_server(**SHARES)
    async with await counsellor(server, capacity=1):
        ends = [(await asks(server, GREEDY))[0] for _ in range(PART)]
        await ends[0].send("leave")
        await ends[0].expect("closed")
        _, answer = await asks(server, GREEDY)
        assert answer["type"] == "waiting"


async def test_a_class_with_a_booking_is_taken_behind_an_address_that_has_its_part(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(**SHARES)
    now = clock.now()
    change(
        server,
        "UPDATE routing_rules_schoolbooking SET starts_at = ?, ends_at = ?, places = 4 WHERE code = 'CLASSE6A'",
        *(f"{now + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}" for minutes in (-1, 60)),
    )
    async with await counsellor(server, capacity=4):
        for _ in range(PART):
            await asks(server, GREEDY)
        for _ in range(4):
            _, answer = await asks(server, GREEDY, school_code="CLASSE6A")
            assert (answer["type"], "worked" in answer) == ("waiting", False)
        # The places are used: a fifth pupil is one of the address.
        _, answer = await asks(server, GREEDY, school_code="CLASSE6A")
        assert answer["code"] == "too_fast"


async def test_who_leaves_at_once_again_and_again_proves_work(start_server: Callable[..., Server]) -> None:
    # A third of these may come to nothing.
    server = start_server(**SHARES | {"MITI_ASKS_PER_ADDRESS": "6"})
    async with await counsellor(server, capacity=1):
        worked: list[bool] = []
        while not any(worked):
            # Two are free, and two more if the ten minutes turn in between.
            assert len(worked) <= 4
            end, answer = await asks(server, GREEDY)
            worked.append("worked" in answer)
            await end.send("leave")
            await end.expect("closed")
        assert len(worked) > 2
        _, answer = await asks(server, OTHER)
        assert "worked" not in answer


async def test_who_is_told_full_again_and_again_proves_work(start_server: Callable[..., Server]) -> None:
    # A third of these may come to nothing.
    server = start_server(**SHARES | {"MITI_ASKS_PER_ADDRESS": "6"})
    answers = [(await asks(server, GREEDY))[1] for _ in range(5)]
    assert {one["code"] for one in answers} == {"full"}
    worked = ["worked" in one for one in answers]
    assert worked[:2] == [False, False]
    assert any(worked)


async def test_blocks_behind_a_proxy_that_nobody_declared_refuse_nobody_and_the_log_says_why(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_PROOF_TRIES=FEW_TRIES)
    async with await counsellor(server, capacity=2) as console:
        for _ in range(2):
            end, answer = await asks(server, GREEDY)
            conversation = answer["conversation"]
            await console.expect("offer", conversation=conversation)
            await console.send("accept", conversation=conversation)
            await console.expect("opened", conversation=conversation)
            await console.send("block", conversation=conversation, reason="spam")
            await end.expect("closed", reason="blocked")
        _, answer = await asks(server, OTHER)
        assert (answer["type"], answer["worked"]) == ("waiting", True)
    assert server.log.read_text().count("MITI_TRUSTED_PROXIES is 0") == 1


async def test_no_proxy_no_warning(own_server: Server) -> None:
    async with await counsellor(own_server) as console:
        await joined(own_server, console)
    assert "MITI_TRUSTED_PROXIES" not in own_server.log.read_text()
