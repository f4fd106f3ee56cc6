"""One row for each request, with the outcome that it had, and nothing that leads back to anybody."""

from tests.live.database_file import (
    change,
    counsellor_id,
    counted_since,
    declare_campaign,
    live_rows,
    metric_rows,
    read,
)
from tests.server import Server
from tests.socket_clients import asking, counsellor, joined, new_token, visitor

COLUMNS = {
    "id", "day", "slot", "theme_asked", "theme_end", "language", "site", "campaign", "audience", "site_network",
    "network_served", "pool_served", "plan_number", "outcome", "wait_s", "first_answer_s", "duration_min",
    "quiet_min", "transfers", "requeues", "leg_lost", "two_way", "version",
    "messages_visitor", "messages_counsellor", "closed_theme",
    "closed_subtheme", "given", "rating", "helped", "status", "age_band", "gender",
}  # fmt: skip


async def test_a_conversation_with_a_transfer_is_one_complete_metric_row(server: Server) -> None:
    declare_campaign(server, "demo", "salon")
    before = metric_rows(server)
    token = new_token()
    async with await counsellor(server) as first, await counsellor(server, "conseiller.cefo") as second:
        await second.send("availability", state="away", capacity=2)
        await second.expect("availability", state="away")
        someone = await visitor(server, token)
        await someone.send(
            "ask", theme="orientation", language="fr", audience="professional", campaign="salon"
        )
        conversation = (await someone.expect("waiting"))["conversation"]
        await first.expect("offer")
        await first.send("accept", conversation=conversation)
        await someone.expect("joined")
        await someone.send("say", client_id="a", body="un")
        await first.send("say", conversation=conversation, client_id="b", body="deux")
        await someone.expect("message", author="counsellor")
        await second.send("availability", state="available", capacity=2)
        await first.send("transfer", conversation=conversation, to={"theme": "emploi"}, note="une note")
        await second.expect("offer")
        await second.send("accept", conversation=conversation)
        await someone.expect("joined")
        await second.send("say", conversation=conversation, client_id="c", body="trois")
        await someone.expect("message", body="trois")
        await second.send(
            "close",
            conversation=conversation,
            classification={"theme": "emploi", "subtheme": "cv", "given": ["listening", "information"]},
        )
        await someone.expect("closed", outcome="served")
        await someone.send("survey", rating=5, helped="yes", status="student", age_band="18_24")
        await someone.expect("closed", survey=False)
    (row,) = counted_since(server, before)
    assert set(row) == COLUMNS
    told = {name: row[name] for name in COLUMNS - {"id", "day", "slot", "wait_s", "first_answer_s"}}
    assert told == {
        "theme_asked": "orientation",
        "theme_end": "emploi",
        "language": "fr",
        "site": "demo",
        "campaign": "salon",
        "audience": "professional",
        "site_network": "CDM",
        "network_served": "CDM",
        "pool_served": "demo-cdm",
        "plan_number": 1,
        "outcome": "served",
        "duration_min": 0,
        "quiet_min": 0,
        "transfers": 1,
        "requeues": 0,
        "leg_lost": 0,
        "two_way": 0,
        "version": 2,
        "messages_visitor": 1,
        "messages_counsellor": 2,
        "closed_theme": "emploi",
        "closed_subtheme": "cv",
        "given": "information+listening",
        "rating": 5,
        "helped": "yes",
        "status": "student",
        "age_band": "18_24",
        "gender": "",
    }
    assert row["wait_s"] % 5 == row["first_answer_s"] % 5 == 0
    # Nothing of the live rows is left, and no row names the conversation, the person or the token.
    assert live_rows(server) == 0
    for table in ("chat_party", "chat_offer"):
        assert read(server, f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]
    assert conversation not in repr(row)
    assert row["id"].replace("-", "") != conversation.replace("-", "")


async def test_each_way_to_end_is_one_metric_row(server: Server) -> None:
    before = metric_rows(server)
    async with await counsellor(server) as console:
        talked, conversation = await joined(server, console)
        await console.send("say", conversation=conversation, client_id="a", body="bonjour")
        await talked.expect("message")
        await talked.send("leave")
        await talked.expect("closed", outcome="served")
        silent, _ = await joined(server, console)
        await silent.send("say", client_id="a", body="il y a quelqu'un ?")
        await silent.send("leave")
        await silent.expect("closed", outcome="accepted_silent")
        left = await asking(server)
        await left.expect("waiting")
        await left.send("leave")
        await left.expect("closed", outcome="abandoned_short")
    refused = await visitor(server)
    await refused.send("ask", theme="orientation", language="uk")
    await refused.expect("error", code="full")
    looked = await visitor(server)
    await looked.leave()
    outcomes = sorted(row["outcome"] for row in counted_since(server, before))
    assert outcomes == ["abandoned_short", "accepted_silent", "full", "served"]


async def test_leaving_twice_from_two_pages_is_one_row(server: Server) -> None:
    before = metric_rows(server)
    token = new_token()
    async with await counsellor(server) as console:
        one, conversation = await joined(server, console, token)
        other = await visitor(server, token)
        await other.expect("resumed")
        await one.send("leave")
        await other.send("leave")
        await console.send("close", conversation=conversation, classification={"theme": "emploi"})
        await one.expect("closed")
        await other.expect("closed")
    assert len(counted_since(server, before)) == 1


async def test_a_test_sites_requests_are_kept_apart(server: Server) -> None:
    change(server, "UPDATE routing_rules_site SET test = 1 WHERE key = 'demo'")
    try:
        before = metric_rows(server)
        counters = read(server, "SELECT * FROM indicators_counter")
        async with await counsellor(server) as console:
            someone, conversation = await joined(server, console)
            await console.send("say", conversation=conversation, client_id="a", body="un essai")
            await someone.expect("message")
            await someone.send("leave")
            await someone.expect("closed", outcome="test")
        assert [row["outcome"] for row in counted_since(server, before)] == ["test"]
        assert read(server, "SELECT * FROM indicators_counter") == counters
    finally:
        change(server, "UPDATE routing_rules_site SET test = 0 WHERE key = 'demo'")


async def test_the_audit_log_knows_nothing_of_conversations(server: Server) -> None:
    audit = read(server, "SELECT count(*) AS n FROM partners_auditentry")
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await console.send("close", conversation=conversation, classification={"theme": "emploi"})
        await someone.expect("closed")
    after = read(server, "SELECT * FROM partners_auditentry ORDER BY id")
    written = after[audit[0]["n"] :]
    assert {row["action"] for row in written} <= {"signed_in", "signed_out"}
    assert conversation not in repr(after)
    assert counsellor_id(server, "accueil")
