"""Counsellors: they accept what rings, answer and close."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from tests.chaos.client import ASK_AGAIN_S, Behaviour, Client, Frame
from tests.chaos.message_log import ConversationLog, MessageLog, ShownTranscript
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Proxy
from tests.sealed_end import CounsellorEnd


@dataclass(eq=False)
class HeldConversation:
    """One conversation that a counsellor has accepted."""

    record: ConversationLog
    view: ShownTranscript
    owns: bool
    """Else they are a guest there."""
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
        self.end = CounsellorEnd({})
        self._colleagues: list[int] = []
        self._locked: dict[str, list[tuple[str, Frame]]] = {}
        """By conversation: the frames that came before their keys, and those after them."""

    def headers(self) -> Mapping[str, str]:
        return {"Cookie": self._cookie}

    async def say_hello(self) -> None:
        after = {
            key: {"epoch": one.view.epoch, "seq": one.view.after} for key, one in self.conversations.items()
        }
        await self.send("hello", after=after)

    def on_disconnect(self) -> None:
        self.message_log.came_back += 1
        self._locked.clear()
        for held in self.conversations.values():
            held.record.note(self.account, "lost the connection")
            held.outbox.rewind()

    async def _on_welcome(self, frame: Frame) -> None:
        await self._on_colleagues(frame)
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

    async def _on_colleagues(self, frame: Frame) -> None:
        self._colleagues = [one["id"] for one in frame["colleagues"] if one["state"] == "available"]

    async def _on_availability(self, readiness: Frame) -> None:
        await self._be_available(readiness)

    async def _on_offer(self, offer: Frame) -> None:
        async def accept() -> None:
            await self.send("accept", conversation=offer["conversation"])

        self.call_later(self.dice.uniform(0.0, 0.4), accept)

    async def _is_held(self, kind: str, frame: Frame) -> bool:
        """Whether it waits for keys, which are then asked for, more than once where needed."""
        conversation = frame["conversation"]
        generation = self.end.locked(conversation)
        if not generation and conversation not in self._locked:
            return False
        self._locked.setdefault(conversation, []).append((kind, frame))
        await self._want_keys(conversation)
        return True

    async def _want_keys(self, conversation: str) -> None:
        if generation := self.end.locked(conversation):
            asked = {"conversation": conversation, "key": self.end.pair.name, "generation": generation}
            await self.send("grant_wanted", **asked)
            self.call_later(ASK_AGAIN_S, partial(self._want_keys, conversation))

    async def _on_grant(self, grant: Frame) -> None:
        conversation = grant["conversation"]
        if not self.end.locked(conversation):
            for kind, frame in self._locked.pop(conversation, []):
                await self.on_frame(kind, frame)
        if (held := self.conversations.get(conversation)) is not None:
            await self._flush(held)

    async def _on_opened(self, snapshot: Frame) -> None:
        if await self._is_held("opened", snapshot):
            return
        conversation = snapshot["conversation"]
        held = self.conversations.get(conversation)
        if held is None:
            record = self.message_log.open(conversation, messages_each=6, leaves_early=False)
            held = HeldConversation(record, ShownTranscript(), owns=snapshot["role"] == "owner")
            self.conversations[conversation] = held
            record.note(self.account, f"opened as {snapshot['role']}")
            if held.owns:
                self._own(held)
            else:
                record.guests.append(held.view)
        await self._on_parties(snapshot)
        await self._receive(held, snapshot["epoch"], snapshot["messages"], more=snapshot["more"])
        if held.talking is None:
            held.talking = asyncio.create_task(self._write(held))
        held.outbox.rewind()
        await self._flush(held)

    def _own(self, held: HeldConversation) -> None:
        record = held.record
        # It may be a successor's before whoever handed it on hears of it.
        record.twice += any(one not in {self.account, record.handed_on_by} for one in record.owners)
        record.owners.append(self.account)
        record.consoles.append(held.view)

    async def _on_parties(self, frame: Frame) -> None:
        held = self.conversations.get(frame["conversation"])
        if held is not None and frame["role"] == "owner" and not held.owns:
            # The owner was lost: the guest takes over.
            held.record.note(self.account, "took over")
            held.owns = True
            held.record.guests.remove(held.view)
            self._own(held)

    async def _on_note(self, note: Frame) -> None:
        if await self._is_held("note", note):
            return
        self.message_log.notes += 1
        held = self.conversations.get(note["conversation"])
        if held is not None:
            held.record.noted = True

    async def _on_resumed(self, frame: Frame) -> None:
        if await self._is_held("resumed", frame):
            return
        held = self.conversations.get(frame["conversation"])
        if held is not None:
            await self._receive(held, frame["epoch"], frame["events"], more=frame["more"])

    async def _on_message(self, message: Frame) -> None:
        if await self._is_held("message", message):
            return
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
        if not held.owns:
            await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.behaviour.hurry)
            await self._write_line(held, f"guest {self.account}")
        while self.has(held):
            if not held.owns:
                await asyncio.sleep(0.3)
            # Looked at each time: whoever had it before leaves lines that were never numbered, and those are not said any more.
            elif len(held.record.written["counsellor"]) < held.record.messages_each:
                await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.behaviour.hurry)
                await self._write_line(held, "counsellor")
            else:
                await self._close(held)
            if held.owns and self.has(held):
                await self._share(held)

    async def _write_line(self, held: HeldConversation, who: str) -> None:
        if not self.has(held):
            return
        body = f"{who} {held.record.conversation[:8]} {next(held.record.numbers)}"
        held.record.written.setdefault(who, []).append(body)
        held.outbox.add(body)
        await self._flush(held)

    async def _share(self, held: HeldConversation) -> None:
        """Of four conversations one has a successor, who reads what was said and goes on, one a guest, and one a note."""
        record = held.record
        if len(record.written["counsellor"]) < record.messages_each // 2:
            return
        if not record.noted and int(record.conversation[4], 16) % 4 == 0:
            note = {"client_id": f"note-{record.conversation}", "body": f"note {record.conversation[:8]}"}
            await self.send("note", conversation=record.conversation, **note)
        match int(record.conversation[1], 16) % 4:
            # What was written is said before.
            case 0 if not record.handed_on_by and not held.outbox.bodies():
                record.handed_on_by = self.account
                await self.send("transfer", conversation=record.conversation, to={"theme": "orientation"})
            case 1 if not record.guests and self._colleagues:
                colleague = self.dice.choice(self._colleagues)
                await self.send("invite", conversation=record.conversation, counsellor=colleague)

    async def _close(self, held: HeldConversation) -> None:
        """One of two conversations is ended by the visitor, the other by the counsellor."""
        record = held.record
        if record.complete and not int(record.conversation[0], 16) % 2:
            await self.send(
                "close", conversation=record.conversation, classification={"theme": "orientation"}
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
            if held.owns:
                held.record.owners.remove(self.account)
            # What was written here and never numbered is not said any more: the page shows it as not sent.
            for lines in held.record.written.values():
                lines[:] = [body for body in lines if body not in held.outbox.bodies()]

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
