"""A counsellor ends and blocks an abusive visitor; one address does not take all the places."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import altcha
import pytest
from websockets.exceptions import InvalidStatus

from tests.server import Server, TimedServer
from tests.socket_clients import (
    PATIENCE_S,
    Frame,
    SocketClient,
    counsellor,
    joined,
    new_token,
    open_visitor,
    visitor,
)

FEW_TRIES = "2000"


async def blocked(console: SocketClient, someone: SocketClient, conversation: str) -> None:
    await console.send("block", conversation=conversation, reason="insults")
    assert (await someone.expect("closed"))["reason"] == "blocked"
    await console.expect("closed", conversation=conversation)


def proof_of(welcome: Frame) -> str:
    """What a browser works out for the challenge that it was welcomed with."""
    challenge = altcha.Challenge.from_dict(welcome["challenge"])
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


async def greeted(server: Server, token: str) -> tuple[SocketClient, Frame]:
    end = await open_visitor(server)
    await end.send("hello", site="demo", lang="fr", token=token)
    return end, await end.expect("welcome")


async def answered(end: SocketClient) -> str:
    """How a request is answered: its type."""
    deadline = time.monotonic() + PATIENCE_S
    while not end.frames:
        assert time.monotonic() < deadline, "it was not answered"
        await asyncio.sleep(0.02)
    return str(end.frames[-1]["type"])


async def test_a_blocked_visitor_must_prove_work_and_is_refused_when_blocked_again(
    prepared: Path, tmp_path: Path
) -> None:
    # At midnight blocks are forgotten: this server is never about to have one.
    with TimedServer(tmp_path / "timed", prepared=prepared, MITI_PROOF_TRIES=FEW_TRIES) as server:
        await block_twice(server)


async def block_twice(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await blocked(console, someone, conversation)
        token = new_token()
        again, welcome = await greeted(server, token)
        await again.send("ask", theme="orientation", language="fr")
        await again.expect("error", code="proof_needed")
        await again.send("ask", theme="orientation", language="fr", proof="no proof")
        await again.expect("error", code="proof_refused")
        proof = proof_of(welcome)
        stranger, _ = await greeted(server, new_token())
        await stranger.send("ask", theme="orientation", language="fr", proof=proof)
        await stranger.expect("error", code="proof_refused")
        await again.send("ask", theme="orientation", language="fr", proof=proof)
        waiting = await again.expect("waiting")
        await console.expect("offer", conversation=waiting["conversation"])
        await console.send("accept", conversation=waiting["conversation"])
        await console.expect("opened", conversation=waiting["conversation"])
        await blocked(console, again, waiting["conversation"])
        last, welcome = await greeted(server, new_token())
        assert welcome["challenge"] is None
        await last.send("ask", theme="orientation", language="fr")
        refusal = await last.expect("error", code="not_allowed")
        assert 0 < refusal["retry_after_s"] <= 12 * 3600
        for end in (last, again, stranger, someone):
            await end.leave()


async def test_many_requests_at_once_from_one_address_must_prove_work(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_PROOF_TRIES=FEW_TRIES, MITI_ASKS_PER_ADDRESS="1")
    async with await counsellor(server):
        # Of three, two are asked within one minute, even if the minute turns between.
        ends = []
        for token in (new_token() for _ in range(3)):
            end, _ = await greeted(server, token)
            ends.append(end)
            await end.send("ask", theme="orientation", language="fr")
            if await answered(end) == "error":
                break
        assert end.frames[-1]["code"] == "proof_needed"
        await end.send("hello", site="demo", lang="fr", token=token)
        welcome = await end.expect("welcome")
        await end.send("ask", theme="orientation", language="fr", proof=proof_of(welcome))
        await end.expect("waiting")
        for one in ends:
            await one.leave()


async def test_an_open_conversation_from_the_same_address_goes_on(own_server: Server) -> None:
    token = new_token()
    async with await counsellor(own_server) as console:
        other, kept = await joined(own_server, console, token)
        someone, conversation = await joined(own_server, console)
        await console.send("block", conversation=conversation, reason="spam")
        await someone.expect("closed")
        await other.leave()
        back = await visitor(own_server, token)
        assert (await back.expect("resumed"))["conversation"] == kept
        await back.leave()
        await someone.leave()


async def open_when_there_is_room(server: Server) -> SocketClient:
    """Of two connections, the server may hear of the newer before it hears that the older has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await open_visitor(server)
        except InvalidStatus:
            assert time.monotonic() < deadline, "there is no room"
            await asyncio.sleep(0.05)


async def test_one_address_has_so_many_connections_and_no_more(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_CONNECTIONS_PER_ADDRESS="2")
    first, second = await open_visitor(server), await open_visitor(server)
    with pytest.raises(InvalidStatus, match="503"):
        await open_visitor(server)
    await first.leave()
    third = await open_when_there_is_room(server)
    await third.leave()
    await second.leave()
