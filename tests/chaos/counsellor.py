"""Counsellors: they accept what rings, answer and close."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chaos.client import ASK_AGAIN_S, Frame, Manner, Person
from tests.chaos.message_log import Book, Story, View
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Gate


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
        self.conversations: dict[str, Seat] = {}

    def headers(self) -> Mapping[str, str]:
        return {"Cookie": self._cookie}

    async def say_hello(self) -> None:
        after = {
            key: {"epoch": one.view.epoch, "seq": one.view.after} for key, one in self.conversations.items()
        }
        await self.send("hello", after=after)

    def lost(self) -> None:
        self.book.came_back += 1
        for seat in self.conversations.values():
            seat.outbox.rewind()

    async def _on_welcome(self, frame: Frame) -> None:
        there = {one["conversation"] for one in frame["conversations"]}
        for conversation in set(self.conversations) - there:
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
        seat = self.conversations.get(conversation)
        if seat is None:
            story = self.book.open(conversation, chatter=6, rude=False)
            seat = self.conversations[conversation] = Seat(story, View())
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
        seat = self.conversations.get(frame["conversation"])
        if seat is not None:
            await self._receive(seat, frame["epoch"], frame["events"], more=frame["more"])

    async def _on_message(self, message: Frame) -> None:
        seat = self.conversations.get(message["conversation"])
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
        return self.conversations.get(seat.story.conversation) is seat

    async def say_much(self, conversation: str, messages: int, body: str) -> None:
        seat = self.conversations[conversation]
        for number in range(messages):
            whole = f"counsellor {conversation[:8]} much {number} {body}"
            seat.story.written["counsellor"].append(whole)
            seat.outbox.add(whole)
        await self._flush(seat)

    async def _flush(self, seat: Seat) -> None:
        await self.flush(seat.outbox, conversation=seat.story.conversation)

    def _leave(self, conversation: str) -> None:
        seat = self.conversations.pop(conversation, None)
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
        seat = self.conversations.get(error.get("conversation") or "")
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
