"""Transcripts on Redis while Redis or the connection to it is gone for a while: no acknowledged message is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from chat.faults import Unreachable
from chat.hub import Hub, Notification, TranscriptEvent
from chat.redis_client import RedisClient, ReplyReader
from chat.sealing import Vault
from chat.transcript.interface import VISITOR, Appended, EntryKind, PartyList, Unable
from chat.transcript.redis import RedisTranscripts
from tests.chat.stores import EXPIRY_S, PATIENCE_S
from tests.sealing import envelope
from tests.valkey import Valkey

OWNER = 7
CANARY = "canari-40417"


@dataclass(eq=False)
class RecordingSocket:
    """A socket that records what it received."""

    received: list[tuple[int, int]] = field(default_factory=list)
    stops: int = 0
    refreshes: int = 0

    def deliver(self, event: TranscriptEvent | Notification) -> None:
        assert isinstance(event, TranscriptEvent)
        if event.entry.kind is EntryKind.MESSAGE:
            self.received.append((event.entry.epoch, event.entry.seq))

    def heartbeat(self, now: float) -> None: ...

    def refresh_soon(self) -> None:
        self.refreshes += 1

    def stop(self) -> None:
        self.stops += 1


class Process:
    """What one web process has of transcripts: a Redis client, a hub with one socket, a subscription."""

    def __init__(self, valkey: Valkey) -> None:
        self.socket = RecordingSocket()
        self.hub = Hub()
        self.hub.sockets.add(self.socket)
        self.hub.subscribe_to_conversation("c", self.socket)
        self.line = RedisClient(valkey.url)
        self.transcripts = RedisTranscripts(
            line=self.line, hub=self.hub, vault=Vault(), most=1_000, expiry_s=EXPIRY_S
        )

    async def start(self) -> None:
        refreshes = self.socket.refreshes
        self.following = asyncio.create_task(self.transcripts.follow())
        await eventually(lambda: self.socket.refreshes > refreshes)

    async def close(self) -> None:
        self.following.cancel()
        await asyncio.gather(self.following, return_exceptions=True)
        await self.line.close()


@dataclass
class TwoProcesses:
    valkey: Valkey
    one: Process
    two: Process

    async def say(self, process: Process, client_id: str) -> Appended | Unable:
        return await process.transcripts.append(
            "c",
            kind=EntryKind.MESSAGE,
            author=VISITOR,
            client_id=client_id,
            envelope=envelope(CANARY + client_id),
            now_ms=int(time.time() * 1000),
        )

    async def say_until_stored(self, process: Process, client_id: str) -> Appended:
        """As a browser does: again, with the same name, until there is an answer."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                done = await self.say(process, client_id)
            except Unreachable:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            else:
                assert isinstance(done, Appended)
                return done

    async def begin(self, epoch: int = 1) -> None:
        await self.one.transcripts.open("c", epoch=epoch, parties=PartyList(1, {OWNER: 1}), now_ms=0)


@pytest_asyncio.fixture
async def processes(own_valkey: Valkey) -> AsyncIterator[TwoProcesses]:
    made = TwoProcesses(own_valkey, Process(own_valkey), Process(own_valkey))
    await made.begin()
    await made.one.start()
    await made.two.start()
    yield made
    await made.one.close()
    await made.two.close()


async def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        await asyncio.sleep(0.01)


def everything(until: int, epoch: int = 1) -> list[tuple[int, int]]:
    return [(epoch, seq) for seq in range(1, until + 1)]


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
