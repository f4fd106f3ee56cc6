"""A counsellor's last sign: a moment in the store that goes out of date."""

import time

from chat import clock, presence, runtime, volatile
from routing_rules.presence import NOTED_EVERY_S
from wakeups.topics import counsellor_topic


class CounsellorPresence:
    """Belongs to one socket."""

    __slots__ = ("_noted_at",)

    def __init__(self) -> None:
        self._noted_at = 0.0

    async def note(self, counsellor: int) -> None:
        """The console is here. Written every few seconds at most."""
        now = time.monotonic()
        if now - self._noted_at > NOTED_EVERY_S:
            self._noted_at = now
            await runtime.volatile().seen(volatile.counsellor(counsellor), at=clock.seconds())

    async def end(self, counsellor: int) -> None:
        """Begin the grace now, without waiting for a silence. The socket has closed and is no longer subscribed."""
        # Another tab of the same counsellor may be connected here.
        if self._noted_at and not runtime.hub().has_listeners(counsellor_topic(counsellor)):
            await presence.note_closed(volatile.counsellor(counsellor), now=clock.now())
