"""Who in this process wants to hear what.

Sockets register for rooms (one for each conversation), for a counsellor, or for everything that counsellors share. Delivery is a plain
call that never waits: each socket has a bounded queue of its own.
"""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
import structlog

from chat import clock
from chat.meter import meter
from chat.sealing import Cipher
from chat.transcript.interface import Entry, Kind

log = structlog.stdlib.get_logger(__name__)

EVERY_COUNSELLOR = "counsellors"
EVERY_VISITOR = "visitors"


class Said(msgspec.Struct, frozen=True):
    """A new entry of a transcript, opened once for all sockets of the process."""

    conversation: str
    entry: Entry
    body: str
    # What was encoded for one kind of socket serves the others of that kind.
    encoded: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Said({self.conversation}, {self.entry.seq}, …)"


class Signal(msgspec.Struct, frozen=True):
    """Something changed, or happens now; `data` holds codes and numbers. It may be lost: the truth is elsewhere."""

    topic: str
    name: str
    data: dict[str, Any] = {}


class Socket(Protocol):
    def heard(self, event: Said | Signal) -> None: ...

    def beat(self, now: float) -> None: ...

    def look_soon(self) -> None: ...

    def stop(self) -> None: ...


Place = dict[Kind, tuple[int, int]]
"""Up to which epoch and number the sockets of a room were told, for each kind of entry."""


class Hub:
    def __init__(self) -> None:
        self.sockets: set[Socket] = set()
        self._topics: dict[str, set[Socket]] = {}
        self._ciphers: dict[str, Cipher] = {}
        self._places: dict[str, Place] = {}
        self.changes = 0
        """Wake-ups that told everybody of something: what was found out before the last one may be out of date."""

    def join(self, topic: str, socket: Socket) -> None:
        self._topics.setdefault(topic, set()).add(socket)

    def leave(self, topic: str, socket: Socket) -> None:
        listeners = self._topics.get(topic)
        if listeners is None:
            return
        listeners.discard(socket)
        if not listeners:
            del self._topics[topic]
            self._ciphers.pop(topic, None)
            self._places.pop(topic, None)

    def enter(self, conversation: str, cipher: Cipher, socket: Socket) -> None:
        """Join a conversation's room, with what opens its texts."""
        self.join(conversation, socket)
        self._ciphers[conversation] = cipher
        self._places.setdefault(conversation, {})

    def rooms(self) -> list[str]:
        """The conversations that have a socket here."""
        return list(self._places)

    def place(self, conversation: str) -> Place | None:
        """Where its sockets are, to be read and written by whoever tells them; None where it has none here."""
        return self._places.get(conversation)

    def send_away(self, conversation: str) -> None:
        """Its sockets are to come back, and to resume from what the browser knows."""
        if conversation in self._places:
            self._places[conversation] = {}
        for socket in self.listeners(conversation):
            socket.stop()

    def listeners(self, topic: str) -> Iterable[Socket]:
        return tuple(self._topics.get(topic, ()))

    def has(self, topic: str) -> bool:
        return topic in self._topics

    def published(self, conversation: str, entry: Entry) -> None:
        """A transcript store has a new entry; nobody here may be in that conversation."""
        listeners = self._topics.get(conversation)
        cipher = self._ciphers.get(conversation)
        if not listeners or cipher is None:
            return
        said = Said(conversation, entry, cipher.open(entry.sealed))
        for socket in tuple(listeners):
            try:
                socket.heard(said)
            except Exception as fault:
                # The others hear it all the same; this one comes back and reads it.
                log.error("an entry could not be told", exc_info=fault)
                socket.stop()
        meter.relay.add(clock.seconds() - entry.at_ms / 1000)

    def signalled(self, signal: Signal) -> None:
        if signal.topic in {EVERY_COUNSELLOR, EVERY_VISITOR}:
            self.changes += 1
        for socket in self.listeners(signal.topic):
            try:
                socket.heard(signal)
            except Exception as fault:
                log.error("a wake-up could not be told", exc_info=fault)
                socket.stop()


def counsellor_topic(identity: int) -> str:
    return f"counsellor:{identity}"
