"""Transcripts on Redis while Redis or the connection to it is gone for a while: no acknowledged message is lost."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio

from chat.faults import Unreachable
from chat.redis_client import ReplyReader
from chat.transcript.interface import Appended, EntryKind, Unable
from tests.chat.redis_processes import (
    CANARY,
    OWNER,
    Process,
    RecordingSocket,
    TwoProcesses,
    eventually,
    everything,
)
from tests.chat.swallowing_proxy import SwallowingProxy
from tests.sealing import envelope
from tests.valkey import Valkey


@pytest_asyncio.fixture
async def processes(own_valkey: Valkey) -> AsyncIterator[TwoProcesses]:
    made = TwoProcesses(own_valkey, Process(own_valkey.url), Process(own_valkey.url))
    await made.begin()
    await made.one.start()
    await made.two.start()
    yield made
    await made.one.close()
    await made.two.close()


async def test_a_message_to_one_process_reaches_both_once_and_in_order(processes: TwoProcesses) -> None:
    await asyncio.gather(*(processes.say((processes.one, processes.two)[n % 2], f"m{n}") for n in range(200)))
    for process in (processes.one, processes.two):
        await eventually(lambda socket=process.socket: len(socket.received) >= 200)  # type: ignore[misc]
        assert process.socket.received == everything(200)


async def test_nothing_is_lost_or_doubled_while_connections_are_cut(processes: TwoProcesses) -> None:
    async def cut() -> None:
        for _ in range(15):
            await asyncio.to_thread(processes.valkey.cut_everybody)
            await asyncio.sleep(0.05)

    async def send_messages(process: Process, name: str) -> None:
        for n in range(100):
            await processes.say_until_stored(process, f"{name}{n}")
            await asyncio.sleep(0.005)

    await asyncio.gather(cut(), send_messages(processes.one, "a"), send_messages(processes.two, "b"))
    for process in (processes.one, processes.two):
        await eventually(lambda socket=process.socket: len(socket.received) >= 200)  # type: ignore[misc]
        assert process.socket.received == everything(200)
        assert process.socket.stops == 0


async def test_sockets_refresh_after_a_lost_connection(processes: TwoProcesses) -> None:
    refreshes = processes.one.socket.refreshes
    processes.valkey.cut_subscriptions()
    await eventually(lambda: processes.one.socket.refreshes > refreshes)


async def test_scripts_that_were_flushed_are_loaded_again(processes: TwoProcesses) -> None:
    await processes.say(processes.one, "a")
    with processes.valkey.client() as client:
        client.script_flush()
    assert await processes.say(processes.one, "b") == Appended(1, 2, again=False)
    assert await processes.say(processes.two, "a") == Appended(1, 1, again=True)
    await eventually(lambda: processes.two.socket.received == everything(2))


async def test_an_emptied_redis_knows_no_transcript_and_sockets_are_closed(processes: TwoProcesses) -> None:
    await processes.say(processes.one, "a")
    await eventually(lambda: processes.two.socket.received == everything(1))
    processes.valkey.kill()
    processes.valkey.start()
    await eventually(lambda: processes.one.socket.stops > 0 and processes.two.socket.stops > 0)
    assert await processes.say(processes.one, "b") is Unable.UNKNOWN
    assert await processes.one.transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None
    await processes.begin(epoch=2)
    assert await processes.say(processes.two, "b") == Appended(2, 1, again=False)
    await eventually(lambda: (2, 1) in processes.one.socket.received)


async def test_a_connected_socket_is_closed_when_the_epoch_changes(processes: TwoProcesses) -> None:
    await processes.say(processes.one, "a")
    await eventually(lambda: processes.two.socket.received == everything(1))
    await processes.two.transcripts.erase("c")
    await processes.begin(epoch=2)
    await processes.say(processes.one, "a")
    await eventually(lambda: processes.two.socket.stops == 1)
    assert processes.two.socket.received == everything(1)


async def test_a_stopped_redis_is_unreachable_and_works_again_after_its_start(
    processes: TwoProcesses,
) -> None:
    processes.valkey.kill()
    with pytest.raises(Unreachable):
        await processes.say(processes.one, "a")
    with pytest.raises(Unreachable):
        await processes.two.transcripts.read("c", kind=EntryKind.MESSAGE, after=0)
    processes.valkey.start()
    await processes.begin(epoch=1)
    assert await processes.say(processes.one, "a") == Appended(1, 1, again=False)


async def test_a_silent_redis_times_out_and_no_message_is_stored_twice(
    processes: TwoProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    await processes.say(processes.one, "a")
    processes.valkey.pause()
    with monkeypatch.context() as impatient:
        impatient.setattr("chat.redis_client.ANSWER_S", 0.3)
        with pytest.raises(Unreachable):
            await processes.say(processes.one, "b")
    processes.valkey.go_on()
    # Whether the first was taken or not, it is there once.
    assert (await processes.say_until_stored(processes.one, "b")).seq == 2
    await eventually(lambda: processes.two.socket.received == everything(2))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subscription that is silent is soon asked whether it lives, and has time enough to answer."""
    monkeypatch.setattr("chat.transcript.redis.SILENCE_S", 0.1)
    monkeypatch.setattr("chat.transcript.redis.REPLY_S", 2)


@pytest.mark.usefixtures("impatient")
async def test_a_subscription_that_died_in_silence_is_replaced(processes: TwoProcesses) -> None:
    async with SwallowingProxy(processes.valkey) as proxy:
        behind = Process(proxy.url)
        await behind.start()
        (dead,) = proxy.subscriptions
        dead.swallows = True
        # It is not closed, and nothing says that this was published.
        await processes.say(processes.one, "a")
        await eventually(lambda: behind.socket.received == everything(1))
        assert len(proxy.subscriptions) == 2
        await processes.say(processes.one, "b")
        await eventually(lambda: behind.socket.received == everything(2))
        assert behind.socket.stops == 0
        await behind.close()


@pytest.mark.usefixtures("impatient")
async def test_a_subscription_that_is_quiet_and_alive_is_kept(processes: TwoProcesses) -> None:
    async with SwallowingProxy(processes.valkey) as proxy:
        behind = Process(proxy.url)
        await behind.start()
        (quiet,) = proxy.subscriptions
        # Asked again: the first answer was enough.
        await eventually(lambda: quiet.asked.count(b"PING") >= 2)
        await processes.say(processes.one, "a")
        await eventually(lambda: behind.socket.received == everything(1))
        assert proxy.subscriptions == [quiet]
        await behind.close()


async def test_a_cancelled_caller_does_not_stop_the_others(processes: TwoProcesses) -> None:
    processes.valkey.pause()
    impatient = asyncio.create_task(processes.say(processes.one, "a"))
    patient = asyncio.create_task(processes.say(processes.one, "b"))
    await asyncio.sleep(0.05)
    impatient.cancel()
    processes.valkey.go_on()
    assert isinstance(await patient, Appended)
    assert isinstance(await processes.say(processes.one, "c"), Appended)


async def test_a_socket_that_subscribes_late_receives_only_new_entries(processes: TwoProcesses) -> None:
    for n in range(5):
        await processes.say(processes.one, f"m{n}")
    # An entry still under way is sent to a socket that has subscribed and not read yet: pages recognise it by its number.
    await eventually(lambda: processes.two.socket.received == everything(5))
    late = RecordingSocket()
    processes.two.hub.unsubscribe("c", processes.two.socket)
    processes.two.hub.subscribe_to_conversation("c", late)
    page = await processes.two.transcripts.read("c", kind=EntryKind.MESSAGE, after=0)
    assert page is not None
    assert len(page.entries) == 5
    processes.valkey.cut_subscriptions()
    await processes.say_until_stored(processes.one, "m5")
    await eventually(lambda: late.received == [(1, 6)])


async def test_a_transcript_from_before_the_browsers_sealed_is_given_up(processes: TwoProcesses) -> None:
    await processes.say_until_stored(processes.one, "m0")
    messages = "miti:{c}:messages"
    old = b"message 1 1 0 0 1764500000000 1 ;7=1; 4\nname\x00\xff\xfe not an envelope"
    await processes.one.line.do("LSET", messages, 0, old)
    assert await processes.one.transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None
    # Both ends go on in the next epoch.
    await processes.begin(epoch=2)
    assert isinstance(await processes.say(processes.one, "m0"), Appended)


@pytest.mark.parametrize("parties", ["7", "7=1=1", "seven=1", ";7=;", "7=one"])
async def test_a_transcript_with_parties_that_we_never_wrote_is_given_up(
    processes: TwoProcesses, parties: str
) -> None:
    await processes.say_until_stored(processes.one, "m0")
    messages = "miti:{c}:messages"
    (stored,) = await processes.one.line.do("LRANGE", messages, 0, -1)
    *entry, _ = msgspec.json.decode(stored)
    await processes.one.line.do("LSET", messages, 0, msgspec.json.encode([*entry, parties]))
    assert await processes.two.transcripts.read("c", kind=EntryKind.MESSAGE, after=0) is None
    await processes.begin(epoch=2)
    assert await processes.say(processes.one, "m0") == Appended(2, 1, again=False)


async def test_everything_in_redis_is_sealed_and_expires(processes: TwoProcesses) -> None:
    await processes.say(processes.one, CANARY)
    await processes.one.transcripts.append(
        "c",
        kind=EntryKind.NOTE,
        author=OWNER,
        client_id=CANARY,
        envelope=envelope(CANARY),
        now_ms=1,
    )
    kept = processes.valkey.everything()
    assert len(kept) == 4
    assert all(b"{c}" in key for key in kept)
    for key, dumped in kept.items():
        assert CANARY.encode() not in key + dumped
    assert processes.valkey.endless() == []


async def test_a_sealed_transcript_expires_after_a_minute_and_its_counts_later(
    processes: TwoProcesses,
) -> None:
    await processes.say(processes.one, "a")
    await processes.one.transcripts.seal("c")
    await processes.one.transcripts.renew(["c"], now_ms=0)
    with processes.valkey.client() as client:
        left = {key.rpartition(b":")[2]: client.ttl(key) for key in client.scan_iter()}
    assert left[b"messages"] <= 60
    assert left[b"known"] <= 60
    assert left[b"about"] > 60


async def test_an_unexpected_fault_does_not_end_the_subscription(
    processes: TwoProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = 0

    class Broken(ReplyReader):
        async def more(self) -> None:
            nonlocal faults
            if faults < 2:
                faults += 1
                # What uvloop has for a connection that is gone.
                raise RuntimeError(
                    "unable to perform operation on <TCPTransport closed=True>; the handler is closed"
                )
            await super().more()

    monkeypatch.setattr("chat.transcript.redis.ReplyReader", Broken)
    processes.valkey.cut_subscriptions()
    await eventually(lambda: faults == 2)
    await processes.say_until_stored(processes.one, "a")
    await eventually(lambda: processes.one.socket.received == processes.two.socket.received == everything(1))
