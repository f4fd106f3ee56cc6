"""What all consoles share, as one console was last sent it: the queue, the colleagues on duty, and the lists to choose from."""

from collections.abc import Callable, Collection, Iterable

import msgspec
from django.db import DatabaseError

from chat.frames.counsellor import server_frames
from chat.services import counsellor_view, queue
from counsellor_console import welcome


class SharedLists:
    """Belongs to one socket."""

    __slots__ = ("_choices", "_choices_stale", "_colleagues_stale", "_language", "queue", "shown")

    def __init__(self) -> None:
        self.queue: list[server_frames.Queued] = []
        self.shown: set[str] = set()
        """Every conversation that was offered or queued here since the page was opened."""
        self._choices: server_frames.Lists | None = None
        self._language = ""
        self._colleagues_stale = self._choices_stale = False

    def welcomed(self, frame: server_frames.Welcome, language: str) -> None:
        """Remember the lists that this welcome has sent, and their language."""
        self._choices = server_frames.Lists(frame.canned, frame.codes, frame.guarded)
        self._language = language

    def colleagues_changed(self) -> None:
        """The next refresh reads them."""
        self._colleagues_stale = True

    def choices_changed(self) -> None:
        """The same for replies, codes and guarded names."""
        self._choices_stale = True

    async def read_queue(self, me: int, offers: Collection[str]) -> bool:
        """Read the queue. True if other conversations wait, in another order, or with another priority."""
        before, self.queue = self.queue, (await queue.latest()).queue_of(me)
        self.remember(offers)
        return _as_shown(before) != _as_shown(self.queue)

    def remember(self, offers: Collection[str]) -> None:
        self.shown.update(offers, (one.conversation for one in self.queue))

    async def refresh(self, me: int, offers: Collection[str], push: Callable[[msgspec.Struct], None]) -> None:
        if await self.read_queue(me, offers):
            push(server_frames.Queue(self.queue))
        # Each flag is cleared before the read: a change during the read sets it again.
        if self._colleagues_stale:
            self._colleagues_stale = False
            try:
                push(server_frames.Colleagues(await counsellor_view.colleagues(me)))
            except DatabaseError:
                self._colleagues_stale = True
                raise
        if self._choices_stale:
            self._choices_stale = False
            try:
                now = await welcome.lists(counsellor=me, language=self._language)
            except DatabaseError:
                self._choices_stale = True
                raise
            if now != self._choices:
                self._choices = now
                push(now)


def _as_shown(waiting: Iterable[server_frames.Queued]) -> list[tuple[str, int]]:
    return [(one.conversation, one.priority) for one in waiting]
