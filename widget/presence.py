"""A visitor's last sign: a moment in the store that goes out of date."""

import time

from chat import presence, runtime, volatile
from partners import clock
from routing_rules.presence import NOTED_EVERY_S


class VisitorPresence:
    """Belongs to one socket."""

    __slots__ = ("_noted_at",)

    def __init__(self) -> None:
        self._noted_at = 0.0

    async def note(self, conversation: str, *, at_once: bool = False) -> None:
        """The visitor is here. Written every few seconds at most, unless `at_once`."""
        now = time.monotonic()
        if at_once or now - self._noted_at > NOTED_EVERY_S:
            self._noted_at = now
            await runtime.volatile().seen(volatile.visitor(conversation), at=clock.seconds())


async def end_now(conversation: str) -> None:
    """Begin the grace now, without waiting for a silence."""
    await presence.note_closed(volatile.visitor(conversation), now=clock.now())
