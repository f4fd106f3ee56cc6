"""The keys of a conversation go from browser to browser: the server names who wants them, hands them on, and keeps them as long as it."""

from typing import Any

import pytest

from tests.live.database_file import change, counsellor_id
from tests.sealing import Keyring, Pair, open_grant, seal_grant
from tests.server import Server
from tests.socket_clients import (
    SocketClient,
    asking,
    counsellor,
    new_token,
    open_console,
    open_visitor,
    visitor,
)

COLLEAGUE = "conseiller.cefo"


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the ends of other tests do by themselves, these do step by step."""
    monkeypatch.setattr(SocketClient, "seals", False)


def grant(keyring: Keyring, by: Pair, conversation: str, number: int, to: str) -> dict[str, Any]:
    sealed = seal_grant(keyring, by, conversation=conversation, number=number, to=to)
    return {"for": number, "to": to, **sealed}


async def accepted(
    server: Server, console: SocketClient, pair: Pair, token: str | None = None
) -> tuple[SocketClient, str]:
    someone = await asking(server, token)
    conversation = str((await someone.expect("waiting"))["conversation"])
    await console.expect("offer", conversation=conversation)
    await console.send("accept", conversation=conversation, key=pair.name)
    return someone, conversation


async def first_grant(console: SocketClient, conversation: str) -> dict[str, Any]:
    """With the conversation, where the visitor's browser was quick; else by itself."""
    opened = await console.expect("opened", conversation=conversation)
    return dict(opened["grant"] or await console.expect("grant", conversation=conversation))


async def test_the_visitor_is_told_whose_browser_accepted_and_grants_it_the_keys(server: Server) -> None:
    own, pair, keyring = Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console:
        someone, conversation = await accepted(server, console, pair)
        joined = await someone.expect("joined")
        assert (joined["number"], joined["key"]) == (1, pair.name)
        await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
        granted = await first_grant(console, conversation)
        assert open_grant(granted, pair, conversation=conversation, number=1) == keyring


async def test_a_reloaded_console_gets_its_grant_with_the_conversation(server: Server) -> None:
    own, pair, keyring = Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console:
        someone, conversation = await accepted(server, console, pair)
        await someone.expect("joined")
        await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
        await first_grant(console, conversation)
        again = await open_console(server)
        await again.send("hello", keys={conversation: pair.name})
        (snapshot,) = (await again.expect("welcome"))["conversations"]
        assert open_grant(snapshot["grant"], pair, conversation=conversation, number=1) == keyring


async def test_another_browser_of_a_counsellor_is_granted_by_the_visitors(server: Server) -> None:
    own, pair, second, keyring = Pair.fresh(), Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console:
        someone, conversation = await accepted(server, console, pair)
        await someone.expect("joined")
        other = await open_console(server)
        await other.send("hello")
        await other.expect("welcome")
        await other.send("grant_wanted", conversation=conversation, key=second.name)
        wanted = await someone.expect("grant_wanted", key=second.name)
        assert wanted["number"] == 1
        await someone.send("grant", **grant(keyring, own, conversation, 1, second.name))
        granted = await other.expect("grant")
        assert open_grant(granted, second, conversation=conversation, number=1) == keyring
        # Not for the first one's browser.
        assert console.count("grant") == 0


async def test_who_comes_back_is_told_who_takes_part_with_which_keys(server: Server) -> None:
    pair, token = Pair.fresh(), new_token()
    async with await counsellor(server) as console:
        someone, _ = await accepted(server, console, pair, token)
        await someone.expect("joined")
        await someone.leave()
        again = await visitor(server, token)
        resumed = await again.expect("resumed")
        (party,) = resumed["parties"]
        assert (party["number"], party["keys"]) == (1, [pair.name])
        assert party["alias"] == resumed["alias"]


async def test_a_guest_can_be_granted_by_the_owner_while_the_visitor_is_away(server: Server) -> None:
    own, pair, guest, keyring = Pair.fresh(), Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console, await counsellor(server, COLLEAGUE) as colleague:
        someone = await asking(server)
        conversation = str((await someone.expect("waiting"))["conversation"])
        await console.expect("offer")
        await console.send("accept", conversation=conversation, key=pair.name)
        await someone.expect("joined")
        await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
        granted = await first_grant(console, conversation)
        keys = open_grant(granted, pair, conversation=conversation, number=1)
        await someone.leave()
        here = counsellor_id(server, COLLEAGUE)
        await console.send("invite", conversation=conversation, counsellor=here)
        await colleague.expect("offer", conversation=conversation, invited=True)
        await colleague.send("accept", conversation=conversation, key=guest.name)
        wanted = await console.expect("grant_wanted", key=guest.name)
        answer = grant(keys, pair, conversation, wanted["number"], guest.name)
        await console.send("grant", conversation=conversation, **answer)
        granted = await first_grant(colleague, conversation)
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await console.expect("closed")
        assert open_grant(granted, guest, conversation=conversation, number=2) == keyring


async def test_who_comes_back_learns_that_somebody_came_and_left_meanwhile(server: Server) -> None:
    pair, token = Pair.fresh(), new_token()
    async with await counsellor(server) as console, await counsellor(server, COLLEAGUE) as colleague:
        someone, conversation = await accepted(server, console, pair, token)
        await someone.expect("joined")
        opened = await console.expect("opened", conversation=conversation)
        assert opened["parties_so_far"] == 1
        await someone.leave()
        here = counsellor_id(server, COLLEAGUE)
        await console.send("invite", conversation=conversation, counsellor=here)
        await colleague.expect("offer", conversation=conversation, invited=True)
        await colleague.send("accept", conversation=conversation, key=Pair.fresh().name)
        came = await console.expect("parties", conversation=conversation, numbers=[1, 2])
        assert came["parties_so_far"] == 2
        await console.send("withdraw", conversation=conversation, counsellor=here)
        await console.expect("parties", conversation=conversation, numbers=[1])
        async with await visitor(server, token) as back:
            resumed = await back.expect("resumed")
            assert [party["number"] for party in resumed["parties"]] == [1]
            assert resumed["parties_so_far"] == 2
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await console.expect("closed")


async def test_a_colleagues_public_key_cannot_be_named_as_ones_own(server: Server) -> None:
    own, pair, keyring = Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console, await counsellor(server, COLLEAGUE) as colleague:
        someone, conversation = await accepted(server, console, pair)
        await someone.expect("joined")
        here = counsellor_id(server, COLLEAGUE)
        await console.send("invite", conversation=conversation, counsellor=here)
        await colleague.expect("offer", conversation=conversation, invited=True)
        await colleague.send("accept", conversation=conversation, key=pair.name)
        assert (await someone.expect("joined", number=2))["key"] is None
        await colleague.send("grant_wanted", conversation=conversation, key=pair.name)
        # Granted to its owner, under their number, it is not refused as the second of its rank.
        await someone.send("grant", **grant(keyring, own, conversation, 2, pair.name))
        await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
        granted = await first_grant(console, conversation)
        assert open_grant(granted, pair, conversation=conversation, number=1) == keyring
        assert someone.count("grant_wanted") == 0
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await console.expect("closed")


async def test_a_blocked_account_has_left_so_that_the_visitors_browser_makes_a_new_key(
    own_server: Server,
) -> None:
    own, pair, keyring, token = Pair.fresh(), Pair.fresh(), Keyring.fresh(), new_token()
    console = await counsellor(own_server)
    someone, conversation = await accepted(own_server, console, pair, token)
    await someone.expect("joined", number=1)
    await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
    await first_grant(console, conversation)
    change(own_server, "UPDATE partners_staff SET is_active = 0 WHERE username = 'conseillere.cdm'")
    await console.send("availability", state="available", capacity=2)
    assert await console.closed() == 4050
    await someone.expect("left", number=1)
    await someone.expect("requeued")
    back = await visitor(own_server, token)
    assert (await back.expect("resumed"))["parties"] == []
    async with await counsellor(own_server, COLLEAGUE) as successor:
        successors = Pair.fresh()
        await successor.expect("offer", conversation=conversation)
        await successor.send("accept", conversation=conversation, key=successors.name)
        joined = await back.expect("joined")
        assert (joined["number"], joined["key"]) == (2, successors.name)


async def test_a_grant_for_a_browser_that_does_not_take_part_is_dropped(server: Server) -> None:
    own, pair, stranger, keyring = Pair.fresh(), Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console:
        someone, conversation = await accepted(server, console, pair)
        await someone.expect("joined")
        for number, to in ((1, stranger.name), (2, pair.name)):
            await someone.send("grant", **grant(keyring, own, conversation, number, to))
        await someone.send("grant", **grant(keyring, own, conversation, 1, pair.name))
        assert (await first_grant(console, conversation))["to"] == pair.name
        assert (someone.count("error"), console.count("grant")) == (0, 0)


async def test_a_counsellors_grant_for_a_browser_that_does_not_take_part_is_dropped(server: Server) -> None:
    pair, other, stranger, keyring = Pair.fresh(), Pair.fresh(), Pair.fresh(), Keyring.fresh()
    async with await counsellor(server) as console, await open_console(server) as again:
        someone, conversation = await accepted(server, console, pair)
        await someone.expect("joined")
        # A second browser of theirs, which asks for a key that the first one names another counsellor's.
        await again.send("hello", keys={conversation: other.name})
        await again.expect("welcome")
        await console.expect("grant_wanted", key=other.name)
        for number, to in ((1, stranger.name), (2, other.name)):
            answer = grant(keyring, pair, conversation, number, to)
            await console.send("grant", conversation=conversation, **answer)
        await console.send(
            "grant", conversation=conversation, **grant(keyring, pair, conversation, 1, other.name)
        )
        granted = await again.expect("grant", conversation=conversation)
        assert open_grant(granted, other, conversation=conversation, number=1) == keyring
        assert again.count("grant") == 0
        # Nor is it kept for a browser that comes later.
        await again.send("grant_wanted", conversation=conversation, key=stranger.name)
        await console.expect("grant_wanted", key=stranger.name)
        assert again.count("grant") == 0
        await console.send("close", conversation=conversation, classification={"theme": "orientation"})
        await console.expect("closed")


async def test_the_storage_key_is_the_same_for_a_token_until_its_conversation_ends(server: Server) -> None:
    token = new_token()
    async with await counsellor(server), await visitor(server, token) as first:
        await first.send("ask", theme="orientation", language="fr")
        await first.expect("waiting")
        keys = [await storage_key(server, token) for _ in range(2)]
        assert keys[0] == keys[1] != ""
        await first.send("leave")
        await first.expect("closed")
        assert await storage_key(server, token) != keys[0]
    assert await storage_key(server, new_token()) != keys[0]


async def storage_key(server: Server, token: str) -> str:
    """The storage key that another page with this token is given."""
    async with await open_visitor(server) as page:
        await page.send("hello", site="demo", lang="fr", token=token)
        key = str((await page.expect("welcome"))["storage_key"])
        assert len(key) == 43
        return key
