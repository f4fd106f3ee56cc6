"""Frames that are wrong get an error, lose nothing and do no harm; many of them end the connection."""

import json
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.sealed_end import Plain
from tests.sealing import envelope
from tests.server import Server
from tests.socket_clients import asking, counsellor, joined, new_token, open_console, open_visitor, visitor

DAY_S = 86_400
TOO_LONG = "🙂" * 4_100
NOT_FRAMES = ["", "bonjour", "{", "[]", "null", '"say"', "{}", '{"type":5}', '{"type":"say","body":"x"}']


async def test_what_is_not_a_frame_is_answered_and_the_socket_stays(server: Server) -> None:
    end = await visitor(server)
    for text in NOT_FRAMES:
        await end.socket.send(text)
        await end.expect("error", code="bad_frame")
    await end.send("ask", theme="orientation", language="fr")
    await end.expect("error", code="full")


async def test_bytes_that_are_no_text_are_a_bad_frame(server: Server) -> None:
    end = await visitor(server)
    await end.socket.send(b"\xff\xfe\x00\x01")
    await end.expect("error", code="bad_frame")


async def test_a_frame_of_bytes_is_refused_though_it_would_be_one_as_text(server: Server) -> None:
    end = await visitor(server)
    await end.socket.send(b'{"type":"ask","theme":"orientation","language":"fr"}')
    await end.expect("error", code="bad_frame")


async def test_unknown_types_and_fields_are_refused_on_both_sockets(server: Server) -> None:
    console = await open_console(server)
    await console.send("hello")
    await console.expect("welcome")
    for end in (await visitor(server), console):
        await end.send("dance")
        await end.expect("error", code="unknown_type")
        await end.send("typing", on=True, loud=True, conversation="x")
        await end.expect("error", code="bad_frame")
        await end.send("seen")
        await end.expect("error", code="bad_frame")


async def test_nothing_of_a_refused_frame_comes_back(server: Server) -> None:
    end = await visitor(server)
    await end.send("say", client_id="a", body="mot-secret", extra="mot-secret")
    await end.socket.send('{"type":"mot-secret"}')
    await end.socket.send("mot-secret")
    for _ in range(3):
        await end.expect("error")
    assert not any("mot-secret" in raw for raw in end.raw)


async def test_hello_comes_first(server: Server) -> None:
    end = await open_visitor(server)
    first: list[tuple[str, dict[str, object]]] = [
        ("say", {"client_id": "a", "body": Plain(envelope())}),
        ("ask", {"theme": "orientation", "language": "fr"}),
        ("leave", {}),
        ("typing", {"on": True}),
        ("survey", {"rating": 5}),
    ]
    for kind, fields in first:
        await end.send(kind, **fields)
        await end.expect("error", code="bad_frame")
    console = await open_console(server)
    also: list[tuple[str, dict[str, object]]] = [
        ("availability", {"state": "available", "capacity": 2}),
        ("accept", {"conversation": "x"}),
        ("say", {"conversation": "x", "client_id": "a", "body": Plain(envelope())}),
    ]
    for kind, fields in also:
        await console.send(kind, **fields)
        await console.expect("error", code="bad_frame")


async def test_the_tenth_bad_frame_in_a_minute_closes(server: Server) -> None:
    console = await open_console(server)
    for end in (await visitor(server), console):
        for _ in range(9):
            await end.socket.send("no")
            await end.expect("error", code="bad_frame")
        await end.send("dance")
        assert await end.closed() == 1008
        assert end.frames[-1]["code"] == "unknown_type"


async def test_well_formed_refusals_do_not_close(server: Server) -> None:
    end = await visitor(server)
    for n in range(20):
        await end.send("say", client_id=f"a{n}", body="personne")
        await end.expect("error", code="nobody_yet", client_id=f"a{n}")


async def test_a_frame_over_the_limit_closes_with_1009(server: Server) -> None:
    end = await visitor(server)
    await end.socket.send(json.dumps({"type": "say", "client_id": "a", "body": "x" * 25_000}))
    assert await end.closed() == 1009
    console = await open_console(server)
    await console.send("hello")
    await console.expect("welcome")
    await console.socket.send("x" * 25_000)
    assert await console.closed() == 1009


async def test_the_limit_is_counted_in_bytes_as_sent(server: Server) -> None:
    end = await visitor(server)
    # Fewer than 24 Ki characters, more than 24 KiB.
    text = json.dumps({"type": "say", "client_id": "a", "body": "é" * 13_000}, ensure_ascii=False)
    assert len(text) < 24_576 < len(text.encode())
    await end.socket.send(text)
    assert await end.closed() == 1009


async def test_a_body_is_an_envelope_of_bounded_length(server: Server) -> None:
    async with await counsellor(server) as console:
        end, conversation = await joined(server, console)
        await end.send("say", client_id="long", body="🙂" * 3_000)
        await end.expect("message", client_id="long", body="🙂" * 3_000)
        await end.send("say", client_id="most", body="é" * 4_000)
        await end.expect("message", client_id="most")
        await end.send("say", client_id="over", body=TOO_LONG)
        await end.expect("error", code="too_long", client_id="over")
        for n, plain in enumerate(("Bonjour", "", "1.1.QUJD", envelope()[:-1], envelope() + "AAAA")):
            await end.send("say", client_id=f"e{n}", body=Plain(plain))
            await end.expect("error", code="bad_frame", client_id=f"e{n}")
        await console.send("say", conversation=conversation, client_id="c1", body=TOO_LONG)
        await console.expect("error", code="too_long", client_id="c1", conversation=conversation)
        await console.send("note", conversation=conversation, client_id="c2", body=Plain("Bonjour"))
        await console.expect("error", code="bad_frame", client_id="c2")
        to = {"theme": "emploi"}
        await console.send("transfer", conversation=conversation, to=to, note=Plain(envelope()))
        await console.expect("error", code="bad_frame", conversation=conversation)
        # None of those took a number.
        await end.send("say", client_id="next", body="ensuite")
        assert (await end.expect("message", client_id="next"))["seq"] == 3


async def test_a_message_before_anybody_has_joined_is_refused(server: Server) -> None:
    end = await visitor(server)
    await end.send("say", client_id="a", body="y a quelqu'un ?")
    await end.expect("error", code="nobody_yet", client_id="a")
    async with await counsellor(server):
        await end.send("ask", theme="orientation", language="fr")
        await end.expect("waiting")
        await end.send("say", client_id="b", body="toujours personne ?")
        await end.expect("error", code="nobody_yet", client_id="b")


async def test_typing_seen_and_leaving_where_they_make_no_sense_do_nothing(server: Server) -> None:
    end = await visitor(server)
    await end.send("typing", on=True)
    await end.send("seen", seq=1)
    await end.send("leave")
    await end.expect("error", code="not_found")
    await end.send("survey", rating=4)
    await end.expect("error", code="not_allowed")


async def test_messages_too_fast_are_refused_with_a_wait_and_the_others_arrive(
    start_server: Callable[..., Server],
) -> None:
    # Nothing more may be said all day, however long the machine takes between two messages.
    server = start_server(MITI_VISITOR_MESSAGES_PER_S=str(DAY_S))
    async with await counsellor(server) as console:
        end, _ = await joined(server, console)
        for n in range(14):
            await end.send("say", client_id=f"m{n}", body=str(n))
        late = await end.expect("error", code="too_fast")
        assert 0 < late["retry_after_s"] <= DAY_S / 10
        assert late["client_id"]
        for n in range(10):
            assert (await end.expect("message", client_id=f"m{n}"))["seq"] == n + 1


async def test_a_client_that_stays_too_fast_is_disconnected(start_server: Callable[..., Server]) -> None:
    server = start_server(MITI_VISITOR_MESSAGES_PER_S=str(DAY_S))
    async with await counsellor(server) as console:
        token = new_token()
        end, conversation = await joined(server, console, token)
        with suppress(ConnectionClosed):
            for n in range(40):
                await end.send("say", client_id=f"m{n}", body=str(n))
        assert await end.closed() == 1008
        # The conversation itself goes on.
        back = await visitor(server, token)
        assert (await back.expect("resumed"))["conversation"] == conversation
        await back.send("leave")
        await back.expect("closed")


async def test_a_flood_of_any_frames_is_slowed_down(server: Server) -> None:
    end = await visitor(server)
    for _ in range(400):
        await end.send("typing", on=True)
    await end.send("say", client_id="late", body="trop vite")
    # It says which message is to be sent again.
    assert (await end.expect("error", code="too_fast", client_id="late"))["retry_after_s"] > 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"theme": "astrologie", "language": "fr"}, "not_allowed"),
        ({"theme": "orientation", "language": "la"}, "not_allowed"),
        ({"theme": "orientation", "language": "fr", "school_code": "INCONNU"}, "not_allowed"),
        ({"theme": "orientation", "language": "fr", "audience": "robots"}, "bad_frame"),
        ({"theme": "une phrase", "language": "fr"}, "bad_frame"),
    ],
)
async def test_a_request_for_an_unknown_theme_or_language_is_refused(
    server: Server, asked: dict[str, str], code: str
) -> None:
    end = await visitor(server)
    await end.send("ask", **asked)
    await end.expect("error", code=code)


@pytest.mark.parametrize("lang", ["", "xx", "..", "fr-BE-x-very-long", "__"])
async def test_a_hello_in_an_unknown_language_is_welcomed(server: Server, lang: str) -> None:
    end = await open_visitor(server)
    await end.send("hello", site="demo", lang=lang, token=new_token())
    welcome = await end.expect("welcome")
    assert welcome["themes"]
    assert all(choice["label"] for choice in welcome["themes"])


async def test_numbers_beyond_everything_are_refused_without_harm(server: Server) -> None:
    async with await counsellor(server) as console:
        end, conversation = await joined(server, console)
        for number in (0, 2**31, 2**53, 2**63, 10**30):
            await console.send("invite", conversation=conversation, counsellor=number)
            await console.expect("error", where=lambda frame: frame["code"] in {"not_allowed", "bad_frame"})
            await console.send("transfer", conversation=conversation, to={"counsellor": number})
            await console.expect(
                "error", where=lambda frame: frame["code"] in {"not_allowed", "bad_frame", "not_found"}
            )
        await end.send("say", client_id="a", body="toujours là")
        await end.expect("message", client_id="a")


async def test_a_conversation_name_that_is_none_is_not_found(server: Server) -> None:
    async with await counsellor(server) as console:
        for name in ("x", "00000000-0000-0000-0000-000000000000", "{}", "../etc", "é"):
            for kind in ("accept", "take", "refuse"):
                await console.send(kind, conversation=name)
                await console.expect("error", code="not_found", conversation=name)


async def test_a_waiting_visitor_survives_bad_frames(server: Server) -> None:
    async with await counsellor(server) as console:
        end = await asking(server)
        waiting = await end.expect("waiting")
        await end.socket.send("no")
        await end.expect("error")
        await console.expect("offer", conversation=waiting["conversation"])
        await console.send("accept", conversation=waiting["conversation"])
        await end.expect("joined")


async def test_greetings_without_end_are_slowed_down(server: Server) -> None:
    token = new_token()
    began = time.monotonic()
    end = await visitor(server, token)
    for _ in range(70):
        await end.send("hello", site="demo", lang="fr", token=token)
    assert (await end.expect("error", code="too_fast"))["retry_after_s"] > 0
    # Thirty, and one more for each two seconds that it took; the first was taken out.
    assert end.count("welcome") <= 29 + (time.monotonic() - began) / 2
