"""Lost connections, silence and waits that are too long, on a server whose time the test sets."""

from tests.live.conftest import (
    COUNSELLOR_GRACE_S,
    IDLE_CLOSE_S,
    IDLE_WARNING_S,
    LONGEST_WAIT_S,
    VISITOR_GRACE_S,
)
from tests.live.database_file import (
    advance_time,
    counsellor_id,
    counted_since,
    duty_of,
    eventually,
    live_rows,
    metric_rows,
)
from tests.server import TimedServer
from tests.socket_clients import asking, counsellor, joined, new_token, visitor


async def test_a_lost_counsellors_visitor_is_informed_and_queued_again_in_order(
    timed_server: TimedServer,
) -> None:
    before = metric_rows(timed_server)
    console = await counsellor(timed_server)
    someone, conversation = await joined(timed_server, console)
    await someone.send("say", client_id="a", body="vous êtes là ?")
    await console.expect("message")
    await console.leave()
    assert (await someone.expect("interrupted"))["grace_s"] == COUNSELLOR_GRACE_S
    await advance_time(timed_server, COUNSELLOR_GRACE_S)
    await someone.expect("left")
    assert (await someone.expect("requeued"))["position"] == 1
    assert duty_of(timed_server, "conseillere.cdm")["active"] == 0
    async with await counsellor(timed_server, "conseiller.cefo") as next_one:
        await next_one.expect("offer", conversation=conversation)
        await next_one.send("accept", conversation=conversation)
        opened = await next_one.expect("opened", conversation=conversation)
        assert [one["body"] for one in opened["messages"]] == ["vous êtes là ?"]
        await someone.expect("joined")
        await next_one.send("say", conversation=conversation, client_id="b", body="oui")
        assert (await someone.expect("message", author="counsellor"))["seq"] == 2
        await someone.send("leave")
        await someone.expect("closed", outcome="served")
    (row,) = counted_since(timed_server, before)
    assert (row["requeues"], row["transfers"], row["outcome"]) == (1, 0, "served")


async def test_a_counsellor_who_reconnects_in_time_continues(timed_server: TimedServer) -> None:
    console = await counsellor(timed_server)
    someone, conversation = await joined(timed_server, console)
    await console.leave()
    await someone.expect("interrupted")
    again = await counsellor(timed_server)
    await someone.expect("joined")
    await again.send("say", conversation=conversation, client_id="b", body="me revoici")
    await someone.expect("message", body="me revoici")
    assert someone.count("requeued") == 0


async def test_a_guest_becomes_owner_when_the_owner_is_lost(timed_server: TimedServer) -> None:
    cefo = counsellor_id(timed_server, "conseiller.cefo")
    owner = await counsellor(timed_server)
    someone, conversation = await joined(timed_server, owner)
    guest = await counsellor(timed_server, "conseiller.cefo")
    await owner.send("invite", conversation=conversation, counsellor=cefo)
    await guest.expect("offer", conversation=conversation)
    await guest.send("accept", conversation=conversation)
    await guest.expect("opened", conversation=conversation)
    await someone.expect("joined", alias="Conseiller·ère 2")
    await owner.leave()
    await someone.expect("interrupted")
    await advance_time(timed_server, COUNSELLOR_GRACE_S)
    assert (await someone.expect("left"))["alias"] == "Conseiller·ère"
    assert someone.count("requeued") == 0
    # The guest owns it now, is told so, and may close it.
    await guest.expect("parties", conversation=conversation, role="owner", guests=[])
    await guest.send("say", conversation=conversation, client_id="g", body="je continue")
    await someone.expect("message", body="je continue")
    await guest.send("close", conversation=conversation, classification={"theme": "emploi"})
    await someone.expect("closed", reason="counsellor_closed", outcome="served")


async def test_a_lost_visitors_conversation_is_closed_after_the_grace(timed_server: TimedServer) -> None:
    token = new_token()
    async with await counsellor(timed_server) as console:
        someone, conversation = await joined(timed_server, console, token)
        await someone.leave()
        assert (await console.expect("visitor", state="gone"))["grace_s"] == VISITOR_GRACE_S
        await advance_time(timed_server, VISITOR_GRACE_S)
        closed = await console.expect("closed", conversation=conversation)
        assert (closed["reason"], closed["outcome"]) == ("visitor_gone", "accepted_silent")
        back = await visitor(timed_server, token)
        assert (await back.expect("closed"))["reason"] == "visitor_gone"
        assert duty_of(timed_server, "conseillere.cdm")["active"] == 0


async def test_a_visitor_who_reconnects_within_the_grace_continues(timed_server: TimedServer) -> None:
    token = new_token()
    async with await counsellor(timed_server) as console:
        someone, conversation = await joined(timed_server, console, token)
        await someone.leave()
        await console.expect("visitor", state="gone")
        back = await visitor(timed_server, token, epoch=1)
        await back.expect("resumed", state="active")
        await console.expect("visitor", state="present")
        await console.send("say", conversation=conversation, client_id="b", body="vous revoilà")
        await back.expect("message", body="vous revoilà")
        await advance_time(timed_server, VISITOR_GRACE_S + 1)
        await console.send("say", conversation=conversation, client_id="c", body="toujours là")
        await back.expect("message", body="toujours là")


async def test_an_unseen_greeting_does_not_make_a_long_conversation_silent(timed_server: TimedServer) -> None:
    token = new_token()
    before = metric_rows(timed_server)
    async with await counsellor(timed_server) as console:
        someone, conversation = await joined(timed_server, console, token)
        await someone.leave()
        await console.expect("visitor", state="gone")
        await console.send("say", conversation=conversation, client_id="b1", body="bonjour")
        await console.expect("message", client_id="b1")
        back = await visitor(timed_server, token, epoch=1)
        await console.expect("visitor", state="present")
        await console.send("say", conversation=conversation, client_id="b2", body="je vous écoute")
        await back.expect("message", body="je vous écoute")
        await back.send("leave")
        await back.expect("closed", outcome="served")
    (row,) = counted_since(timed_server, before)
    assert row["messages_counsellor"] == 2


async def test_a_lost_waiting_visitor_counts_as_given_up(timed_server: TimedServer) -> None:
    before = metric_rows(timed_server)
    async with await counsellor(timed_server) as console:
        someone = await asking(timed_server)
        conversation = (await someone.expect("waiting"))["conversation"]
        await console.expect("offer", conversation=conversation)
        await someone.leave()
        await console.expect("offer_gone", conversation=conversation, reason="visitor_left")
    (row,) = counted_since(timed_server, before)
    assert row["outcome"] in {"abandoned_short", "abandoned"}
    assert duty_of(timed_server, "conseillere.cdm")["ringing"] == 0


async def test_silence_is_warned_of_and_then_closes(timed_server: TimedServer) -> None:
    async with await counsellor(timed_server) as console:
        someone, conversation = await joined(timed_server, console)
        await console.send("say", conversation=conversation, client_id="b", body="je vous écoute")
        await someone.expect("message", body="je vous écoute")
        await advance_time(timed_server, IDLE_WARNING_S + 1)
        for end in (someone, console):
            warning = await end.expect("closing")
            assert warning["reason"] == "idle"
            assert 1 <= warning["in_s"] < IDLE_CLOSE_S - IDLE_WARNING_S
        await advance_time(timed_server, IDLE_CLOSE_S - IDLE_WARNING_S)
        await someone.expect("closed", reason="idle", outcome="served")
        await console.expect("closed", conversation=conversation, reason="idle")


async def test_a_message_after_the_warning_keeps_the_conversation_open(timed_server: TimedServer) -> None:
    async with await counsellor(timed_server) as console:
        someone, _ = await joined(timed_server, console)
        await advance_time(timed_server, IDLE_WARNING_S + 1)
        await someone.expect("closing")
        await someone.send("say", client_id="a", body="je réfléchis")
        await console.expect("message")
        # Past the moment at which it would have been closed; and the next silence is warned of anew.
        await advance_time(timed_server, IDLE_WARNING_S + 1)
        await someone.expect("closing")
        assert someone.count("closed") == 0


async def test_a_visitor_who_is_never_accepted_is_informed_at_the_end(timed_server: TimedServer) -> None:
    before = metric_rows(timed_server)
    async with await counsellor(timed_server) as console:
        someone = await asking(timed_server)
        await someone.expect("waiting")
        await console.send("availability", state="away", capacity=2)
        await console.expect("availability", state="away")
        await advance_time(timed_server, LONGEST_WAIT_S + 1)
        closed = await someone.expect("closed")
        assert (closed["reason"], closed["outcome"]) == ("longest_wait", "unserved")
    (row,) = counted_since(timed_server, before)
    assert row["outcome"] == "unserved"
    assert row["wait_s"] >= LONGEST_WAIT_S
    eventually(lambda: live_rows(timed_server) == 0)


async def test_a_second_tab_keeps_a_counsellor_present(timed_server: TimedServer) -> None:
    one = await counsellor(timed_server)
    two = await counsellor(timed_server)
    someone, conversation = await joined(timed_server, one)
    await two.expect("opened", conversation=conversation)
    await one.leave()
    await someone.quiet("interrupted", 1)
    await two.send("say", conversation=conversation, client_id="b", body="de l'autre onglet")
    await someone.expect("message", body="de l'autre onglet")
