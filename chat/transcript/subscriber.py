"""Deliver every entry once and in order, even when the subscription loses some.

Publishing is only a wake-up; the stored list is the truth. For each conversation that has a socket here, the hub knows the last entry
that its sockets received. An entry that is next in order is delivered. After a hole, and after the subscription was away, the missing
entries are read from the list.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chat.faults import Unreachable
from chat.hub import Hub
from chat.meter import meter
from chat.transcript.interface import Entry, EntryKind, Page

log = structlog.stdlib.get_logger(__name__)

WAKE_UPS_ARE_BACK_S = 2.0
AT_ONCE = 32
"""Conversations that are caught up with at the same time."""
TRY_AGAIN_S = 1.0

Read = Callable[[str, EntryKind, int], Awaitable[Page | None]]


class Subscriber:
    def __init__(self, hub: Hub, read: Read) -> None:
        self._hub = hub
        self._read = read
        self._gaps: set[str] = set()
        self._gap_task: asyncio.Task[None] | None = None

    def is_subscribed(self, conversation: str) -> bool:
        """Whether a socket here shows this conversation: every process receives the entries of all conversations."""
        return self._hub.delivered_up_to(conversation) is not None

    def on_entry(self, conversation: str, entry: Entry) -> None:
        """The subscription brought an entry."""
        delivered = self._hub.delivered_up_to(conversation)
        if delivered is None:
            return
        # Of a conversation that was just subscribed to nothing is known: its sockets are about to read the entries before this one.
        epoch, last = delivered.get(entry.kind, (entry.epoch, entry.seq - 1))
        if entry.epoch > epoch:
            self._hub.disconnect_conversation(conversation)
        elif entry.epoch < epoch or entry.seq <= last:
            return
        elif entry.seq == last + 1:
            self._publish(conversation, entry)
        else:
            meter.holes += 1
            self._catch_up_soon(conversation)

    def on_read(self, conversation: str, kind: EntryKind, epoch: int, length: int) -> None:
        """A socket here has read the list, which has this length: a new subscription has received the entries up to there."""
        delivered = self._hub.delivered_up_to(conversation)
        if delivered is None:
            return
        known, _ = delivered.setdefault(kind, (epoch, length))
        if epoch > known:
            self._hub.disconnect_conversation(conversation)

    async def catch_up_everywhere(self) -> None:
        """The subscription is there (again): deliver what was appended without it."""
        conversations = self._hub.conversations()
        for first in range(0, len(conversations), AT_ONCE):
            await asyncio.gather(
                *(self._catch_up_or_disconnect(one) for one in conversations[first : first + AT_ONCE])
            )
        self._refresh_again()
        # The channel layer reconnects a moment later, and until then wake-ups are lost as well.
        asyncio.get_running_loop().call_later(WAKE_UPS_ARE_BACK_S, self._refresh_again)

    def _refresh_again(self) -> None:
        for socket in tuple(self._hub.sockets):
            socket.refresh_soon()

    def _catch_up_soon(self, conversation: str) -> None:
        self._gaps.add(conversation)
        if self._gap_task is None or self._gap_task.done():
            self._gap_task = asyncio.create_task(self._fill_gaps())

    async def _fill_gaps(self) -> None:
        while self._gaps:
            # A hole that is found during the read may be behind what is read: its conversation is then added again.
            conversation = self._gaps.pop()
            try:
                await self._catch_up_or_disconnect(conversation)
            except Unreachable:
                # The subscription may be intact all the while: nothing else would fill this hole.
                log.warning("a hole could not be filled yet")
                self._gaps.add(conversation)
                await asyncio.sleep(TRY_AGAIN_S)

    async def _catch_up_or_disconnect(self, conversation: str) -> None:
        """Raises `Unreachable`."""
        try:
            await self._catch_up(conversation)
        except Unreachable:
            raise
        except Exception as fault:  # a list that cannot be read must not hold up the others
            log.error("a list could not be read", exc_info=fault)
            self._hub.disconnect_conversation(conversation)

    async def _catch_up(self, conversation: str) -> None:
        for kind in EntryKind:
            more = True
            while more and (delivered := self._hub.delivered_up_to(conversation)) is not None:
                epoch, last = delivered.get(kind, (0, 0))
                page = await self._read(conversation, kind, last)
                if page is None or (epoch and page.epoch != epoch):
                    # Its memory was lost. The browsers reconnect, and `resumed` says that there is a gap.
                    self._hub.disconnect_conversation(conversation)
                    return
                more = page.more
                for entry in page.entries:
                    # Meanwhile the subscription may have brought some of these.
                    self.on_entry(conversation, entry)

    def _publish(self, conversation: str, entry: Entry) -> None:
        delivered = self._hub.delivered_up_to(conversation)
        assert delivered is not None
        delivered[entry.kind] = (entry.epoch, entry.seq)
        try:
            self._hub.publish_entry(conversation, entry)
        except Exception as fault:  # an entry that cannot be opened must not hold up the others
            log.error("an entry could not be handed on", exc_info=fault)
