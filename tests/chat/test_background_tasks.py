"""Background tasks continue after any fault: a process that serves without them is worse than one that is gone."""

import asyncio
from collections.abc import Callable

import pytest
from channels.layers import InMemoryChannelLayer, get_channel_layer

from chat import wakeup_listener
from chat.faults import Unreachable
from chat.hub import Hub, Notification, TranscriptEvent
from chat.transcript.interface import VISITOR, Entry, EntryKind, Page, PartyList
from chat.transcript.subscriber import Subscriber
from server import lifespan
from tests.chat.sockets import (
    Stores,
    fresh_stores,  # noqa: F401  # a fixture
)
from tests.sealing import envelope
from wakeups import publish
from wakeups.topics import GROUP


class RecordingSocket:
    """A socket that records what it received."""

    def __init__(self, *, fails: bool = False) -> None:
        self.received: list[int | str] = []
        self.stops = 0
        self.fails = fails

    def deliver(self, event: TranscriptEvent | Notification) -> None:
        if self.fails:
            raise ValueError("cannot receive")
        self.received.append(event.entry.seq if isinstance(event, TranscriptEvent) else event.name)

    def heartbeat(self, now: float) -> None: ...

    def refresh_soon(self) -> None: ...

    def stop(self) -> None:
        self.stops += 1


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  # what is waited for is the work of another task
            await asyncio.sleep(0.001)


class ConversationWithSocket:
    """A conversation with one socket here, and a list that holds three messages."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.socket = RecordingSocket()
        hub.subscribe_to_conversation(name, self.socket)
        self.entries = [self._entry(seq) for seq in (1, 2, 3)]

    def _entry(self, seq: int) -> Entry:
        return Entry(EntryKind.MESSAGE, 1, seq, VISITOR, 0, f"m{seq}", envelope(), 0, PartyList())

    def page(self, kind: EntryKind, after: int) -> Page:
        return Page(1, self.entries[after:] if kind is EntryKind.MESSAGE else [], more=False)


async def test_a_gap_is_filled_when_the_store_answers_again_without_a_new_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chat.transcript.subscriber.TRY_AGAIN_S", 0)
    hub = Hub()
    conversation, refused = ConversationWithSocket(hub, "c"), 0

    async def read(_: str, kind: EntryKind, after: int) -> Page:
        nonlocal refused
        if refused < 3:
            refused += 1
            raise Unreachable
        return conversation.page(kind, after)

    following = Subscriber(hub, read)
    following.on_entry("c", conversation.entries[0])
    following.on_entry("c", conversation.entries[2])
    await eventually(lambda: conversation.socket.received == [1, 2, 3])


async def test_an_unreadable_transcript_does_not_hold_up_the_others() -> None:
    hub = Hub()
    broken, sound = ConversationWithSocket(hub, "broken"), ConversationWithSocket(hub, "sound")

    async def read(conversation: str, kind: EntryKind, after: int) -> Page:
        if conversation == "broken":
            raise ValueError("sealed by somebody else")
        return sound.page(kind, after)

    await Subscriber(hub, read).catch_up_everywhere()
    assert (broken.socket.received, broken.socket.stops) == ([], 1)
    assert (sound.socket.received, sound.socket.stops) == ([1, 2, 3], 0)


async def test_a_background_task_that_fails_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifespan, "BEGIN_AGAIN_S", 0)
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise LookupError("nowhere")

    await lifespan.keep_up(work)
    assert begun == 3


async def test_a_socket_that_fails_on_a_wake_up_is_closed_and_the_others_get_it() -> None:
    hub, sockets = Hub(), [RecordingSocket(), RecordingSocket(fails=True), RecordingSocket()]
    for socket in sockets:
        hub.subscribe("topic", socket)
    hub.notify(Notification("topic", "changed"))
    assert [socket.received for socket in sockets] == [["changed"], [], ["changed"]]
    assert [socket.stops for socket in sockets] == [0, 1, 0]


async def test_an_interrupted_subscription_to_wake_ups_leaves_no_unread_queue(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = get_channel_layer()
    assert isinstance(layer, InMemoryChannelLayer)
    add, failed = layer.group_add, 0

    async def add_at_last(group: str, channel: str) -> None:
        nonlocal failed
        await add(group, channel)
        if failed < 2:
            failed += 1
            raise ConnectionError

    monkeypatch.setattr(layer, "group_add", add_at_last)
    monkeypatch.setattr(wakeup_listener, "PAUSE_S", 0)
    socket = RecordingSocket()
    stores.hub.subscribe("topic", socket)
    listening = asyncio.create_task(wakeup_listener.listen())
    await eventually(lambda: failed == 2)
    await publish.send(publish.Wakeup("topic", "changed"))
    await eventually(lambda: socket.received == ["changed"])
    assert len(layer.groups[GROUP]) == 1
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
