"""Visitors, consoles, dispatch and figures say the same of one queue: priorities, transfers, a class, scarce skills."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.live.database_file import change, counsellor_id, counted_since, metric_rows, read
from tests.server import Server
from tests.socket_clients import SocketClient, asking, counsellor, visitor

URGENT = {
    "name": "urgent",
    "themes": ["mobilite"],
    "priority": 9,
    "ring_size": 3,
    "ring_time_s": 300,
    "steps": [{"after_s": 0, "pools": "all"}],
}


@pytest.fixture
def with_priorities(own_server: Server) -> Server:
    """A rule in force before the others, for the themes of which somebody must not wait; rings last for minutes."""
    change(own_server, "UPDATE routing_rules_rulerow SET position = position + 100")
    for row in read(own_server, "SELECT id, content FROM routing_rules_rulerow"):
        rule = {**json.loads(row["content"]), "ring_time_s": 300}
        change(
            own_server,
            "UPDATE routing_rules_rulerow SET content = ? WHERE id = ?",
            json.dumps(rule),
            row["id"],
        )
    (plan,) = read(own_server, "SELECT id FROM routing_rules_planversion WHERE state = 'published'")
    change(
        own_server,
        "INSERT INTO routing_rules_rulerow (plan_id, position, content) VALUES (?, 0, ?)",
        plan["id"],
        json.dumps(URGENT),
    )
    # A plan in force is remembered by when it came into force.
    change(
        own_server,
        "UPDATE routing_rules_planversion SET published_at = ? WHERE id = ?",
        datetime.now(UTC).isoformat(sep=" "),
        plan["id"],
    )
    return own_server


async def waits(server: Server, **asked: str) -> tuple[SocketClient, str]:
    """Somebody who asks and is told that they wait; and the conversation."""
    end = await asking(server, **asked)
    waiting = await end.expect("waiting")
    return end, str(waiting["conversation"])


async def place(end: SocketClient, position: int) -> None:
    """Told this place, sooner or later: as first, or as the queue changes."""
    await end.expect("waiting", position=position)


async def test_visitors_positions_are_the_order_in_which_they_are_rung(
    with_priorities: Server,
) -> None:
    server = with_priorities
    async with await counsellor(server, "conseiller.cefo", capacity=1) as karim:
        # Karim's only slot is taken, so that all who come now wait.
        busy, held = await waits(server, theme="emploi", language="fr")
        await karim.expect("offer", conversation=held)
        await karim.send("accept", conversation=held)
        await karim.expect("opened", conversation=held)
        first = await asking(server, theme="emploi", language="fr")
        first_id = (await first.expect("waiting", position=1))["conversation"]
        urgent = await asking(server, theme="mobilite", language="fr")
        urgent_id = (await urgent.expect("waiting", position=1))["conversation"]
        # Whoever was first is told that they no longer are.
        await place(first, 2)
        shown = await karim.expect(
            "queue",
            where=lambda frame: [one["conversation"] for one in frame["queue"]] == [urgent_id, first_id],
        )
        assert [one["priority"] for one in shown["queue"]] == [9, 0]
        await busy.send("leave")
        # The slot that is free now rings for the one who is told to be first.
        rung = await karim.expect("offer")
        assert rung["conversation"] == urgent_id
        await karim.send("accept", conversation=urgent_id)
        await urgent.expect("joined")
        await place(first, 1)
        await urgent.send("leave")
        assert (await karim.expect("offer"))["conversation"] == first_id


async def test_an_unknown_wait_has_no_estimate_and_the_others_keep_theirs(
    with_priorities: Server,
) -> None:
    server = with_priorities
    async with (
        await counsellor(server, "conseillere.cdm", capacity=1) as claire,
        await counsellor(server, "conseiller.cefo", capacity=1) as karim,
    ):
        dutch = await asking(server, theme="emploi", language="nl")
        told = await dutch.expect("waiting")
        assert (told["position"], told["estimate_s"]) == (1, 60)
        german = await asking(server, theme="emploi", language="de")
        assert (await german.expect("waiting"))["estimate_s"] == 60
        # Only Claire speaks Dutch, and only Karim German: what becomes of one is nothing to the other.
        await claire.send("availability", state="away", capacity=1)
        await dutch.expect("waiting", estimate_s=None)
        await german.send("leave")
        await german.expect("closed")
        assert karim.count("offer") == 1
        # The door says so to whoever comes next.
        late = await asking(server, theme="emploi", language="nl")
        await late.expect("error", code="full")


async def test_the_target_of_a_transfer_sees_it_in_the_queue_and_takes_it(with_priorities: Server) -> None:
    server = with_priorities
    async with (
        await counsellor(server, "conseillere.cdm", capacity=2) as claire,
        await counsellor(server, "conseillere.diores", capacity=1) as dina,
    ):
        # Dina has neither this theme nor anything to do with it, until a colleague names her.
        someone, conversation = await waits(server, theme="emploi", language="fr")
        await claire.expect("offer", conversation=conversation)
        assert dina.count("offer") == 0
        await claire.send("accept", conversation=conversation)
        await claire.expect("opened", conversation=conversation)
        await claire.send(
            "transfer",
            conversation=conversation,
            to={"counsellor": counsellor_id(server, "conseillere.diores")},
        )
        await dina.expect("offer", conversation=conversation)
        await dina.expect(
            "queue", where=lambda frame: conversation in [one["conversation"] for one in frame["queue"]]
        )
        await dina.send("refuse", conversation=conversation)
        await dina.send("take", conversation=conversation)
        await dina.expect("opened", conversation=conversation)
        rows = metric_rows(server)
        await dina.send("say", conversation=conversation, client_id="a", body="bonjour")
        await someone.expect("message", author="counsellor")
        await someone.send("leave")
        await someone.expect("closed")
        counted = counted_since(server, rows)
        assert (counted[0]["outcome"], counted[0]["transfers"]) == ("served", 1)
        assert counted[0]["pool_served"]


async def test_a_class_keeps_its_reserved_places_and_the_estimates_show_it(
    with_priorities: Server,
) -> None:
    server = with_priorities
    book_class(server, datetime.now(UTC))
    async with await counsellor(server, "conseiller.cefo", capacity=3) as karim:
        # The last free place is kept for nobody; the two others are.
        _, first = await waits(server, theme="emploi", language="fr")
        assert (await karim.expect("offer"))["conversation"] == first
        outside = await asking(server, theme="emploi", language="fr")
        waiting = await outside.expect("waiting")
        assert waiting["estimate_s"] > 60
        pupil = await asking_as_pupil(server)
        told = await pupil.expect("waiting")
        assert told["estimate_s"] == 60
        # The next offer is the pupil's, though the other came before.
        rung = await karim.expect("offer")
        assert (rung["conversation"], rung["audience"]) == (told["conversation"], "school")


async def test_a_class_of_25_and_an_ordinary_visitor_are_both_served(with_priorities: Server) -> None:
    server = with_priorities
    book_class(server, datetime.now(UTC), places=25)
    async with await counsellor(server, "conseiller.cefo", capacity=3) as karim:
        _, ordinary = await waits(server, theme="emploi", language="fr")
        assert (await karim.expect("offer"))["conversation"] == ordinary
        pupils = [await asking_as_pupil(server) for _ in range(25)]
        waiting = {(await pupil.expect("waiting"))["conversation"] for pupil in pupils}
        for _ in range(2):
            assert (await karim.expect("offer"))["conversation"] in waiting
        await karim.send("accept", conversation=ordinary)
        await karim.expect("opened", conversation=ordinary)


async def test_page_socket_dispatch_and_figures_agree_on_one_queue_of_all_kinds(
    with_priorities: Server,
) -> None:
    """A class's pupil, a priority, a transfer that keeps its first arrival, an ordinary request, and one in a language
    that only a colleague without a free slot speaks."""
    server = with_priorities
    async with (
        await counsellor(server, "conseillere.cdm", capacity=2) as claire,
        await counsellor(server, "conseiller.cefo", capacity=2) as karim,
    ):
        rows = metric_rows(server)
        # Claire has two conversations, one of which she hands over to Karim's pool; Karim's slots are taken.
        oldest, handed_over = await with_counsellor(server, claire)
        kept, _ = await with_counsellor(server, claire)
        busy, _ = await with_counsellor(server, karim)
        also_busy, _ = await with_counsellor(server, karim)
        ordinary, ordinary_id = await waits(server, theme="emploi", language="fr")
        dutch, dutch_id = await waits(server, theme="emploi", language="nl")
        urgent, urgent_id = await waits(server, theme="mobilite", language="fr")
        book_class(server, datetime.now(UTC))
        pupil = await asking_as_pupil(server)
        # A booking that nobody announced is read within a quarter of a second.
        pupil_id = (await pupil.expect("waiting", position=1))["conversation"]
        await claire.send("availability", state="finishing", capacity=2)
        await claire.expect("availability", state="finishing")
        await claire.send("transfer", conversation=handed_over, to={"pool": "cefo"})
        told = {
            urgent_id: (urgent, 2),
            handed_over: (oldest, 3),
            ordinary_id: (ordinary, 4),
            dutch_id: (dutch, 5),
        }
        for end, position in told.values():
            if end is oldest:
                await end.expect("requeued", position=position)
            else:
                await place(end, position)
        # Nobody who is ready speaks Dutch: no estimate; the others have one.
        told = {pupil_id: (pupil, 1), **told}
        karims = [one for one in told if one != dutch_id]
        await karim.expect("queue", where=lambda frame: [q["conversation"] for q in frame["queue"]] == karims)
        async with httpx.AsyncClient(base_url=server.url) as browser:
            assert (await browser.get("/widget/demo/status")).json()["state"] == "open"
        # They ring in that order, each when the one before has left.
        karim.frames.clear()
        await busy.send("leave")
        for conversation in karims:
            assert (await karim.expect("offer"))["conversation"] == conversation
            await karim.send("accept", conversation=conversation)
            await karim.expect("opened", conversation=conversation)
            # The session ends while the pupil talks: its other place is kept from nobody any more.
            change(server, "DELETE FROM routing_rules_schoolbooking")
            await told[conversation][0].send("leave")
            await told[conversation][0].expect("closed")
        await dutch.send("leave")
        await dutch.expect("closed")
        for end in (kept, also_busy):
            await end.send("leave")
            await end.expect("closed")
        counted = counted_since(server, rows)
        assert (
            sorted((one["theme_asked"], one["audience"]) for one in counted).count(("emploi", "school")) == 1
        )
        assert len(counted) == 8
        assert [one["transfers"] for one in counted].count(1) == 1


async def test_whoever_asks_after_a_whole_class_is_offered_at_once(
    with_priorities: Server,
) -> None:
    server = with_priorities
    book_class(server, datetime.now(UTC), places=25, pool="demo-cefo")
    async with (
        await counsellor(server, "conseiller.cefo", capacity=2) as karim,
        await counsellor(server, "conseillere.cdm", capacity=2) as claire,
        await counsellor(server, "conseillere.diores", capacity=2) as dina,
    ):
        # Of the two places of the class's team, the one that is everybody's is taken.
        busy, held = await waits(server, theme="orientation", language="fr")
        await karim.expect("offer", conversation=held)
        await karim.send("accept", conversation=held)
        await busy.expect("joined")
        pupils = [await asking_as_pupil(server, theme="orientation") for _ in range(25)]
        told = [await pupil.expect("waiting") for pupil in pupils]
        # It rings for pupils everywhere: nobody has a free slot.
        for console in (karim, claire, claire, dina, dina):
            await console.expect("offer", where=lambda frame: frame["audience"] == "school")
        last = await asking(server, theme="orientation")
        waiting = await last.expect("waiting")
        # Behind the one pupil for whom there is a place.
        assert (waiting["position"], waiting["estimate_s"]) == (2, 60)
        await place(pupils[-1], 26)
        elsewhere = asyncio.Queue[SocketClient]()
        listening = [
            asyncio.create_task(reports_offer(console, str(waiting["conversation"]), elsewhere))
            for console in (claire, dina)
        ]
        console = await elsewhere.get()
        await console.send("accept", conversation=waiting["conversation"])
        await last.expect("joined")
        for each in listening:
            each.cancel()
        # One pupil after the other; nobody of the class is forgotten.
        serving = [asyncio.create_task(serves_pupils(console)) for console in (karim, claire, dina)]
        for pupil in pupils:
            await pupil.expect("joined")
        for each in serving:
            each.cancel()
        assert len({one["conversation"] for one in told}) == 25


async def reports_offer(console: SocketClient, conversation: str, to: "asyncio.Queue[SocketClient]") -> None:
    await console.expect("offer", conversation=conversation)
    await to.put(console)


async def serves_pupils(console: SocketClient) -> None:
    """Accept whatever rings, also what began to ring before this was called, and close it at once."""
    await console.send("hello")
    while True:
        frame = await console.expect_any("offer", "welcome")
        ringing = frame.get("offers", [frame])
        for offer in ringing:
            conversation = offer["conversation"]
            await console.send("accept", conversation=conversation)
            opened = await console.expect_any("opened", "offer_gone", "error", conversation=conversation)
            if opened["type"] == "opened":
                await console.send(
                    "close", conversation=conversation, classification={"theme": "orientation"}
                )
                await console.expect("closed", conversation=conversation)


async def with_counsellor(server: Server, console: SocketClient) -> tuple[SocketClient, str]:
    """Somebody whom this console has accepted, and the conversation."""
    end, conversation = await waits(server, theme="emploi", language="fr")
    await console.expect("offer", conversation=conversation)
    await console.send("accept", conversation=conversation)
    await console.expect("opened", conversation=conversation)
    await end.expect("joined")
    return end, conversation


def book_class(server: Server, now: datetime, places: int = 2, pool: str = "") -> None:
    """`pool`: one of the teams of the partner that gives the places; otherwise all give them."""
    change(
        server,
        """INSERT INTO routing_rules_schoolbooking (code, school, starts_at, ends_at, places, partner_id)
           VALUES ('CLASSE', 'Une école', ?, ?, ?, (SELECT partner_id FROM routing_rules_pool WHERE slug = ?))""",
        (now - timedelta(minutes=5)).isoformat(sep=" "),
        (now + timedelta(hours=6)).isoformat(sep=" "),
        places,
        pool,
    )


async def asking_as_pupil(server: Server, theme: str = "emploi") -> SocketClient:
    end = await visitor(server)
    await end.send("ask", theme=theme, language="fr", school_code="CLASSE")
    return end
