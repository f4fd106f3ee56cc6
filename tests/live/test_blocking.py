"""A counsellor ends and blocks an abusive visitor; one address does not take all the places."""

from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus

from tests.server import Server
from tests.talking import asking, counsellor, joined, new_token, open_visitor, visitor


async def test_a_blocked_visitor_cannot_ask_again_for_a_while(own_server: Server) -> None:
    async with await counsellor(own_server) as console:
        someone, conversation = await joined(own_server, console)
        await console.send("block", conversation=conversation, reason="insults")
        assert (await someone.expect("closed"))["reason"] == "blocked"
        await console.expect("closed", conversation=conversation)
        again = await asking(own_server)
        refusal = await again.expect("error", code="not_allowed")
        assert 0 < refusal["retry_after_s"] <= 12 * 3600
        await again.leave()
        await someone.leave()


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


async def test_one_address_has_so_many_connections_and_no_more(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(MITI_CONNECTIONS_PER_ADDRESS="2")
    first, second = await open_visitor(server), await open_visitor(server)
    with pytest.raises(InvalidStatus, match="403"):
        await open_visitor(server)
    await first.leave()
    third = await open_visitor(server)
    await third.leave()
    await second.leave()
