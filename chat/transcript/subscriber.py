"""Hearing every entry once and in order, whatever became of the connection that brings them.

Publishing only wakes up; the stored list is the truth. For each conversation that has a socket here, the hub knows up to where its
sockets were told. What comes in order is handed on; what leaves a hole, and everything that was missed while the connection was away, is
read from the list.
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
        """Whether anybody here is to be told: every process hears of every conversation."""
        return self._hub.delivered_up_to(conversation) is not None

    def on_entry(self, conversation: str, entry: Entry) -> None:
        """The connection brought an entry."""
        place = self._hub.delivered_up_to(conversation)
        if place is None:
            return
        # Of a room that was just entered nothing is known: its sockets are about to read what was before this.
        epoch, told = place.get(entry.kind, (entry.epoch, entry.seq - 1))
        if entry.epoch > epoch:
            self._hub.disconnect_conversation(conversation)
        elif entry.epoch < epoch or entry.seq <= told:
            return
        elif entry.seq == told + 1:
            self._publish(conversation, entry)
        else:
            meter.holes += 1
            self._catch_up_soon(conversation)

    def on_read(self, conversation: str, kind: EntryKind, epoch: int, length: int) -> None:
        """Somebody here has read the list, which was so long: a socket that just came in knows it up to there."""
        place = self._hub.delivered_up_to(conversation)
        if place is None:
            return
        known, _ = place.setdefault(kind, (epoch, length))
        if epoch > known:
            self._hub.disconnect_conversation(conversation)

    async def catch_up_everywhere(self) -> None:
        """The connection is (again) there: what was said without it is told now."""
        rooms = self._hub.conversations()
        for first in range(0, len(rooms), AT_ONCE):
            await asyncio.gather(
                *(self._catch_up_or_disconnect(one) for one in rooms[first : first + AT_ONCE])
            )
        self._refresh_again()
        # What brings the wake-ups comes back a moment later, and until then they are lost as well.
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
            # One that is found while this reads may come after what it reads: it is looked at again.
            conversation = self._gaps.pop()
            try:
                await self._catch_up_or_disconnect(conversation)
            except Unreachable:
                # What brings the entries may be there all the while: nobody else would fill it.
                log.warning("a hole could not be filled yet")
                self._gaps.add(conversation)
                await asyncio.sleep(TRY_AGAIN_S)

    async def _catch_up_or_disconnect(self, conversation: str) -> None:
        """Raises `Unreachable`."""
        try:
            await self._catch_up(conversation)
        except Unreachable:
            raise
        except Exception as fault:  # one that cannot be read must not keep back all the others
            log.error("a list could not be read", exc_info=fault)
            self._hub.disconnect_conversation(conversation)

    async def _catch_up(self, conversation: str) -> None:
        for kind in EntryKind:
            more = True
            while more and (place := self._hub.delivered_up_to(conversation)) is not None:
                epoch, told = place.get(kind, (0, 0))
                page = await self._read(conversation, kind, told)
                if page is None or (epoch and page.epoch != epoch):
                    # Its memory was lost. Whoever comes back is told that there is a gap.
                    self._hub.disconnect_conversation(conversation)
                    return
                more = page.more
                for entry in page.entries:
                    # Meanwhile the connection may have brought some of these.
                    self.on_entry(conversation, entry)

    def _publish(self, conversation: str, entry: Entry) -> None:
        place = self._hub.delivered_up_to(conversation)
        assert place is not None
        place[entry.kind] = (entry.epoch, entry.seq)
        try:
            self._hub.publish_entry(conversation, entry)
        except Exception as fault:  # one that cannot be opened must not keep back all the others
            log.error("an entry could not be handed on", exc_info=fault)
