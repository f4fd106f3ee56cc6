"""A counsellor's last sign: a moment in the store that goes out of date."""

import time
from collections.abc import Awaitable, Callable

from chat import presence, runtime, volatile
from partners import clock
from routing_rules.presence import NOTED_EVERY_S
from wakeups import publish
from wakeups.topics import counsellor_topic


class CounsellorPresence:
    """Belongs to one socket."""

    __slots__ = ("_noted_at", "_to_repeat")

    def __init__(self) -> None:
        self._noted_at = 0.0
        self._to_repeat = False

    async def note(self, counsellor: int) -> None:
        """The console is here. Written every few seconds at most."""
        now = time.monotonic()
        if now - self._noted_at > NOTED_EVERY_S:
            self._noted_at = now
            await runtime.volatile().seen(volatile.counsellor(counsellor), at=clock.seconds())

    def another_left(self) -> None:
        """Another console of this counsellor signed out, and noted that they are gone."""
        self._to_repeat = True

    async def repeat(self, counsellor: int) -> None:
        """This console is still here, where another one noted that the counsellor is gone."""
        if self._to_repeat and self._noted_at:
            self._to_repeat, self._noted_at = False, 0.0
            await self.note(counsellor)

    async def end(self, counsellor: int, *, is_signed_out: Callable[[], Awaitable[bool]]) -> None:
        """Begin the grace now, without waiting for a silence. The socket has closed and is no longer subscribed.

        After a sign-out there is none: the conversations go on elsewhere.
        """
        # Another tab of the same counsellor may be connected here.
        if not self._noted_at or runtime.hub().has_listeners(counsellor_topic(counsellor)):
            return
        await presence.note_closed(volatile.counsellor(counsellor), now=clock.now())
        if await is_signed_out():
            await presence.note_left(volatile.counsellor(counsellor), now=clock.now())
            await publish.counsellor_left(counsellor)
