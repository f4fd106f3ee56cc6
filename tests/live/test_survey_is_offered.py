"""Who is asked for an opinion after the end: whoever was answered, unless they were blocked."""

import pytest

from tests.server import Server
from tests.socket_clients import asking, counsellor, joined


@pytest.mark.parametrize("how", ["unanswered", "blocked", "never accepted"])
async def test_who_was_not_served_or_was_blocked_is_offered_no_survey(own_server: Server, how: str) -> None:
    async with await counsellor(own_server) as console:
        if how == "never accepted":
            someone = await asking(own_server)
            await someone.send("leave")
        else:
            someone, conversation = await joined(own_server, console)
            if how == "unanswered":
                await someone.send("leave")
            else:
                await console.send("say", conversation=conversation, client_id="c", body="bonjour")
                await someone.expect("message", author="counsellor")
                await console.send("block", conversation=conversation, reason="insults")
        assert (await someone.expect("closed"))["survey"] is False
        await someone.send("survey", rating=1)
        await someone.expect("error", code="not_allowed")


async def test_who_was_answered_is_offered_the_survey(own_server: Server) -> None:
    async with await counsellor(own_server) as console:
        someone, conversation = await joined(own_server, console)
        await console.send("say", conversation=conversation, client_id="c", body="bonjour")
        await someone.expect("message", author="counsellor")
        await someone.send("leave")
        assert (await someone.expect("closed"))["survey"] is True
