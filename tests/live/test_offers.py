"""Who is rung, and what becomes of an offer that is refused, missed, late or taken by somebody else."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from chat.services.offers import INVITATION_S
from routing_rules.presence import MISSED_BEFORE_AWAY
from tests.live.conftest import RING_S
from tests.live.database_file import advance_time, change, counsellor_id, duty_of, eventually, read
from tests.server import Server, TimedServer
from tests.socket_clients import SocketClient, asking, counsellor, joined

THREE = ("conseillere.cdm", "conseiller.cefo", "conseillere.diores")


@pytest.fixture
def a_fourth(server: Server) -> Iterator[str]:
    """The reception's counsellor can do orientation too, for this test."""
    change(
        server,
        """INSERT INTO routing_rules_counsellor_themes (counsellor_id, theme_id)
           SELECT c.id, t.id FROM routing_rules_counsellor c JOIN partners_staff s ON s.id = c.staff_id,
           routing_rules_theme t WHERE s.username = 'accueil' AND t.code = 'orientation'""",
    )
    yield "accueil"
    change(
        server,
        """DELETE FROM routing_rules_counsellor_themes WHERE theme_id =
           (SELECT id FROM routing_rules_theme WHERE code = 'orientation') AND counsellor_id =
           (SELECT c.id FROM routing_rules_counsellor c JOIN partners_staff s ON s.id = c.staff_id
            WHERE s.username = 'accueil')""",
    )


async def rung(
    server: Server, consoles: Mapping[str, SocketClient], conversation: str, size: int
) -> list[SocketClient]:
    """Those at whom it rings, and who have been told so, once it rings at so many; the others hear nothing."""
    statement = """SELECT s.username FROM chat_offer o JOIN routing_rules_counsellor c ON c.id = o.counsellor_id
                   JOIN partners_staff s ON s.id = c.staff_id
                   WHERE o.state = 'ringing' AND replace(o.conversation_id, '-', '') = ?"""
    key = conversation.replace("-", "")
    await asyncio.to_thread(eventually, lambda: len(read(server, statement, key)) >= size)
    accounts = {row["username"] for row in read(server, statement, key)}
    assert len(accounts) == size
    for account, console in consoles.items():
        if account in accounts:
            await console.expect("offer", conversation=conversation)
        else:
            await asked_and_answered(console)
            assert console.count("offer") == 0
    return [consoles[account] for account in accounts]


async def asked_and_answered(console: SocketClient) -> None:
    """Everything that was said to this console before is there."""
    await console.send("refuse", conversation="none")
    await console.expect("error", conversation="none")


async def test_three_are_rung_at_once_and_a_refusal_rings_the_next(server: Server, a_fourth: str) -> None:
    consoles = {account: await counsellor(server, account) for account in (*THREE, a_fourth)}
    someone = await asking(server)
    conversation = (await someone.expect("waiting"))["conversation"]
    first, *_ = three = await rung(server, consoles, conversation, 3)
    (spared,) = [one for one in consoles.values() if one not in three]
    await first.send("refuse", conversation=conversation)
    offer = await spared.expect("offer", conversation=conversation)
    assert (offer["theme"], offer["language"], offer["audience"]) == ("orientation", "fr", "public")
    assert 0 < offer["expires_in_s"] <= 40
    # Who refused is not rung again while others ring.
    await asked_and_answered(first)
    assert first.count("offer") == 0


async def test_the_first_to_accept_gets_it_and_the_others_are_told(server: Server) -> None:
    consoles = [await counsellor(server, account) for account in THREE]
    someone = await asking(server)
    conversation = (await someone.expect("waiting"))["conversation"]
    for one in consoles:
        await one.expect("offer", conversation=conversation)
    await consoles[1].send("accept", conversation=conversation)
    await consoles[1].expect("opened", conversation=conversation)
    for late in (consoles[0], consoles[2]):
        await late.expect("offer_gone", conversation=conversation, reason="accepted_elsewhere")
        await late.send("accept", conversation=conversation)
        await late.expect("offer_gone", conversation=conversation, reason="accepted_elsewhere")
        assert late.count("opened") == 0
    await someone.expect("joined")


async def test_accepting_again_is_answered_as_the_first_time(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await someone.send("say", client_id="a", body="vous êtes là ?")
        await console.expect("message", body="vous êtes là ?")
        for kind in ("accept", "take"):
            await console.send(kind, conversation=conversation)
            opened = await console.expect("opened", conversation=conversation)
            assert [one["body"] for one in opened["messages"]] == ["vous êtes là ?"]
        assert console.count("offer_gone") == console.count("error") == 0
        assert someone.count("joined") == someone.count("left") == 0
        assert duty_of(server, "conseillere.cdm")["active"] == 1


async def test_of_many_who_accept_at_once_exactly_one_gets_the_conversation(server: Server) -> None:
    consoles = [await counsellor(server, account) for account in THREE]
    for _ in range(4):
        someone = await asking(server)
        conversation = (await someone.expect("waiting"))["conversation"]
        for one in consoles:
            await one.expect("offer", conversation=conversation)
        await asyncio.gather(*(one.send("accept", conversation=conversation) for one in consoles * 3))
        await someone.expect("joined")
        for one in consoles:
            await asked_and_answered(one)
        await asyncio.sleep(0.5)
        # Each said it three times; to one it was opened, and answered so each time.
        assert sorted(one.count("opened") for one in consoles) == [0, 0, 3]
        assert read(server, "SELECT count(*) AS n FROM chat_party")[0]["n"] == 1
        assert someone.count("joined") == 0
        await someone.send("leave")
        await someone.expect("closed")
        for one in consoles:
            one.frames.clear()
    for account in THREE:
        duty = duty_of(server, account)
        assert (duty["active"], duty["ringing"]) == (0, 0)


async def test_a_visitor_who_leaves_takes_the_offer_away(server: Server) -> None:
    async with await counsellor(server) as console:
        someone = await asking(server)
        conversation = (await someone.expect("waiting"))["conversation"]
        await console.expect("offer", conversation=conversation)
        await someone.send("leave")
        await someone.expect("closed", reason="visitor_left", outcome="abandoned_short")
        await console.expect("offer_gone", conversation=conversation, reason="visitor_left")
        await console.send("accept", conversation=conversation)
        await console.expect("offer_gone", conversation=conversation, reason="visitor_left")
        assert duty_of(server, "conseillere.cdm")["ringing"] == 0


async def test_setting_oneself_away_withdraws_ones_offers(server: Server) -> None:
    async with await counsellor(server) as console, await counsellor(server, "conseiller.cefo") as other:
        someone = await asking(server)
        conversation = (await someone.expect("waiting"))["conversation"]
        await console.expect("offer", conversation=conversation)
        await console.send("availability", state="away", capacity=3)
        await console.expect("offer_gone", conversation=conversation, reason="withdrawn")
        await console.quiet("offer")
        await other.expect("offer", conversation=conversation)


async def test_an_offer_holds_a_slot_while_it_rings(server: Server) -> None:
    async with await counsellor(server, capacity=1) as console:
        first = await asking(server)
        one = (await first.expect("waiting"))["conversation"]
        second = await asking(server)
        two = (await second.expect("waiting"))["conversation"]
        await console.expect("offer", conversation=one)
        await console.quiet("offer")
        # Refused: its place is free for the other.
        await console.send("refuse", conversation=one)
        await console.expect("offer", conversation=two)


async def test_a_missed_offer_goes_to_the_next_and_two_in_a_row_set_away(timed_server: TimedServer) -> None:
    slow = await counsellor(timed_server)
    someone = await asking(timed_server, theme="emploi", language="nl")
    conversation = (await someone.expect("waiting"))["conversation"]
    for _ in range(2):
        await slow.expect("offer", conversation=conversation)
        await advance_time(timed_server, RING_S)
        await slow.expect("offer_gone", conversation=conversation, reason="expired")
    assert (await slow.expect("availability", state="away", missed=2))["reason"] == "missed"
    await slow.quiet("offer")
    # A visible way back.
    await slow.send("availability", state="available", capacity=3)
    back = await slow.expect("availability", state="available", missed=0)
    assert back["reason"] is None
    await slow.expect("offer", conversation=conversation)
    await slow.send("accept", conversation=conversation)
    await slow.expect("opened", conversation=conversation)


async def test_an_invitation_that_is_missed_says_nothing_of_who_is_there(timed_server: TimedServer) -> None:
    colleague = counsellor_id(timed_server, "conseiller.cefo")
    async with (
        await counsellor(timed_server) as owner,
        await counsellor(timed_server, "conseiller.cefo") as other,
    ):
        _, conversation = await joined(timed_server, owner)
        # Of tests before this one, one offer may have been missed.
        missed = duty_of(timed_server, "conseiller.cefo")["missed"]
        for _ in range(MISSED_BEFORE_AWAY):
            await owner.send("invite", conversation=conversation, counsellor=colleague)
            await other.expect("offer", conversation=conversation, invited=True)
            await advance_time(timed_server, INVITATION_S)
            await other.expect("offer_gone", conversation=conversation, reason="expired")
        # On a slow machine a console may be told meanwhile that nobody uses its page.
        told = [frame for frame in other.frames if frame["type"] == "availability"]
        assert {(frame["state"], frame["missed"]) for frame in told} <= {("available", missed)}
        duty = duty_of(timed_server, "conseiller.cefo")
        assert (duty["state"], duty["missed"]) == ("available", missed)


async def test_with_a_ring_of_one_the_next_is_rung_when_the_first_misses_it(
    timed_server: TimedServer,
) -> None:
    consoles = {account: await counsellor(timed_server, account) for account in THREE}
    someone = await asking(timed_server)
    conversation = (await someone.expect("waiting"))["conversation"]
    (first,) = await rung(timed_server, consoles, conversation, 1)
    await advance_time(timed_server, RING_S)
    await first.expect("offer_gone", conversation=conversation, reason="expired")
    (second,) = await rung(timed_server, consoles, conversation, 1)
    assert second is not first


async def test_without_a_free_slot_an_invitation_cannot_be_accepted(server: Server) -> None:
    async with await counsellor(server, capacity=1) as console:
        first, _ = await joined(server, console)
        second = await asking(server)
        two = (await second.expect("waiting"))["conversation"]
        await console.expect("queue", where=lambda f: [q["conversation"] for q in f["queue"]] == [two])
        await console.quiet("offer")
        await console.send("take", conversation=two)
        await console.expect("offer_gone", conversation=two, reason="no_slot")
        await first.send("leave")
        await first.expect("closed")
        # Now there is one, and whoever waits is rung at once.
        await console.expect("offer", conversation=two)


async def test_more_at_once_than_anybody_may_have_is_cut_and_the_answer_says_so(server: Server) -> None:
    async with await counsellor(server) as console:
        await console.send("availability", state="available", capacity=20)
        await console.expect("availability", capacity=6)
