"""The main job over the two sockets: ask, ring, accept, talk, close, count."""

from tests.server import Server
from tests.socket_clients import asking, counsellor, joined, new_token, visitor


async def test_a_visitor_and_a_counsellor_talk_until_the_counsellor_closes(own_server: Server) -> None:
    async with await counsellor(own_server) as console:
        someone, conversation = await joined(own_server, console)
        await someone.send("say", client_id="a1", body="Bonjour")
        mine = await someone.expect("message", client_id="a1")
        assert (mine["epoch"], mine["seq"], mine["author"]) == (1, 1, "visitor")
        heard = await console.expect("message", conversation=conversation)
        assert heard["body"] == "Bonjour"
        await console.send("say", conversation=conversation, client_id="b1", body="Bonjour, je vous lis")
        answer = await someone.expect("message", author="counsellor")
        assert (answer["seq"], answer["body"]) == (2, "Bonjour, je vous lis")
        await console.send(
            "close",
            conversation=conversation,
            classification={"theme": "orientation", "given": ["information", "listening"]},
        )
        assert (await console.expect("closed", conversation=conversation))["outcome"] == "served"
        closed = await someone.expect("closed")
        assert (closed["reason"], closed["outcome"], closed["survey"]) == (
            "counsellor_closed",
            "served",
            True,
        )
        await someone.send("survey", rating=5, helped="yes")
        await someone.expect("closed", survey=False)
        await someone.leave()


async def test_a_visitor_who_reconnects_receives_the_missed_messages(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console, token)
        await someone.send("say", client_id="a1", body="un")
        await someone.expect("message", client_id="a1")
        await someone.leave()
        await console.send("say", conversation=conversation, client_id="b1", body="deux")
        await console.expect("message", client_id="b1")
        again = await visitor(server, token, after=1, epoch=1)
        resumed = await again.expect("resumed")
        assert [one["body"] for one in resumed["events"]] == ["deux"]
        assert (resumed["state"], resumed["gap"], resumed["more"]) == ("active", False, False)
        await again.send("leave")
        await again.expect("closed", reason="visitor_left")
        await again.leave()


async def test_a_message_sent_twice_is_stored_once(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        for _ in range(2):
            await someone.send("say", client_id="same", body="une fois")
            assert (await someone.expect("message", client_id="same"))["seq"] == 1
        await console.expect("message", conversation=conversation)
        await console.quiet("message")
        await someone.send("leave")
        await console.expect("closed", conversation=conversation)
        await someone.leave()


async def test_asking_twice_with_one_token_is_one_conversation(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        first = await asking(server, token)
        one = await first.expect("waiting")
        await first.send("ask", theme="orientation", language="fr")
        assert (await first.expect("waiting"))["conversation"] == one["conversation"]
        second = await visitor(server, token)
        assert (await second.expect("resumed", state="waiting"))["conversation"] == one["conversation"]
        await console.expect("offer", conversation=one["conversation"])
        await console.quiet("offer")
        await second.send("leave")
        await first.expect("closed", reason="visitor_left")
        await console.expect("offer_gone", reason="visitor_left")
        await first.leave()
        await second.leave()
