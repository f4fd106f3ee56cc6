"""A visitor who gave up waiting and asks again within minutes goes on with the same request."""

import sqlite3

from tests.server import Server
from tests.talking import asking, counsellor, new_token


def outcomes(server: Server) -> list[str]:
    with sqlite3.connect(server.database) as database:
        return [row[0] for row in database.execute("SELECT outcome FROM indicators_metricrow")]


async def test_giving_up_and_asking_again_is_one_request(own_server: Server) -> None:
    token = new_token()
    async with await counsellor(own_server) as console:
        someone = await asking(own_server, token)
        first = await someone.expect("waiting")
        await someone.send("leave")
        await someone.expect("closed", outcome="abandoned_short")
        assert outcomes(own_server) == ["abandoned_short"]
        await someone.send("ask", theme="orientation", language="fr")
        second = await someone.expect("waiting")
        assert second["conversation"] != first["conversation"]
        assert outcomes(own_server) == []
        await console.expect("offer", conversation=second["conversation"])
        await console.send("accept", conversation=second["conversation"])
        await someone.expect("joined")
        await someone.send("leave")
        await someone.expect("closed", outcome="accepted_silent")
        assert outcomes(own_server) == ["accepted_silent"]
        await someone.leave()


async def test_a_conversation_that_took_place_is_not_asked_for_again(own_server: Server) -> None:
    async with await counsellor(own_server) as console:
        someone = await asking(own_server)
        waiting = await someone.expect("waiting")
        await console.expect("offer")
        await console.send("accept", conversation=waiting["conversation"])
        await someone.expect("joined")
        await someone.send("leave")
        await someone.expect("closed")
        await someone.send("ask", theme="orientation", language="fr")
        await someone.expect("error", code="conversation_closed")
        await someone.leave()
