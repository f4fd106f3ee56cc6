"""Visitors: they ask, talk and go, and come again as somebody new."""

import asyncio
import random
import secrets
from functools import partial

from tests.chaos.client import ASK_AGAIN_S, Behaviour, Client, Frame
from tests.chaos.message_log import ConversationLog, MessageLog
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Proxy
from tests.chaos.visitor_tab import VisitorTab
from tests.sealed_end import VisitorEnd

FORGOTTEN_S = 4.0


class Visitor(Client):
    """Asks, talks, goes, and asks again as somebody new."""

    path = "visitor"
    _tab: asyncio.Task[None] | None = None

    def __init__(
        self, proxy: Proxy, message_log: MessageLog, behaviour: Behaviour, dice: random.Random
    ) -> None:
        super().__init__(proxy, message_log, behaviour, dice)
        self._begin()

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self._close_tab()

    def _begin(self) -> None:
        self._close_tab()
        self.token = secrets.token_urlsafe(32)
        self.end = VisitorEnd({})
        self.record: ConversationLog | None = None
        self.outbox = Outbox()
        self.phase = "before"
        self._talking: asyncio.Task[None] | None = None
        self._greeted = 0
        self._known = False

    @property
    def at_rest(self) -> bool:
        return self.phase == "before"

    async def say_hello(self) -> None:
        view = self.record.visitor if self.record else None
        back = {"after": view.after, "epoch": view.epoch} if view and (view.after or view.epoch > 1) else {}
        await self.send("hello", site="demo", lang="fr", token=self.token, **back)

    def on_disconnect(self) -> None:
        self.outbox.rewind()
        self.message_log.came_back += self.phase != "before"

    async def _on_welcome(self, _: Frame) -> None:
        if self.phase in {"before", "asking"}:
            self.call_later(0.0 if self.phase == "asking" else self.dice.random(), self._ask)
        else:
            self._known = False
            self._greeted += 1
            self.call_later(FORGOTTEN_S, partial(self._forgotten, self._greeted))

    async def _ask(self) -> None:
        if self.phase == "before" and not self.behaviour.going:
            self.call_later(0.5, self._ask)
            return
        if self.phase in {"before", "asking"}:
            self.phase = "asking"
            await self.send("ask", theme=self.dice.choice(["orientation", "formation"]), language="fr")

    async def _forgotten(self, greeted: int) -> None:
        """Unless there was another welcome since: then what follows that counts."""
        if greeted == self._greeted and not self._known and self.phase in {"waiting", "active"}:
            self.message_log.forgotten += 1
            await self._end("forgotten")

    async def _on_waiting(self, frame: Frame) -> None:
        self._known = True
        self._log_of(frame["conversation"]).visitor.enter(frame["epoch"])
        self.phase = "waiting"

    def _log_of(self, conversation: str) -> ConversationLog:
        if self.record is None:
            leaves_early = self.dice.random() < 0.15
            self.record = self.message_log.open(
                conversation, messages_each=self.dice.randint(4, 10), leaves_early=leaves_early
            )
        return self.record

    async def _on_requeued(self, _: Frame) -> None:
        self.phase = "waiting"
        if self.record is not None:
            self.record.note("visitor", "requeued")

    async def _on_joined(self, _: Frame) -> None:
        if self.record is None:
            # Before there was a wait to be told of. Which conversation it is comes with everything that was said in it.
            await self.say_hello()
            return
        self.phase = "active"
        self.record.note("visitor", "joined")
        self._talk()
        await self.flush(self.outbox)

    def _talk(self) -> None:
        if self._talking is None:
            self._talking = asyncio.create_task(self._write())
            self._open_tab()

    def _open_tab(self) -> None:
        """One conversation in four has a second one."""
        record = self.record
        if record is not None and int(record.conversation[2], 16) % 4 == 0:
            tab = VisitorTab(
                self.proxy,
                self.message_log,
                self.behaviour,
                random.Random(self.dice.random()),
                token=self.token,
                record=record,
                first=self.end,
            )
            self._tab = asyncio.create_task(tab.run())

    def _close_tab(self) -> None:
        if self._tab is not None:
            self._tab.cancel()
            self._tab = None

    async def _write(self) -> None:
        """Says its part, message by message, whatever the connection does; then goes when everything has arrived."""
        record, token = self.record, self.token
        assert record is not None
        for number in range(record.messages_each):
            await asyncio.sleep(self.dice.uniform(0.1, 0.8) * self.behaviour.hurry)
            if self.token != token:
                return
            body = f"visitor {record.conversation[:8]} {number}"
            record.written["visitor"].append(body)
            self.outbox.add(body)
            if self.phase == "active":
                await self.flush(self.outbox)
            if record.leaves_early and number > record.messages_each // 2:
                break
        # One of two conversations is ended by the visitor, the other by the counsellor.
        while self.token == token and self.phase != "before":
            if record.leaves_early or (record.complete and int(record.conversation[0], 16) % 2):
                await self.send("leave")
                await asyncio.sleep(ASK_AGAIN_S - 0.3)
            await asyncio.sleep(0.3)

    async def _on_message(self, message: Frame) -> None:
        record = self.record
        if record is None:
            return
        record.visitor.receive(message)
        self.on_own_message(record, self.outbox, message)
        if record.visitor.has_gap:
            await self.say_hello()
        await self.flush(self.outbox)

    async def _on_resumed(self, frame: Frame) -> None:
        self._known = True
        record = self._log_of(frame["conversation"])
        record.visitor.enter(frame["epoch"])
        for message in frame["events"]:
            record.visitor.receive(message)
            self.on_own_message(record, self.outbox, message)
        self.phase = frame["state"]
        if frame["more"]:
            await self.say_hello()
        elif self.phase == "active":
            self._talk()
            self.outbox.rewind()
            await self.flush(self.outbox)

    async def _on_closed(self, frame: Frame) -> None:
        self._known = True
        await self._end(frame["reason"])

    async def _end(self, reason: str) -> None:
        if self.record is not None:
            self.record.reason = self.record.reason or reason
        self._begin()
        # A new token needs a new socket.
        if self.socket is not None:
            await self.socket.close()

    async def _on_error(self, error: Frame) -> None:
        code, wait_s = error["code"], error.get("retry_after_s") or 1.0
        if code == "token_refused":
            self.message_log.forgotten += 1
            await self._end("forgotten")
        elif self.phase == "asking":
            if code in {"full", "closed_now", "not_allowed"}:
                self.message_log.refused[code] += 1
                await self._end(code)
            else:
                self.call_later(min(wait_s, 2.0), self._ask)
        elif code in {"try_again", "too_fast", "nobody_yet"}:
            self.outbox.rewind()
            if code != "nobody_yet":
                self.call_later(min(wait_s, 2.0), self._flush)

    async def _flush(self) -> None:
        if self.phase == "active":
            await self.flush(self.outbox)
