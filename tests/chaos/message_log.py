"""What was said to whom: written, acknowledged, received. Kept by the people themselves, outside of what is tested."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Place = tuple[int, int]
"""(epoch, seq)."""


class View:
    """One page's transcript, drawn as the browsers draw it: by (epoch, seq), and what is known by name only once."""

    def __init__(self) -> None:
        self.epoch = 1
        self.after = 0
        self.drawn: dict[Place, str] = {}
        self.contradicted = 0
        """Two different texts came for one place."""
        self.repeated = 0
        """One message was given two places in one epoch."""
        self._places: dict[Place, str] = {}
        self._names: dict[tuple[str, str], Place] = {}
        self._highest = 0

    @property
    def hole(self) -> bool:
        return self._highest > self.after

    def enter(self, epoch: int) -> None:
        if epoch > self.epoch:
            self.epoch, self.after, self._highest = epoch, 0, 0

    def receive(self, message: dict[str, Any]) -> None:
        place, body = (message["epoch"], message["seq"]), message["body"]
        self.enter(place[0])
        name = (message["author"], message["client_id"] or "")
        known = self._names.get(name) if message["client_id"] else None
        self.contradicted += self._places.get(place, body) != body
        self.repeated += known is not None and known[0] == place[0] and known != place
        if place not in self._places and known is None:
            self.drawn[place] = body
        self._places[place] = body
        if message["client_id"]:
            self._names.setdefault(name, place)
        if place[0] == self.epoch:
            self._highest = max(self._highest, place[1])
            while (self.epoch, self.after + 1) in self._places:
                self.after += 1

    def bodies(self) -> list[str]:
        return [self.drawn[place] for place in sorted(self.drawn)]


@dataclass
class Story:
    """One conversation as its two ends know it."""

    conversation: str
    chatter: int
    """How many messages each end says."""
    rude: bool
    """Somebody goes in the middle of it; what was under way then need not arrive."""
    written: dict[str, list[str]] = field(default_factory=lambda: {"visitor": [], "counsellor": []})
    acknowledged: dict[str, Place] = field(default_factory=dict)
    visitor: View = field(default_factory=View)
    desks: list[View] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)
    twice: int = 0
    reason: str | None = None

    @property
    def epoch(self) -> int:
        return max(view.epoch for view in [self.visitor, *self.desks])

    @property
    def told(self) -> bool:
        """Everything was said, and everybody knows it."""
        everything = [*self.written["visitor"], *self.written["counsellor"]]
        said = all(len(lines) >= self.chatter for lines in self.written.values())
        return said and all(body in self.acknowledged for body in everything) and not self.missing()

    def missing(self) -> list[str]:
        """Acknowledged, and not with the other end. What was acknowledged in an epoch that was lost counts as well: see `gone`."""
        desk = self.desks[-1] if self.desks else None
        with_visitor = set(self.visitor.drawn.values())
        with_counsellor = set(desk.drawn.values()) if desk else set()
        return [
            body
            for body, (epoch, _) in self.acknowledged.items()
            if epoch == self.epoch and not (body in with_visitor and body in with_counsellor)
        ]

    def gone(self) -> list[str]:
        """Acknowledged in an epoch that ended with the store's memory, and never seen by the other end."""
        with_visitor = set(self.visitor.drawn.values())
        with_counsellor = {body for desk in self.desks for body in desk.drawn.values()}
        return [
            body
            for body, (epoch, _) in self.acknowledged.items()
            if epoch < self.epoch and not (body in with_visitor and body in with_counsellor)
        ]

    def doubled(self) -> int:
        views = [self.visitor, *self.desks]
        return sum(view.repeated + len(view.bodies()) - len(set(view.bodies())) for view in views)

    def reordered(self) -> int:
        """Messages that stand before one that its author wrote earlier, on any page; and places on which pages disagree."""
        views = [self.visitor, *self.desks]
        wrong = sum(view.contradicted for view in views)
        for view in views:
            for lines in self.written.values():
                ranks = [lines.index(body) for body in dict.fromkeys(view.bodies()) if body in lines]
                wrong += sum(later < earlier for earlier, later in pairwise(ranks))
        for desk in self.desks:
            for place in desk.drawn.keys() & self.visitor.drawn.keys():
                wrong += desk.drawn[place] != self.visitor.drawn[place]
        return wrong


@dataclass
class Book:
    stories: dict[str, Story] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    """Requests that the door turned away, by code."""
    forgotten: int = 0
    """Visitors who came back and were not known any more."""
    came_back: int = 0
    acknowledged: int = 0
    waits_s: list[float] = field(default_factory=list)
    """From writing a message to its acknowledgement."""

    def open(self, conversation: str, *, chatter: int, rude: bool) -> Story:
        story = self.stories.get(conversation)
        if story is None:
            story = self.stories[conversation] = Story(conversation, chatter, rude)
        return story
