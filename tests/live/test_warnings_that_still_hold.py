"""Who comes back to the page is told what they would have been told there."""

from tests.live.conftest import COUNSELLOR_GRACE_S, IDLE_CLOSE_S, IDLE_WARNING_S
from tests.live.database_file import advance_time, counsellor_id
from tests.server import TimedServer
from tests.socket_clients import counsellor, joined, new_token, visitor


async def test_a_visitor_who_returns_is_told_that_the_counsellor_is_lost_and_then_back(
    timed_server: TimedServer,
) -> None:
    token = new_token()
    console = await counsellor(timed_server)
    someone, _ = await joined(timed_server, console, token)
    await console.leave()
    await someone.expect("interrupted", alias="Conseiller·ère")
    await someone.leave()
    async with await visitor(timed_server, token, epoch=1) as back:
        await back.expect("resumed", state="active")
        assert 0 <= (await back.expect("interrupted"))["grace_s"] <= COUNSELLOR_GRACE_S
        async with await counsellor(timed_server):
            await back.expect("joined", alias="Conseiller·ère")
            await back.send("leave")
            await back.expect("closed")


async def test_a_visitor_who_returns_while_the_counsellor_is_there_is_warned_of_nothing(
    timed_server: TimedServer,
) -> None:
    token = new_token()
    async with await counsellor(timed_server) as console:
        someone, _ = await joined(timed_server, console, token)
        await someone.leave()
        async with await visitor(timed_server, token, epoch=1) as back:
            await back.expect("resumed", state="active")
            await back.send("leave")
            await back.expect("closed")
            assert back.count("interrupted") == back.count("closing") == 0


async def test_a_visitor_who_returns_is_told_how_long_an_idle_conversation_still_lasts(
    timed_server: TimedServer,
) -> None:
    token = new_token()
    async with await counsellor(timed_server) as console:
        someone, conversation = await joined(timed_server, console, token)
        await console.send("say", conversation=conversation, client_id="a", body="Je vous écoute")
        await someone.expect("message")
        await advance_time(timed_server, IDLE_WARNING_S + 1)
        first = (await someone.expect("closing"))["in_s"]
        await advance_time(timed_server, 100)
        await someone.leave()
        async with await visitor(timed_server, token, epoch=1) as back:
            left = (await back.expect("closing", reason="idle"))["in_s"]
            assert 0 < left <= first - 100 < IDLE_CLOSE_S - IDLE_WARNING_S
            await back.send("leave")
            await back.expect("closed")


async def test_a_lost_guest_is_named_and_so_is_who_types(timed_server: TimedServer) -> None:
    cefo = counsellor_id(timed_server, "conseiller.cefo")
    async with await counsellor(timed_server) as owner:
        someone, conversation = await joined(timed_server, owner)
        guest = await counsellor(timed_server, "conseiller.cefo")
        await owner.send("invite", conversation=conversation, counsellor=cefo)
        await guest.expect("offer", conversation=conversation)
        await guest.send("accept", conversation=conversation)
        await someone.expect("joined", alias="Conseiller·ère 2")
        await guest.send("typing", conversation=conversation, on=True)
        await someone.expect("typing", on=True, alias="Conseiller·ère 2")
        await guest.leave()
        await someone.expect("interrupted", alias="Conseiller·ère 2")
        await someone.send("leave")
        await someone.expect("closed")
