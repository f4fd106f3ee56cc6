"""Two processes behind one proxy: whoever is on one talks to whoever is on the other, also when one of them is killed."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.live.database_file import eventually
from tests.postgres import Postgres
from tests.server import Server
from tests.socket_clients import (
    SocketClient,
    counsellor,
    joined,
    new_token,
    open_console,
    sign_in,
    sign_out,
    visitor,
)
from tests.valkey import Valkey

Pair = tuple[Server, Server]
# The first of them waits for a PostgreSQL, its migrations and two servers.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as running:
        yield running


@pytest.fixture(scope="module")
def pair(
    prepared: Path,
    postgres: Postgres,
    demo_template: str,
    valkey: Valkey,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    """Two servers on one PostgreSQL and one Valkey, with the same secrets."""
    with ExitStack() as running:
        address = postgres.database("two_processes", like=demo_template)
        stores = {"DATABASE_URL": address, "REDIS_URL": valkey.url}
        one, two = (
            Server(tmp_path_factory.mktemp(name), prepared=prepared, **stores) for name in ("one", "two")
        )
        yield running.enter_context(one), running.enter_context(two)


async def talk(
    someone: SocketClient, console: SocketClient, conversation: str, *, first: int, epoch: int = 1
) -> None:
    """A question and an answer, heard by both with the numbers that follow."""
    for author, speaker, seq in (("visitor", someone, first), ("counsellor", console, first + 1)):
        about = {} if speaker is someone else {"conversation": conversation}
        body = f"mot {seq}"
        await speaker.send("say", client_id=f"{author}-{seq}", body=body, **about)
        for end in (someone, console):
            message = await end.expect("message", seq=seq)
            assert (message["body"], message["author"], message["epoch"]) == (body, author, epoch)


async def test_a_whole_conversation_works_across_two_processes(pair: Pair) -> None:
    one, two = pair
    token = new_token()
    first, next_one = await counsellor(two), await counsellor(one, "conseiller.cefo")
    await next_one.send("availability", state="away", capacity=2)
    await next_one.expect("availability", state="away")
    someone, conversation = await joined(one, first, token)
    await talk(someone, first, conversation, first=1)
    await first.send("typing", conversation=conversation, on=True)
    assert (await someone.expect("typing"))["on"] is True

    # A reload that comes to the other process: no gap, and nobody is told that the visitor went.
    reloaded = await visitor(two, token, after=1, epoch=1)
    resumed = await reloaded.expect("resumed")
    assert ([one["seq"] for one in resumed["events"]], resumed["gap"]) == ([2], False)
    await someone.leave()
    await talk(reloaded, first, conversation, first=3)
    await first.quiet("visitor")

    # Handed over to a team whose counsellor is on the other process.
    await next_one.send("availability", state="available", capacity=2)
    await first.send("transfer", conversation=conversation, to={"pool": "demo-cefo"})
    await first.expect("released", conversation=conversation)
    await reloaded.expect("left")
    await next_one.expect("offer", conversation=conversation)
    await next_one.send("accept", conversation=conversation)
    opened = await next_one.expect("opened", conversation=conversation)
    assert [message["seq"] for message in opened["messages"]] == [1, 2, 3, 4]
    await reloaded.expect("joined")
    await talk(reloaded, next_one, conversation, first=5)
    assert first.count("message") == 0

    await next_one.send("close", conversation=conversation, classification={"theme": "orientation"})
    await reloaded.expect("closed", reason="counsellor_closed", outcome="served")
    # The survey's ticket is good on both processes, once.
    elsewhere = await visitor(one, token)
    await elsewhere.expect("closed", survey=True)
    await reloaded.send("survey", rating=5)
    await reloaded.expect("closed", survey=False)
    await elsewhere.send("survey", rating=1)
    await elsewhere.expect("error", code="not_allowed")


async def test_clients_of_a_dead_process_continue_on_the_other(pair: Pair) -> None:
    one, two = pair
    token = new_token()
    console = await counsellor(two)
    someone, conversation = await joined(one, console, token)
    await talk(someone, console, conversation, first=1)
    one.kill()
    try:
        await someone.closed()
        await console.send("say", conversation=conversation, client_id="meanwhile", body="vous êtes là ?")
        await console.expect("message", client_id="meanwhile", seq=3)
        back = await visitor(two, token, after=2, epoch=1)
        resumed = await back.expect("resumed")
        assert [message["body"] for message in resumed["events"]] == ["vous êtes là ?"]
        assert (resumed["state"], resumed["epoch"], resumed["gap"]) == ("active", 1, False)
        await talk(back, console, conversation, first=4)
        # What was under way when it died is sent again, and is there once.
        await back.send("say", client_id="visitor-1", body="mot 1")
        assert (await back.expect("message", client_id="visitor-1"))["seq"] == 1
        await console.quiet("message")
        await back.send("leave")
        await console.expect("closed", conversation=conversation, outcome="served")
    finally:
        one.start()


async def test_a_process_that_lost_redis_delivers_the_missed_messages(pair: Pair, valkey: Valkey) -> None:
    one, two = pair
    console = await counsellor(two)
    someone, conversation = await joined(one, console)
    await talk(someone, console, conversation, first=1)
    for number in range(3, 9):
        valkey.cut_subscriptions()
        speaker = (console, someone)[number % 2]
        about = {"conversation": conversation} if speaker is console else {}
        await speaker.send("say", client_id=f"cut-{number}", body=f"mot {number}", **about)
    for end in (someone, console):
        for number in range(3, 9):
            await end.expect("message", seq=number)
        await end.quiet("message")


async def test_after_a_loss_of_redis_both_ends_continue_in_a_new_epoch(pair: Pair, valkey: Valkey) -> None:
    one, two = pair
    token = new_token()
    console = await counsellor(two)
    someone, conversation = await joined(one, console, token)
    await talk(someone, console, conversation, first=1)
    valkey.kill()
    valkey.start()
    # Both are asked to come back, and told of the gap when they do.
    await someone.closed()
    await console.closed()
    back = await visitor(one, token, after=2, epoch=1)
    resumed = await back.expect("resumed")
    assert (resumed["epoch"], resumed["gap"], resumed["events"], resumed["state"]) == (2, True, [], "active")
    again = await counsellor(two)
    await back.send("say", client_id="visitor-1", body="mot 1")
    assert (await back.expect("message", client_id="visitor-1"))["epoch"] == 2
    heard = await again.expect("message", conversation=conversation)
    assert (heard["epoch"], heard["seq"], heard["body"]) == (2, 1, "mot 1")


async def test_only_ciphertext_and_numbers_are_in_redis(pair: Pair, valkey: Valkey) -> None:
    one, two = pair
    canary = "canari-73158"
    console = await counsellor(two)
    with valkey.listening() as overheard:
        someone, conversation = await joined(one, console)
        await someone.send("say", client_id=canary, body=canary)
        await console.expect("message", body=canary)
        await console.send("note", conversation=conversation, client_id=canary, body=canary)
        await console.expect("note", body=canary)
        kept = valkey.everything()
        assert any(f"{{{conversation}}}".encode() in key for key in kept)
        await someone.send("leave")
        await someone.expect("closed")
        kept |= valkey.everything()
    for key, dumped in kept.items():
        assert canary.encode() not in key + dumped
    brought = b"".join(overheard())
    assert conversation.encode() in brought
    assert canary.encode() not in brought
    assert valkey.endless() == []
    # What was said goes with the conversation.
    assert not any(f"{{{conversation}}}".encode() in key for key in valkey.everything())


async def test_each_process_shows_at_its_door_who_is_on_the_other(pair: Pair) -> None:
    one, two = pair

    async def shows(server: Server, state: str) -> None:
        def shown() -> bool:
            return bool(httpx.get(f"{server.url}/widget/demo/status").json()["state"] == state)

        await asyncio.to_thread(eventually, shown)

    await shows(one, "full")
    console = await counsellor(two)
    for server in pair:
        await shows(server, "open")
    await console.send("availability", state="away", capacity=2)
    for server in pair:
        await shows(server, "full")
    await console.leave()


async def test_signing_out_of_a_console_leaves_the_other_process_what_is_there(pair: Pair) -> None:
    one, two = pair
    cookies = sign_in(one, "conseillere.cdm")
    first, second = await open_console(one, cookies=cookies), await counsellor(two)
    await first.send("hello")
    await first.expect("welcome")
    someone, conversation = await joined(two, second)
    await sign_out(one, cookies)
    assert await first.closed() == 4050
    await someone.quiet("requeued", for_s=5)
    await second.send("say", conversation=conversation, client_id="1-still", body="Toujours là")
    await someone.expect("message")
