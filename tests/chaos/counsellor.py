"""Counsellors: they accept what rings, answer and close."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.chaos.client import ASK_AGAIN_S, Behaviour, Client, Frame
from tests.chaos.message_log import ConversationLog, MessageLog, ShownTranscript
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Proxy


@dataclass(eq=False)
class HeldConversation:
    """One conversation that a counsellor has accepted."""

    record: ConversationLog
    view: ShownTranscript
    outbox: Outbox = field(default_factory=Outbox)
    talking: asyncio.Task[None] | None = None


class Counsellor(Client):
    """Accepts what rings, answers, closes."""

    path = "counsellor"
    capacity = 4

    def __init__(
        self,
        proxy: Proxy,
        message_log: MessageLog,
        behaviour: Behaviour,
        dice: random.Random,
        *,
        account: str,
        cookie: str,
    ) -> None:
        super().__init__(proxy, message_log, behaviour, dice)
        self.account = account
        self._cookie = cookie
        self.conversations: dict[str, HeldConversation] = {}

    def headers(self) -> Mapping[str, str]:
        return {"Cookie": self._cookie}

    async def say_hello(self) -> None:
        after = {
            key: {"epoch": one.view.epoch, "seq": one.view.after} for key, one in self.conversations.items()
        }
        await self.send("hello", after=after)

    def on_disconnect(self) -> None:
        self.message_log.came_back += 1
        for held in self.conversations.values():
            held.record.note(self.account, "lost the connection")
            held.outbox.rewind()

    async def _on_welcome(self, frame: Frame) -> None:
        there = {one["conversation"] for one in frame["conversations"]}
        for conversation in set(self.conversations) - there:
            self._leave(conversation, "not in welcome")
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

        self.call_later(self.dice.uniform(0.0, 0.4), accept)

    async def _on_opened(self, snapshot: Frame) -> None:
        conversation = snapshot["conversation"]
        held = self.conversations.get(conversation)
        if held is None:
            record = self.message_log.open(conversation, messages_each=6, leaves_early=False)
            held = self.conversations[conversation] = HeldConversation(record, ShownTranscript())
            record.consoles.append(held.view)
            others = [one for one in record.owners if one != self.account]
            record.twice += len(others) > 0
            record.owners.append(self.account)
            record.note(self.account, "opened")
        await self._receive(held, snapshot["epoch"], snapshot["messages"], more=snapshot["more"])
        if held.talking is None:
            held.talking = asyncio.create_task(self._write(held))
        held.outbox.rewind()
        await self._flush(held)

    async def _on_resumed(self, frame: Frame) -> None:
        held = self.conversations.get(frame["conversation"])
        if held is not None:
            await self._receive(held, frame["epoch"], frame["events"], more=frame["more"])

    async def _on_message(self, message: Frame) -> None:
        held = self.conversations.get(message["conversation"])
        if held is None:
            return
        await self._receive(held, message["epoch"], [message], more=False)
        if held.view.has_gap:
            await self.say_hello()
        await self._flush(held)

    async def _receive(
        self, held: HeldConversation, epoch: int, messages: list[Frame], *, more: bool
    ) -> None:
        held.view.enter(epoch)
        for message in messages:
            held.view.receive(message)
            self.on_own_message(held.record, held.outbox, message)
        if more:
            await self.say_hello()

    async def _write(self, held: HeldConversation) -> None:
        record = held.record
        while self.has(held):
            written = record.written["counsellor"]
            # Looked at each time: whoever had it before leaves lines that were never numbered, and those are not said any more.
            if len(written) < record.messages_each:
                await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.behaviour.hurry)
                if not self.has(held):
                    return
                body = f"counsellor {record.conversation[:8]} {next(record.numbers)}"
                written.append(body)
                held.outbox.add(body)
                await self._flush(held)
                continue
            if record.complete and not int(record.conversation[0], 16) % 2:
                await self.send(
                    "close",
                    conversation=record.conversation,
                    classification={"theme": "orientation"},
                )
                await asyncio.sleep(ASK_AGAIN_S - 0.3)
            await asyncio.sleep(0.3)

    def has(self, held: HeldConversation) -> bool:
        return self.conversations.get(held.record.conversation) is held

    async def say_much(self, conversation: str, messages: int, body: str) -> None:
        held = self.conversations[conversation]
        for number in range(messages):
            text = f"counsellor {conversation[:8]} much {number} {body}"
            held.record.written["counsellor"].append(text)
            held.outbox.add(text)
        await self._flush(held)

    async def _flush(self, held: HeldConversation) -> None:
        await self.flush(held.outbox, conversation=held.record.conversation)

    def _leave(self, conversation: str, because: str) -> None:
        held = self.conversations.pop(conversation, None)
        if held is not None:
            held.record.note(self.account, because)
            held.record.owners.remove(self.account)
            # What was written here and never numbered is not said any more: the page shows it as not sent.
            for body in held.outbox.bodies():
                held.record.written["counsellor"].remove(body)

    async def _on_closed(self, frame: Frame) -> None:
        self._leave(frame["conversation"], f"closed {frame['reason']}")

    async def _on_released(self, frame: Frame) -> None:
        self._leave(frame["conversation"], f"released {frame['reason']}")

    async def _on_error(self, error: Frame) -> None:
        held = self.conversations.get(error.get("conversation") or "")
        wait_s = error.get("retry_after_s") or 1.0
        if error["code"] in {"try_again", "too_fast"}:
            if held is None:
                self.call_later(min(wait_s, 2.0), self.say_hello)
            else:
                held.outbox.rewind()
                self.call_later(min(wait_s, 2.0), lambda: self._flush(held))
        elif held is not None and error.get("client_id"):
            held.outbox.rewind()
            self.call_later(1.0, lambda: self._flush(held))
