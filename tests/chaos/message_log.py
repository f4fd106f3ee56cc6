"""Which messages were written, acknowledged and received. The clients keep it themselves, outside of the tested system."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

Position = tuple[int, int]
"""(epoch, seq)."""


class ShownTranscript:
    """One page's transcript, drawn as the browsers draw it: by (epoch, seq), and what is known by name only once."""

    def __init__(self) -> None:
        self.epoch = 1
        self.after = 0
        self.shown: dict[Position, str] = {}
        self.contradicted = 0
        """Two different texts came for one position."""
        self.repeated = 0
        """One message was given two positions in one epoch."""
        self._positions: dict[Position, str] = {}
        self._names: dict[tuple[str, str], Position] = {}
        self._highest = 0

    @property
    def has_gap(self) -> bool:
        return self._highest > self.after

    def enter(self, epoch: int) -> None:
        if epoch > self.epoch:
            self.epoch, self.after, self._highest = epoch, 0, 0

    def receive(self, message: dict[str, Any]) -> None:
        position, body = (message["epoch"], message["seq"]), message["body"]
        self.enter(position[0])
        name = (message["author"], message["client_id"] or "")
        known = self._names.get(name) if message["client_id"] else None
        self.contradicted += self._positions.get(position, body) != body
        self.repeated += known is not None and known[0] == position[0] and known != position
        if position not in self._positions and known is None:
            self.shown[position] = body
        self._positions[position] = body
        if message["client_id"]:
            self._names.setdefault(name, position)
        if position[0] == self.epoch:
            self._highest = max(self._highest, position[1])
            while (self.epoch, self.after + 1) in self._positions:
                self.after += 1

    def bodies(self) -> list[str]:
        return [self.shown[position] for position in sorted(self.shown)]


@dataclass
class ConversationLog:
    """One conversation as its two ends know it."""

    conversation: str
    messages_each: int
    """How many messages each end says."""
    leaves_early: bool
    """The visitor leaves in the middle; a message under way then need not arrive."""
    written: dict[str, list[str]] = field(default_factory=lambda: {"visitor": [], "counsellor": []})
    """The lines of each author in their order. Each guest is one: two of them write in no order."""
    acknowledged: dict[str, Position] = field(default_factory=dict)
    visitor: ShownTranscript = field(default_factory=ShownTranscript)
    consoles: list[ShownTranscript] = field(default_factory=list)
    guests: list[ShownTranscript] = field(default_factory=list)
    elsewhere: list[ShownTranscript] = field(default_factory=list)
    """A second tab of the visitor, second browsers of counsellors."""
    noted: bool = False
    """A counsellor's note came back with a number."""
    owners: list[str] = field(default_factory=list)
    handed_on_by: str = ""
    numbers: Iterator[int] = field(default_factory=count)
    """Of the counsellors' lines: one who has it again writes none a second time."""
    twice: int = 0
    reason: str | None = None
    history: list[str] = field(default_factory=list)
    """What its two ends were told of it, with the second."""

    def note(self, who: str, what: str) -> None:
        self.history.append(f"{time.monotonic() % 10_000:.1f} {who} {what}")

    @property
    def epoch(self) -> int:
        return max(view.epoch for view in [self.visitor, *self.consoles, *self.guests])

    @property
    def complete(self) -> bool:
        """Everything was said, and everybody knows it."""
        everything = [body for lines in self.written.values() for body in lines]
        said = all(len(self.written[who]) >= self.messages_each for who in ("visitor", "counsellor"))
        return said and all(body in self.acknowledged for body in everything) and not self.missing()

    def missing(self) -> list[str]:
        """Acknowledged, and not with the other end. What was acknowledged in an epoch that was lost counts as well: see `gone`."""
        console = self.consoles[-1] if self.consoles else None
        with_visitor = set(self.visitor.shown.values())
        with_counsellor = set(console.shown.values()) if console else set()
        return [
            body
            for body, (epoch, _) in self.acknowledged.items()
            if epoch == self.epoch and not (body in with_visitor and body in with_counsellor)
        ]

    def gone(self) -> list[str]:
        """Acknowledged in an epoch that ended with the store's memory, and never seen by the other end."""
        with_visitor = set(self.visitor.shown.values())
        with_counsellor = {body for console in self.consoles for body in console.shown.values()}
        return [
            body
            for body, (epoch, _) in self.acknowledged.items()
            if epoch < self.epoch and not (body in with_visitor and body in with_counsellor)
        ]

    @property
    def views(self) -> list[ShownTranscript]:
        return [self.visitor, *self.consoles, *self.guests, *self.elsewhere]

    def doubled(self) -> int:
        views = self.views
        return sum(view.repeated + len(view.bodies()) - len(set(view.bodies())) for view in views)

    def reordered(self) -> int:
        """Messages that stand before one that its author wrote earlier, on any page; and positions on which pages disagree."""
        views = self.views
        wrong = sum(view.contradicted for view in views)
        for view in views:
            for lines in self.written.values():
                ranks = [lines.index(body) for body in dict.fromkeys(view.bodies()) if body in lines]
                wrong += sum(later < earlier for earlier, later in pairwise(ranks))
        for console in self.consoles:
            for position in console.shown.keys() & self.visitor.shown.keys():
                wrong += console.shown[position] != self.visitor.shown[position]
        return wrong


@dataclass
class MessageLog:
    conversations: dict[str, ConversationLog] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    """Requests that the door turned away, by code."""
    forgotten: int = 0
    """Visitors who came back and were not known any more."""
    came_back: int = 0
    acknowledged: int = 0
    opened_elsewhere: int = 0
    """Messages that came to second tabs and second browsers."""
    notes: int = 0
    """That were opened, on all consoles."""
    unopened: int = 0
    """Messages that reached an end with the keys of their generation and did not open."""
    waits_s: list[float] = field(default_factory=list)
    """From writing a message to its acknowledgement."""

    def open(self, conversation: str, *, messages_each: int, leaves_early: bool) -> ConversationLog:
        record = self.conversations.get(conversation)
        if record is None:
            record = self.conversations[conversation] = ConversationLog(
                conversation, messages_each, leaves_early
            )
        return record
