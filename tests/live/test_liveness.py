"""A socket that answers pings stays; a silent one is closed and may reconnect."""

from collections.abc import Callable

from tests.server import Server
from tests.socket_clients import counsellor, joined, new_token, visitor


async def test_a_socket_that_answers_pings_stays_and_a_silent_one_is_closed(
    start_server: Callable[..., Server],
) -> None:
    # Longer than the five seconds between two notes of somebody's presence, and than a busy machine stands still.
    server = start_server(MITI_PING_S="0.5", MITI_SILENCE_S="15")
    token = new_token()
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console, token)
        someone.answers_pings = False
        # Half a connection: nothing comes, nothing is closed.
        assert await someone.closed() == 4002
        assert (await console.expect("visitor", conversation=conversation))["state"] == "gone"
        back = await visitor(server, token, epoch=1)
        await back.expect("resumed", state="active")
        await console.expect("visitor", conversation=conversation, state="present")
        # The console has said nothing but pongs all the time, and its messages still arrive.
        await console.send("say", conversation=conversation, client_id="a", body="toujours là ?")
        await back.expect("message", body="toujours là ?")
        assert back.count("interrupted") == someone.count("interrupted") == 0
