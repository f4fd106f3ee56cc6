"""A conversation moves on to a theme, a pool or a person, or a colleague comes in: what each side sees of it."""

import pytest

from tests.live.database_file import counsellor_id, duty_of, read
from tests.server import Server
from tests.socket_clients import SocketClient, asking, counsellor, joined, new_token, open_console, visitor


async def told_of_the_move(someone: SocketClient) -> None:
    """The visitor learns that somebody left and that their place is kept; not who, not where to."""
    left = await someone.expect("left")
    assert set(left) == {"type", "alias", "at", "number"}
    requeued = await someone.expect("requeued")
    assert set(requeued) == {"type", "position", "estimate_s"}
    assert requeued["position"] == 1


@pytest.mark.parametrize("where", ["theme", "pool", "counsellor"])
async def test_a_transfer_to_a_theme_a_pool_or_a_person(server: Server, where: str) -> None:
    cefo, diores = counsellor_id(server, "conseiller.cefo"), counsellor_id(server, "conseillere.diores")
    everywhere: dict[str, dict[str, object]] = {
        "theme": {"theme": "emploi"},
        "pool": {"pool": "demo-cefo"},
        "counsellor": {"counsellor": cefo},
    }
    to = everywhere[where]
    assert cefo != diores
    async with await counsellor(server) as first, await counsellor(server, "conseiller.cefo") as next_one:
        third = await counsellor(server, "conseillere.diores")
        for other in (next_one, third):
            await other.send("availability", state="away", capacity=2)
            await other.expect("availability", state="away")
        someone, conversation = await joined(server, first)
        await someone.send("say", client_id="a", body="voici mon histoire")
        await first.expect("message", body="voici mon histoire")
        for other in (next_one, third):
            await other.send("availability", state="available", capacity=2)
            await other.expect("availability", state="available")
        await first.send("transfer", conversation=conversation, to=to, note="il cherche un stage")
        assert (await first.expect("released", conversation=conversation))["reason"] == "transferred"
        await told_of_the_move(someone)
        offer = await next_one.expect("offer", conversation=conversation)
        assert offer["theme"] == ("emploi" if where == "theme" else "orientation")
        # Neither back to the one who handed it over, nor past the one it was meant for.
        assert first.count("offer") == 0
        if where == "pool":
            assert third.count("offer") == 0
        await next_one.send("accept", conversation=conversation)
        opened = await next_one.expect("opened", conversation=conversation)
        assert [one["body"] for one in opened["messages"]] == ["voici mon histoire"]
        (note,) = opened["notes"]
        assert (note["body"], note["author_name"]) == ("il cherche un stage", "Claire")
        await someone.expect("joined")
        await next_one.send("say", conversation=conversation, client_id="b", body="je reprends")
        answer = await someone.expect("message", author="counsellor")
        assert (answer["seq"], answer["body"]) == (2, "je reprends")


async def test_the_sender_of_a_transfer_loses_it_within_a_second(wakeups_only_server: Server) -> None:
    async with (
        await counsellor(wakeups_only_server) as first,
        await counsellor(wakeups_only_server, "conseiller.cefo") as next_one,
    ):
        await next_one.send("availability", state="away", capacity=2)
        await next_one.expect("availability", state="away")
        someone, conversation = await joined(wakeups_only_server, first)
        await next_one.send("availability", state="available", capacity=2)
        await first.send("transfer", conversation=conversation, to={"pool": "demo-cefo"})
        # By a wake-up: here nobody looks at anything else.
        await first.expect("released")
        await next_one.expect("offer", conversation=conversation)
        await next_one.send("accept", conversation=conversation)
        await next_one.expect("opened", conversation=conversation)
        await someone.send("say", client_id="a", body="à vous seulement")
        await next_one.expect("message", body="à vous seulement")
        for kind, fields in (
            ("say", {"client_id": "z", "body": "encore moi"}),
            ("note", {"client_id": "z", "body": "encore moi"}),
            ("transfer", {"to": {"theme": "emploi"}}),
            ("invite", {"counsellor": 1}),
            ("close", {"classification": {"theme": "emploi"}}),
            ("block", {"reason": "spam"}),
        ):
            await first.send(kind, conversation=conversation, **fields)
            await first.expect("error", code="not_found", conversation=conversation)
        assert not any("à vous seulement" in raw for raw in first.raw)
        # Nor by coming back.
        again = await open_console(wakeups_only_server)
        await again.send("hello", after={conversation: {"epoch": 1, "seq": 0}})
        welcome = await again.expect("welcome")
        assert welcome["conversations"] == []
        assert again.count("resumed") == 0


async def test_somebody_elses_conversation_is_answered_like_none_at_all(server: Server) -> None:
    async with await counsellor(server) as owner, await counsellor(server, "conseillere.diores") as stranger:
        await stranger.send("availability", state="away", capacity=2)
        await stranger.expect("availability", state="away")
        someone, conversation = await joined(server, owner, theme="emploi")
        stranger.frames.clear()
        none = "00000000-0000-4000-8000-000000000000"
        frames: list[tuple[str, dict[str, object]]] = [
            ("say", {"client_id": "a", "body": "x"}),
            ("note", {"client_id": "a", "body": "x"}),
            ("accept", {}),
            ("take", {}),
            ("refuse", {}),
            ("transfer", {"to": {"theme": "emploi"}}),
            ("invite", {"counsellor": counsellor_id(server, "accueil")}),
            ("withdraw", {"counsellor": counsellor_id(server, "conseillere.cdm")}),
            ("close", {"classification": {"theme": "emploi"}}),
            ("block", {"reason": "spam"}),
            ("typing", {"on": True}),
            ("seen", {"seq": 1}),
        ]
        for kind, fields in frames:
            answers = []
            for name in (conversation, none):
                await stranger.send(kind, conversation=name, **fields)
                error = await stranger.expect("error")
                assert error.pop("conversation") == name
                answers.append(error)
            assert answers[0] == answers[1], kind
            assert answers[0]["code"] == "not_found"
        await someone.quiet("typing")
        assert someone.count("seen") == someone.count("message") == 0


@pytest.mark.parametrize(
    "to", [{}, {"pool": "demo-cefo", "theme": "emploi"}, {"pool": ""}, {"theme": ""}, {"pool": "nulle-part"},
           {"theme": "astrologie"}, {"counsellor": 999_999}],
)  # fmt: skip
async def test_a_transfer_to_nowhere_or_to_two_places_is_refused(
    server: Server, to: dict[str, object]
) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await console.send("transfer", conversation=conversation, to=to, note="pour personne")
        error = await console.expect("error", conversation=conversation)
        assert error["code"] in {"bad_frame", "not_found"}
        assert console.count("note") == 0
        # It is still theirs.
        await console.send("say", conversation=conversation, client_id="a", body="nous continuons")
        await someone.expect("message", body="nous continuons")
        assert someone.count("left") == someone.count("requeued") == 0


async def test_a_transfer_whose_note_is_too_long_is_refused_and_nothing_is_cut(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        to = {"theme": "emploi"}
        await console.send("transfer", conversation=conversation, to=to, note="🙂" * 4_100)
        await console.expect("error", code="too_long", conversation=conversation)
        assert console.count("note") == 0
        await console.send("say", conversation=conversation, client_id="a", body="je reste")
        await someone.expect("message", body="je reste")
        assert someone.count("left") == someone.count("requeued") == 0


async def test_a_transfer_to_oneself_is_refused(server: Server) -> None:
    me = counsellor_id(server, "conseillere.cdm")
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await console.send("transfer", conversation=conversation, to={"counsellor": me}, note="à moi-même")
        await console.expect("error", code="not_allowed", conversation=conversation)
        assert console.count("note") == 0
        await console.send("say", conversation=conversation, client_id="a", body="je reste")
        await someone.expect("message", body="je reste")
        assert someone.count("left") == someone.count("requeued") == 0


async def test_a_transferred_visitor_keeps_their_position(server: Server) -> None:
    async with await counsellor(server, capacity=1) as console:
        first, conversation = await joined(server, console)
        others = []
        for place in (1, 2):
            # One after the other: what two say at once has no order.
            others.append(await asking(server))
            await others[-1].expect("waiting", position=place)
        await console.send("transfer", conversation=conversation, to={"pool": "demo-cefo"})
        assert (await first.expect("requeued"))["position"] == 1
        await others[0].expect("waiting", position=2)
        await others[1].expect("waiting", position=3)


async def test_a_guest_joins_and_leaves(server: Server) -> None:
    cefo = counsellor_id(server, "conseiller.cefo")
    async with await counsellor(server) as owner, await counsellor(server, "conseiller.cefo") as guest:
        await guest.send("availability", state="away", capacity=2)
        await guest.expect("availability", state="away")
        someone, conversation = await joined(server, owner)
        await owner.send("invite", conversation=conversation, counsellor=cefo)
        # Away: there is no place to ring at.
        await owner.expect("error", code="not_allowed")
        await guest.send("availability", state="available", capacity=2)
        await guest.expect("availability", state="available")
        await owner.send("invite", conversation=conversation, counsellor=cefo)
        offer = await guest.expect("offer", conversation=conversation)
        assert offer["invited"] is True
        asked = {"id": cefo, "name": "Karim", "joined": False}
        assert (await owner.expect("parties", conversation=conversation))["guests"] == [asked]
        await guest.send("accept", conversation=conversation)
        opened = await guest.expect("opened", conversation=conversation)
        assert opened["role"] == "guest"
        assert duty_of(server, "conseiller.cefo")["active"] == 1
        # Another alias for the visitor, and no name.
        assert (await someone.expect("joined"))["alias"] == "Conseiller·ère 2"
        assert (await owner.expect("joined", conversation=conversation))["alias"] == "Karim"
        assert (await owner.expect("parties"))["guests"] == [asked | {"joined": True}]
        await guest.send("say", conversation=conversation, client_id="g", body="bonjour à vous deux")
        assert (await someone.expect("message"))["alias"] == "Conseiller·ère 2"
        await owner.expect("message", body="bonjour à vous deux")
        await guest.send("note", conversation=conversation, client_id="n", body="entre nous")
        assert (await owner.expect("note", conversation=conversation))["note_seq"] == 1
        assert someone.count("note") == 0
        assert not any("entre nous" in raw for raw in someone.raw)
        # Only the owner closes, transfers, invites.
        for kind, fields in (
            ("close", {"classification": {"theme": "emploi"}}),
            ("transfer", {"to": {"theme": "emploi"}}),
            ("invite", {"counsellor": counsellor_id(server, "conseillere.diores")}),
            ("withdraw", {"counsellor": counsellor_id(server, "conseillere.cdm")}),
        ):
            await guest.send(kind, conversation=conversation, **fields)
            await guest.expect("error", code="not_allowed", conversation=conversation)
        await owner.send("withdraw", conversation=conversation, counsellor=cefo)
        await guest.expect("released", conversation=conversation, reason="withdrawn")
        assert (await owner.expect("parties"))["guests"] == []
        assert (await someone.expect("left"))["alias"] == "Conseiller·ère 2"
        await guest.send("say", conversation=conversation, client_id="g2", body="encore là")
        await guest.expect("error", code="not_found")
        assert duty_of(server, "conseiller.cefo")["active"] == 0


async def test_an_owner_learns_that_an_invitation_was_refused(server: Server) -> None:
    cefo = counsellor_id(server, "conseiller.cefo")
    async with await counsellor(server) as owner, await counsellor(server, "conseiller.cefo") as colleague:
        _, conversation = await joined(server, owner)
        await owner.send("invite", conversation=conversation, counsellor=cefo)
        await colleague.expect("offer", conversation=conversation, invited=True)
        # Another tab of the owner's, opened now, knows of it too.
        async with await open_console(server) as other:
            await other.send("hello")
            seat = next(
                one
                for one in (await other.expect("welcome"))["conversations"]
                if one["conversation"] == conversation
            )
            assert seat["guests"] == [{"id": cefo, "name": "Karim", "joined": False}]
            await colleague.send("refuse", conversation=conversation)
            assert (await other.expect("parties", conversation=conversation))["guests"] == []


async def test_a_withdrawn_invitation_leaves_the_other_one_ringing(server: Server) -> None:
    cefo, diores = counsellor_id(server, "conseiller.cefo"), counsellor_id(server, "conseillere.diores")
    async with await counsellor(server, capacity=3) as owner:
        someone, conversation = await joined(server, owner)
        one, other = (
            await counsellor(server, "conseiller.cefo"),
            await counsellor(server, "conseillere.diores"),
        )
        for colleague in (cefo, diores):
            await owner.send("invite", conversation=conversation, counsellor=colleague)
        await one.expect("offer", conversation=conversation, invited=True)
        await other.expect("offer", conversation=conversation, invited=True)
        await owner.send("withdraw", conversation=conversation, counsellor=cefo)
        await one.expect("offer_gone", conversation=conversation, reason="withdrawn")
        await one.send("accept", conversation=conversation)
        await one.expect("offer_gone", conversation=conversation)
        assert duty_of(server, "conseiller.cefo")["ringing"] == 0
        await other.send("accept", conversation=conversation)
        await other.expect("opened", conversation=conversation)
        await someone.send("leave")
        await other.expect("closed", conversation=conversation)
        await owner.expect("closed", conversation=conversation)
        assert duty_of(server, "conseillere.diores")["ringing"] == 0


async def test_a_subtheme_that_is_not_on_its_themes_list_closes_nothing(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        for subtheme in (".", "-x", "a.b", "interview_with_jean", "choosing_studies"):
            await console.send(
                "close",
                conversation=conversation,
                classification={"theme": "emploi", "subtheme": subtheme},
            )
            await console.expect("error", code="bad_frame")
        await console.send("close", conversation=conversation, classification={"theme": "astrologie"})
        await console.expect("error", code="bad_frame")
        await console.send(
            "close", conversation=conversation, classification={"theme": "emploi", "given": "fleurs"}
        )
        await console.expect("error", code="bad_frame")
        await console.send("say", conversation=conversation, client_id="a", body="toujours là")
        await someone.expect("message", body="toujours là")


async def test_a_counsellor_who_was_not_rung_takes_from_the_queue(server: Server) -> None:
    async with await counsellor(server) as console, await counsellor(server, "accueil") as reception:
        someone = await asking(server, theme="emploi")
        conversation = (await someone.expect("waiting"))["conversation"]
        await console.send("availability", state="away", capacity=2)
        await console.expect("availability", state="away")
        queue = await console.expect("queue", where=lambda frame: frame["queue"])
        (queued,) = queue["queue"]
        assert set(queued) == {"conversation", "theme", "language", "audience", "waited_s", "priority"}
        # Who has not the theme does not see it and cannot take it.
        await reception.send("take", conversation=conversation)
        await reception.expect("error", code="not_found")
        await console.send("take", conversation=conversation)
        await console.expect("opened", conversation=conversation)
        await someone.expect("joined")
        assert read(server, "SELECT count(*) AS n FROM chat_offer")[0]["n"] == 0


async def test_typing_and_seen_reach_the_other_side_and_not_their_sender(server: Server) -> None:
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console)
        await someone.send("typing", on=True)
        assert (await console.expect("typing", conversation=conversation))["on"] is True
        await console.send("typing", conversation=conversation, on=True)
        assert (await someone.expect("typing"))["on"] is True
        await someone.send("say", client_id="a", body="lu\u00a0?")
        await console.expect("message")
        await console.send("seen", conversation=conversation, seq=1)
        assert (await someone.expect("seen"))["seq"] == 1
        await someone.send("seen", seq=1)
        assert (await console.expect("seen", conversation=conversation))["seq"] == 1
        # Such hints keep their order: what would have come back has come.
        for teller, listener, about in (
            (someone, console, {}),
            (console, someone, {"conversation": conversation}),
        ):
            await teller.send("typing", on=False, **about)
            await listener.expect("typing", on=False)
        assert console.count("typing") == console.count("seen") == 0
        assert someone.count("typing") == someone.count("seen") == 0


async def test_a_long_transcript_comes_in_pages_on_both_sides(server: Server) -> None:
    token = new_token()
    async with await counsellor(server) as console:
        someone, conversation = await joined(server, console, token)
        for n in range(130):
            await console.send("say", conversation=conversation, client_id=f"m{n}", body=str(n))
        await someone.expect("message", seq=130)
        await someone.leave()
        back = await visitor(server, token, after=0, epoch=1)
        first = await back.expect("resumed")
        assert [one["seq"] for one in first["events"]] == list(range(1, 101))
        assert first["more"] is True
        await back.send("hello", site="demo", lang="fr", token=token, after=100, epoch=1)
        rest = await back.expect("resumed")
        assert [one["seq"] for one in rest["events"]] == list(range(101, 131))
        assert (rest["more"], rest["gap"]) == (False, False)
        tab = await open_console(server)
        await tab.send("hello")
        (snapshot,) = (await tab.expect("welcome"))["conversations"]
        assert (len(snapshot["messages"]), snapshot["more"]) == (100, True)
        await tab.send("hello", after={conversation: {"epoch": 1, "seq": 100}})
        resumed = await tab.expect("resumed", conversation=conversation)
        assert [one["seq"] for one in resumed["events"]] == list(range(101, 131))
        assert (resumed["more"], resumed["gap"]) == (False, False)
