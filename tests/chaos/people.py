"""Visitors and counsellors who talk by the protocol, as the browsers' scripts do: an outbox until acknowledged, resume, backoff."""

import asyncio
import json
import random
import secrets
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.chaos.book import Book, Story, View
from tests.chaos.gate import Gate

Frame = dict[str, Any]
FIRST_DELAY_S, LONGEST_DELAY_S = 0.2, 2.0
"""Browsers wait longer, up to 20 s: here a run is short."""
SILENCE_S = 12.0
FORGOTTEN_S = 4.0
ASK_AGAIN_S = 2.0


@dataclass
class Manner:
    """How everybody behaves just now; faults change it."""

    twice: bool = False
    """Every message is sent twice."""
    going: bool = True
    """New conversations begin."""
    hurry: float = 1.0
    """Shortens the pauses between messages."""


class Outbox:
    """One message under way at a time, in order; nothing leaves it but by coming back with a number."""

    def __init__(self) -> None:
        self._items: deque[tuple[str, str, float]] = deque()
        self._under_way = False

    def add(self, body: str) -> None:
        self._items.append((secrets.token_urlsafe(12), body, time.monotonic()))

    def next(self) -> tuple[str, str] | None:
        if self._under_way or not self._items:
            return None
        self._under_way = True
        return self._items[0][:2]

    def acknowledged(self, body: str) -> float | None:
        """Seconds from writing; None when it was not waited for."""
        for item in self._items:
            if item[1] == body:
                if item is self._items[0]:
                    self._under_way = False
                self._items.remove(item)
                return time.monotonic() - item[2]
        return None

    def rewind(self) -> None:
        self._under_way = False


class Person:
    """Somebody with one socket that comes back by itself."""

    path = ""

    def __init__(self, gate: Gate, book: Book, manner: Manner, dice: random.Random) -> None:
        self.gate, self.book, self.manner, self.dice = gate, book, manner, dice
        self.socket: ClientConnection | None = None
        self.link = 0
        """Counts connections: whatever was begun on an earlier one is over."""
        self._later: set[asyncio.Task[None]] = set()

    async def live(self) -> None:
        attempt = 0
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    f"ws://127.0.0.1:{self.gate.port}/ws/{self.path}/",
                    origin=self.gate.url,  # type: ignore[arg-type]
                    additional_headers=self.headers(),
                    max_size=None,
                    compression=None,
                    open_timeout=5,
                    close_timeout=0.5,
                    ping_interval=None,
                ) as self.socket:
                    self.link += 1
                    await self.say_hello()
                    while True:
                        text = await asyncio.wait_for(self.socket.recv(), SILENCE_S)
                        frame = json.loads(text)
                        if frame["type"] == "ping":
                            await self.socket.send('{"type":"pong"}')
                            continue
                        attempt = 0
                        await self.told(frame.pop("type"), frame)
            self.socket = None
            self.lost()
            ceiling = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2**attempt)
            attempt += 1
            await asyncio.sleep(ceiling * (0.5 + self.dice.random() / 2))

    async def send(self, kind: str, /, **fields: Any) -> bool:
        if self.socket is None:
            return False
        try:
            await self.socket.send(json.dumps({"type": kind, **fields}))
        except WebSocketException:
            return False
        return True

    async def flush(self, outbox: Outbox, **about: str) -> None:
        while (item := outbox.next()) is not None:
            for _ in range(2 if self.manner.twice else 1):
                if not await self.send("say", client_id=item[0], body=item[1], **about):
                    outbox.rewind()
                    return

    def soon(self, seconds: float, act: Any) -> None:
        """Do this then, if the connection is still the same."""
        link = self.link

        async def wait() -> None:
            await asyncio.sleep(seconds)
            if self.socket is not None and link == self.link:
                await act()

        task = asyncio.create_task(wait())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def came_back_with_a_number(self, story: Story, outbox: Outbox, message: Frame) -> None:
        waited_s = outbox.acknowledged(message["body"])
        if waited_s is None:
            return
        story.acknowledged[message["body"]] = (message["epoch"], message["seq"])
        self.book.acknowledged += 1
        self.book.waits_s.append(waited_s)

    def headers(self) -> Mapping[str, str]:
        return {}

    async def say_hello(self) -> None:
        raise NotImplementedError

    async def told(self, kind: str, frame: Frame) -> None:
        act = getattr(self, f"_on_{kind}", None)
        if act is not None:
            await act(frame)

    def lost(self) -> None:
        """The connection is gone."""


class Visitor(Person):
    """Asks, talks, goes, and asks again as somebody new."""

    path = "visitor"

    def __init__(self, gate: Gate, book: Book, manner: Manner, dice: random.Random) -> None:
        super().__init__(gate, book, manner, dice)
        self._begin()

    def _begin(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.story: Story | None = None
        self.outbox = Outbox()
        self.phase = "before"
        self._talking: asyncio.Task[None] | None = None
        self._known = False

    @property
    def at_rest(self) -> bool:
        return self.phase == "before"

    async def say_hello(self) -> None:
        view = self.story.visitor if self.story else None
        back = {"after": view.after, "epoch": view.epoch} if view and (view.after or view.epoch > 1) else {}
        await self.send("hello", site="demo", lang="fr", token=self.token, **back)

    def lost(self) -> None:
        self.outbox.rewind()
        self.book.came_back += self.phase != "before"

    async def _on_welcome(self, _: Frame) -> None:
        if self.phase in {"before", "asking"}:
            self.soon(0.0 if self.phase == "asking" else self.dice.random(), self._ask)
        else:
            self._known = False
            self.soon(FORGOTTEN_S, self._forgotten)

    async def _ask(self) -> None:
        if self.phase == "before" and not self.manner.going:
            self.soon(0.5, self._ask)
            return
        if self.phase in {"before", "asking"}:
            self.phase = "asking"
            await self.send("ask", theme=self.dice.choice(["orientation", "formation"]), language="fr")

    async def _forgotten(self) -> None:
        if not self._known and self.phase in {"waiting", "active"}:
            self.book.forgotten += 1
            await self._over("forgotten")

    async def _on_waiting(self, frame: Frame) -> None:
        self._known = True
        self._in_story(frame["conversation"]).visitor.enter(frame["epoch"])
        self.phase = "waiting"

    def _in_story(self, conversation: str) -> Story:
        if self.story is None:
            rude = self.dice.random() < 0.15
            self.story = self.book.open(conversation, chatter=self.dice.randint(4, 10), rude=rude)
        return self.story

    async def _on_requeued(self, _: Frame) -> None:
        self.phase = "waiting"

    async def _on_joined(self, _: Frame) -> None:
        self.phase = "active"
        self._talk()
        await self.flush(self.outbox)

    def _talk(self) -> None:
        if self._talking is None:
            self._talking = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Says its part, message by message, whatever the connection does; then goes when everything has arrived."""
        story, token = self.story, self.token
        assert story is not None
        for number in range(story.chatter):
            await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.manner.hurry)
            if self.token != token:
                return
            body = f"visitor {story.conversation[:8]} {number}"
            story.written["visitor"].append(body)
            self.outbox.add(body)
            if self.phase == "active":
                await self.flush(self.outbox)
            if story.rude and number > story.chatter // 2:
                break
        # One of two conversations is ended by the visitor, the other by the counsellor.
        while self.token == token and self.phase != "before":
            if story.rude or (story.told and int(story.conversation[0], 16) % 2):
                await self.send("leave")
                await asyncio.sleep(ASK_AGAIN_S - 0.3)
            await asyncio.sleep(0.3)

    async def _on_message(self, message: Frame) -> None:
        story = self.story
        if story is None:
            return
        story.visitor.receive(message)
        self.came_back_with_a_number(story, self.outbox, message)
        if story.visitor.hole:
            await self.say_hello()
        await self.flush(self.outbox)

    async def _on_resumed(self, frame: Frame) -> None:
        self._known = True
        story = self._in_story(frame["conversation"])
        story.visitor.enter(frame["epoch"])
        for message in frame["events"]:
            story.visitor.receive(message)
            self.came_back_with_a_number(story, self.outbox, message)
        self.phase = frame["state"]
        if frame["more"]:
            await self.say_hello()
        elif self.phase == "active":
            self._talk()
            self.outbox.rewind()
            await self.flush(self.outbox)

    async def _on_closed(self, frame: Frame) -> None:
        self._known = True
        await self._over(frame["reason"])

    async def _over(self, reason: str) -> None:
        if self.story is not None:
            self.story.reason = self.story.reason or reason
        self._begin()
        # A new token needs a new socket.
        if self.socket is not None:
            await self.socket.close()

    async def _on_error(self, error: Frame) -> None:
        code, wait_s = error["code"], error.get("retry_after_s") or 1.0
        if code == "token_refused":
            self.book.forgotten += 1
            await self._over("forgotten")
        elif self.phase == "asking":
            if code in {"full", "closed_now", "not_allowed"}:
                self.book.refused[code] += 1
                self._begin()
            self.soon(min(wait_s, 2.0), self._ask)
        elif code in {"try_again", "too_fast", "nobody_yet"}:
            self.outbox.rewind()
            if code != "nobody_yet":
                self.soon(min(wait_s, 2.0), self._flush)

    async def _flush(self) -> None:
        if self.phase == "active":
            await self.flush(self.outbox)


@dataclass(eq=False)
class Seat:
    """One conversation on a counsellor's desk."""

    story: Story
    view: View
    outbox: Outbox = field(default_factory=Outbox)
    talking: asyncio.Task[None] | None = None


class Counsellor(Person):
    """Accepts what rings, answers, closes."""

    path = "counsellor"
    capacity = 4

    def __init__(
        self, gate: Gate, book: Book, manner: Manner, dice: random.Random, *, account: str, cookie: str
    ) -> None:
        super().__init__(gate, book, manner, dice)
        self.account = account
        self._cookie = cookie
        self.seats: dict[str, Seat] = {}

    def headers(self) -> Mapping[str, str]:
        return {"Cookie": self._cookie}

    async def say_hello(self) -> None:
        after = {key: {"epoch": one.view.epoch, "seq": one.view.after} for key, one in self.seats.items()}
        await self.send("hello", after=after)

    def lost(self) -> None:
        self.book.came_back += 1
        for seat in self.seats.values():
            seat.outbox.rewind()

    async def _on_welcome(self, frame: Frame) -> None:
        there = {one["conversation"] for one in frame["conversations"]}
        for conversation in set(self.seats) - there:
            self._leave(conversation)
        for snapshot in frame["conversations"]:
            await self._on_opened(snapshot)
        await self._be_available(frame["availability"])
        for offer in frame["offers"]:
            await self._on_offer(offer)

    async def _be_available(self, readiness: Frame) -> None:
        if readiness["state"] != "available" or readiness["capacity"] != self.capacity:
            await self.send("availability", state="available", capacity=self.capacity)

    async def _on_availability(self, readiness: Frame) -> None:
        await self._be_available(readiness)

    async def _on_offer(self, offer: Frame) -> None:
        async def accept() -> None:
            await self.send("accept", conversation=offer["conversation"])

        self.soon(self.dice.uniform(0.0, 0.4), accept)

    async def _on_opened(self, snapshot: Frame) -> None:
        conversation = snapshot["conversation"]
        seat = self.seats.get(conversation)
        if seat is None:
            story = self.book.open(conversation, chatter=6, rude=False)
            seat = self.seats[conversation] = Seat(story, View())
            story.desks.append(seat.view)
            others = [one for one in story.owners if one != self.account]
            story.twice += len(others) > 0
            story.owners.append(self.account)
        await self._receive(seat, snapshot["epoch"], snapshot["messages"], more=snapshot["more"])
        if seat.talking is None:
            seat.talking = asyncio.create_task(self._write(seat))
        seat.outbox.rewind()
        await self._flush(seat)

    async def _on_resumed(self, frame: Frame) -> None:
        seat = self.seats.get(frame["conversation"])
        if seat is not None:
            await self._receive(seat, frame["epoch"], frame["events"], more=frame["more"])

    async def _on_message(self, message: Frame) -> None:
        seat = self.seats.get(message["conversation"])
        if seat is None:
            return
        await self._receive(seat, message["epoch"], [message], more=False)
        if seat.view.hole:
            await self.say_hello()
        await self._flush(seat)

    async def _receive(self, seat: Seat, epoch: int, messages: list[Frame], *, more: bool) -> None:
        seat.view.enter(epoch)
        for message in messages:
            seat.view.receive(message)
            self.came_back_with_a_number(seat.story, seat.outbox, message)
        if more:
            await self.say_hello()

    async def _write(self, seat: Seat) -> None:
        story = seat.story
        while len(story.written["counsellor"]) < story.chatter and self.has(seat):
            await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.manner.hurry)
            if not self.has(seat):
                return
            body = f"counsellor {story.conversation[:8]} {len(story.written['counsellor'])}"
            story.written["counsellor"].append(body)
            seat.outbox.add(body)
            await self._flush(seat)
        while self.has(seat):
            if story.told and not int(story.conversation[0], 16) % 2:
                await self.send(
                    "close", conversation=story.conversation, classification={"theme": "orientation"}
                )
                await asyncio.sleep(ASK_AGAIN_S - 0.3)
            await asyncio.sleep(0.3)

    def has(self, seat: Seat) -> bool:
        return self.seats.get(seat.story.conversation) is seat

    async def say_much(self, conversation: str, messages: int, body: str) -> None:
        seat = self.seats[conversation]
        for number in range(messages):
            whole = f"counsellor {conversation[:8]} much {number} {body}"
            seat.story.written["counsellor"].append(whole)
            seat.outbox.add(whole)
        await self._flush(seat)

    async def _flush(self, seat: Seat) -> None:
        await self.flush(seat.outbox, conversation=seat.story.conversation)

    def _leave(self, conversation: str) -> None:
        seat = self.seats.pop(conversation, None)
        if seat is not None:
            seat.story.owners.remove(self.account)
            # What was written here and never numbered is not said any more: the page shows it as not sent.
            seat.story.written["counsellor"] = [
                body for body in seat.story.written["counsellor"] if body in seat.story.acknowledged
            ]

    async def _on_closed(self, frame: Frame) -> None:
        self._leave(frame["conversation"])

    async def _on_released(self, frame: Frame) -> None:
        self._leave(frame["conversation"])

    async def _on_error(self, error: Frame) -> None:
        seat = self.seats.get(error.get("conversation") or "")
        wait_s = error.get("retry_after_s") or 1.0
        if error["code"] in {"try_again", "too_fast"}:
            if seat is None:
                self.soon(min(wait_s, 2.0), self.say_hello)
            else:
                seat.outbox.rewind()
                self.soon(min(wait_s, 2.0), lambda: self._flush(seat))
        elif seat is not None and error.get("client_id"):
            seat.outbox.rewind()
            self.soon(1.0, lambda: self._flush(seat))
