"""What all consoles share: the queue and the colleagues on duty, as one console was last told of them."""

from collections.abc import Callable, Collection

import msgspec
from django.db import DatabaseError

from chat.frames.counsellor import server_frames
from chat.services import counsellor_view, queue


class SharedLists:
    """Belongs to one socket."""

    __slots__ = ("_colleagues_stale", "queue", "shown")

    def __init__(self) -> None:
        self.queue: list[server_frames.Queued] = []
        self.shown: set[str] = set()
        """Every conversation that was offered or queued here since the page was opened."""
        self._colleagues_stale = False

    def colleagues_changed(self) -> None:
        """They are read at the next refresh."""
        self._colleagues_stale = True

    async def read_queue(self, me: int, offers: Collection[str]) -> bool:
        """Whether other conversations wait, or in another order."""
        before, self.queue = self.queue, (await queue.now()).queue_of(me)
        self.remember(offers)
        return [one.conversation for one in before] != [one.conversation for one in self.queue]

    def remember(self, offers: Collection[str]) -> None:
        self.shown.update(offers, (one.conversation for one in self.queue))

    async def refresh(self, me: int, offers: Collection[str], push: Callable[[msgspec.Struct], None]) -> None:
        if await self.read_queue(me, offers):
            push(server_frames.Queue(self.queue))
        if self._colleagues_stale:
            # Before they are read: who changes meanwhile is read once more.
            self._colleagues_stale = False
            try:
                push(server_frames.Colleagues(await counsellor_view.colleagues(me)))
            except DatabaseError:
                self._colleagues_stale = True
                raise
