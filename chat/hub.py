"""Which sockets of this process receive which events.

Sockets subscribe to topics: a conversation, a counsellor, or what all counsellors or all visitors share. Delivery is a plain call that
never waits: each socket has a bounded queue of its own.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
import structlog

from chat.meter import meter
from chat.transcript.interface import Entry, EntryKind
from partners import clock
from wakeups.topics import EVERY_COUNSELLOR, EVERY_VISITOR

log = structlog.stdlib.get_logger(__name__)


class TranscriptEvent(msgspec.Struct, frozen=True):
    """A new entry of a transcript, for all sockets of the process."""

    topic: str
    """The conversation."""
    entry: Entry
    # A frame that was encoded for one kind of socket serves the others of that kind.
    encoded: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"TranscriptEvent({self.topic}, {self.entry.seq}, …)"


class Notification(msgspec.Struct, frozen=True):
    """Something changed, or happens now; `data` holds codes and numbers. It may be lost: the database holds the truth."""

    topic: str
    name: str
    data: dict[str, Any] = {}


class Listener(Protocol):
    def deliver(self, event: TranscriptEvent | Notification) -> None: ...

    def heartbeat(self, now: float) -> None: ...

    def refresh_soon(self) -> None: ...

    def stop(self) -> None: ...


EDITS = {"routing", "content"}
DeliveredUpTo = dict[EntryKind, tuple[int, int]]
"""For each kind of entry, the epoch and number of the last one that a conversation's sockets received."""


class Hub:
    def __init__(self) -> None:
        self.sockets: set[Listener] = set()
        self._topics: dict[str, set[Listener]] = {}
        self._delivered_up_to: dict[str, DeliveredUpTo] = {}
        self.changes = 0
        """How many notifications went to everybody: what was read before the last one may be out of date."""
        self.edits = 0
        """How many of them were about what people edit: hours, rules, sites, texts."""

    def subscribe(self, topic: str, socket: Listener) -> None:
        self._topics.setdefault(topic, set()).add(socket)

    def unsubscribe(self, topic: str, socket: Listener) -> None:
        listeners = self._topics.get(topic)
        if listeners is None:
            return
        listeners.discard(socket)
        if not listeners:
            del self._topics[topic]
            self._delivered_up_to.pop(topic, None)

    def subscribe_to_conversation(self, conversation: str, socket: Listener) -> None:
        """Subscribe to a conversation's entries."""
        self.subscribe(conversation, socket)
        self._delivered_up_to.setdefault(conversation, {})

    def conversations(self) -> list[str]:
        """The conversations that have a socket here."""
        return list(self._delivered_up_to)

    def delivered_up_to(self, conversation: str) -> DeliveredUpTo | None:
        """The last entries that its sockets received, which the deliverer of entries keeps up to date; None: it has no socket here."""
        return self._delivered_up_to.get(conversation)

    def disconnect_conversation(self, conversation: str) -> None:
        """Close its sockets: the browsers reconnect, and resume from the last entry that they have."""
        if conversation in self._delivered_up_to:
            self._delivered_up_to[conversation] = {}
        for socket in self.listeners(conversation):
            socket.stop()

    def listeners(self, topic: str) -> Iterable[Listener]:
        return tuple(self._topics.get(topic, ()))

    def has_listeners(self, topic: str) -> bool:
        return topic in self._topics

    def publish_entry(self, conversation: str, entry: Entry) -> None:
        """Deliver a store's new entry to the conversation's sockets, if it has any here."""
        listeners = self._topics.get(conversation)
        if not listeners or conversation not in self._delivered_up_to:
            return
        event = TranscriptEvent(conversation, entry)
        for socket in tuple(listeners):
            try:
                socket.deliver(event)
            except Exception as fault:
                # The other sockets still get it; this browser reconnects and reads it.
                log.error("an entry could not be told", exc_info=fault)
                socket.stop()
        meter.relay.add(clock.seconds() - entry.at_ms / 1000)

    def notify(self, notification: Notification) -> None:
        if notification.topic in {EVERY_COUNSELLOR, EVERY_VISITOR}:
            self.changes += 1
            self.edits += notification.name in EDITS
        for socket in self.listeners(notification.topic):
            try:
                socket.deliver(notification)
            except Exception as fault:
                log.error("a wake-up could not be told", exc_info=fault)
                socket.stop()
