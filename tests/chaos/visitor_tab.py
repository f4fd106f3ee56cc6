"""The second tab of a visitor, with the keys of the first: it reads, and says a line."""

import random

from tests.chaos.client import Behaviour, Client, Frame
from tests.chaos.message_log import ConversationLog, MessageLog, ShownTranscript
from tests.chaos.outbox import Outbox
from tests.chaos.proxy import Proxy
from tests.sealed_end import SealedEnd, TabEnd


class VisitorTab(Client):
    """Runs until the first tab stops it, with the conversation."""

    path = "visitor"

    def __init__(
        self,
        proxy: Proxy,
        message_log: MessageLog,
        behaviour: Behaviour,
        dice: random.Random,
        *,
        token: str,
        record: ConversationLog,
        first: SealedEnd,
    ) -> None:
        super().__init__(proxy, message_log, behaviour, dice)
        self.end = TabEnd(first.keys)
        self._token, self._record = token, record
        self._view = ShownTranscript()
        record.elsewhere.append(self._view)
        self._outbox = Outbox()
        body = f"tab {record.conversation[:8]}"
        record.written["tab"] = [body]
        self._outbox.add(body)

    async def say_hello(self) -> None:
        view = self._view
        back = {"after": view.after, "epoch": view.epoch} if view.after or view.epoch > 1 else {}
        await self.send("hello", site="demo", lang="fr", token=self._token, **back)

    def on_disconnect(self) -> None:
        self._outbox.rewind()
        self.message_log.came_back += 1

    async def _on_resumed(self, frame: Frame) -> None:
        self._view.enter(frame["epoch"])
        for message in frame["events"]:
            self._receive(message)
        if frame["more"]:
            await self.say_hello()
        else:
            self._outbox.rewind()
            await self._flush()

    async def _on_message(self, message: Frame) -> None:
        self._receive(message)
        if self._view.has_gap:
            await self.say_hello()
        await self._flush()

    async def _on_joined(self, _: Frame) -> None:
        self._outbox.rewind()
        await self._flush()

    def _receive(self, message: Frame) -> None:
        self._view.receive(message)
        self.message_log.opened_elsewhere += 1
        self.on_own_message(self._record, self._outbox, message)

    async def _on_error(self, error: Frame) -> None:
        self._outbox.rewind()
        self.call_later(min(error.get("retry_after_s") or 1.0, 2.0), self._flush)

    async def _flush(self) -> None:
        await self.flush(self._outbox)
