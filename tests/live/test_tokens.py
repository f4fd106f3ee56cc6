"""A visitor's token is all that they are: wrong ones, old ones, and two pages with the same one."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Callable

import pytest

from tests.server import Server
from tests.socket_clients import asking, counsellor, joined, new_token, open_visitor, visitor


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a" * 42,
        "a" * 44,
        urlsafe_b64encode(b"x" * 31).decode(),
        urlsafe_b64encode(b"x" * 33).decode(),
        "é" * 43,
        "a" * 20 + " " + "a" * 22,
        "a" * 20 + "/" + "a" * 22,
        "a" * 20 + "+" + "a" * 22,
        "a" * 40 + "\n==",
        "a" * 200,
    ],
)
async def test_a_token_of_another_shape_is_refused(server: Server, token: str) -> None:
    end = await open_visitor(server)
    await end.send("hello", site="demo", lang="fr", token=token)
    await end.expect("error", code="token_refused")
    assert end.count("welcome") == 0


async def test_a_token_may_come_with_or_without_its_padding(server: Server) -> None:
    token = new_token()
    for written in (token, token + "="):
        end = await open_visitor(server)
        await end.send("hello", site="demo", lang="fr", token=written)
        await end.expect("welcome")


async def test_reconnecting_with_an_unknown_token_is_refused(server: Server) -> None:
    end = await open_visitor(server)
    await end.send("hello", site="demo", lang="fr", token=new_token(), after=3, epoch=1)
    await end.expect("error", code="token_refused")
    # A new one is welcome on the same connection.
    await end.send("hello", site="demo", lang="fr", token=new_token())
    await end.expect("welcome")


async def test_one_connection_is_one_visitor(server: Server) -> None:
    end = await visitor(server)
    await end.send("hello", site="demo", lang="fr", token=new_token())
    await end.expect("error", code="token_refused")


async def test_another_token_sees_nothing_of_the_conversation(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await someone.send("say", client_id="a", body="entre nous")
        await someone.expect("message")
        stranger = await visitor(server)
        await stranger.send("typing", on=True)
        await stranger.send("say", client_id="b", body="coucou")
        await stranger.expect("error", code="nobody_yet")
        await stranger.send("leave")
        await stranger.expect("error", code="not_found")
        await console.send("say", conversation=conversation, client_id="c", body="je vous lis")
        await someone.expect("message", author="counsellor")
        assert not any("entre nous" in raw or "je vous lis" in raw for raw in stranger.raw)
        assert not any(conversation in raw for raw in stranger.raw)


async def test_after_the_end_the_token_gets_the_reason_and_one_survey(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console, token)
        await someone.send("say", client_id="a", body="bonjour")
        await someone.expect("message")
        await console.send("say", conversation=conversation, client_id="c", body="bonjour")
        await someone.expect("message", author="counsellor")
        await someone.leave()
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await console.expect("closed", conversation=conversation)
        back = await visitor(server, token, after=2, epoch=1)
        closed = await back.expect("closed")
        assert (closed["reason"], closed["survey"]) == ("counsellor_closed", True)
        await back.send("say", client_id="b", body="encore une chose")
        await back.expect("error", code="conversation_closed", client_id="b")
        await back.send("ask", theme="orientation", language="fr")
        await back.expect("error", code="conversation_closed")
        await back.send("survey", rating=5, helped="une-autre-reponse")
        await back.expect("error", code="bad_frame")
        await back.send("survey", rating=4, helped="partly")
        await back.expect("closed", survey=False)
        await back.send("survey", rating=1)
        await back.expect("error", code="not_allowed")
        again = await visitor(server, token)
        assert (await again.expect("closed"))["survey"] is False
        await again.send("survey", rating=1)
        await again.expect("error", code="not_allowed")


async def test_a_second_hello_on_the_same_connection_gets_the_end_again(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        someone, _ = await joined(server, console, token)
        await someone.send("leave")
        await someone.expect("closed")
        await someone.send("hello", site="demo", lang="fr", token=token, after=1, epoch=1)
        await someone.expect("welcome")
        await someone.expect("closed", reason="visitor_left")


async def test_two_pages_with_one_token_are_one_visitor(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        one, conversation = await joined(server, console, token)
        other = await visitor(server, token)
        assert (await other.expect("resumed"))["conversation"] == conversation
        await other.send("say", client_id="a", body="de l'autre page")
        await one.expect("message", client_id="a", author="visitor")
        await other.expect("message", client_id="a")
        await console.expect("message", body="de l'autre page")
        await other.leave()
        # One page is still there: nobody is told that the visitor is gone.
        await console.quiet("visitor")
        await one.send("say", client_id="b", body="toujours là")
        await console.expect("message", body="toujours là")


async def test_asking_again_during_the_accept_loses_nothing(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        for n in range(30):
            await someone.send("ask", theme="orientation", language="fr")
            await console.send("say", conversation=conversation, client_id=f"m{n}", body=str(n))
        for n in range(30):
            assert (await someone.expect("message", author="counsellor"))["seq"] == n + 1
            await console.expect("message", client_id=f"m{n}")


async def test_a_cut_before_the_answer_does_not_ask_twice(server: Server) -> None:
    token = new_token()
    async with await counsellor(server, capacity=1) as console:
        first = await asking(server, token)
        await first.leave()
        back = await asking(server, token)
        conversation = (await back.expect("waiting"))["conversation"]
        await console.expect("offer", conversation=conversation)
        await console.quiet("offer")


async def test_no_survey_is_offered_once_its_time_is_over(start_server: Callable[..., Server]) -> None:
    server = start_server(MITI_SURVEY_S="0.01")
    async with await counsellor(server) as console:
        token = new_token()
        someone, _ = await joined(server, console, token)
        await someone.send("leave")
        await someone.expect("closed")
        await asyncio.sleep(0.05)
        back = await visitor(server, token)
        await back.expect("closed", survey=False)
        await back.send("survey", rating=4)
        await back.expect("error", code="not_allowed")
