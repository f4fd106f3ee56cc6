"""A visitor who gave up waiting and asks again within minutes goes on with the same request."""

from tests.live.database_file import change, metric_rows, read
from tests.server import Server
from tests.socket_clients import asking, counsellor, new_token


def outcomes(server: Server) -> list[str]:
    return [row["outcome"] for row in metric_rows(server).values()]


async def test_giving_up_and_asking_again_is_one_request(own_server: Server) -> None:
    token = new_token()
    async with await counsellor(own_server) as console:
        someone = await asking(own_server, token)
        first = await someone.expect("waiting")
        await someone.send("leave")
        await someone.expect("closed", outcome="abandoned_short")
        assert outcomes(own_server) == ["abandoned_short"]
        await someone.send("ask", theme="orientation", language="fr")
        # Of the first one's wait there may have been more than one word.
        second = await someone.expect("waiting", lambda one: one["conversation"] != first["conversation"])
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


async def test_asking_again_and_again_while_full_is_one_request(own_server: Server) -> None:
    token = new_token()
    someone = await asking(own_server, token)
    await someone.expect("error", code="full")
    for _ in range(2):
        await someone.send("ask", theme="orientation", language="fr")
        await someone.expect("error", code="full")
    assert outcomes(own_server) == ["full"]
    async with await counsellor(own_server):
        await someone.send("ask", theme="orientation", language="fr")
        await someone.expect("waiting")
        assert outcomes(own_server) == []
        await someone.send("leave")
        await someone.expect("closed", outcome="abandoned_short")
    assert outcomes(own_server) == ["abandoned_short"]
    await someone.leave()


async def test_asking_again_and_again_while_closed_is_counted_once(own_server: Server) -> None:
    change(own_server, "DELETE FROM routing_rules_openinginterval")
    someone = await asking(own_server)
    await someone.expect("error", code="closed_now")
    await someone.send("ask", theme="orientation", language="fr")
    await someone.expect("error", code="closed_now")
    counted = read(own_server, "SELECT n FROM indicators_counter WHERE kind = 'asked_closed'")
    assert counted == [{"n": 1}]
    await someone.leave()
