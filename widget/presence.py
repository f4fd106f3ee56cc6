"""Whether a visitor is connected: a moment in the store that goes out of date."""

import time

from django.conf import settings

from chat import clock, runtime, volatile

EVERY_S = 5


class VisitorPresence:
    """Belongs to one socket."""

    __slots__ = ("_noted_at",)

    def __init__(self) -> None:
        self._noted_at = 0.0

    async def note(self, conversation: str, *, at_once: bool = False) -> None:
        """The visitor is here. Written every few seconds at most, unless `at_once`."""
        now = time.monotonic()
        if at_once or now - self._noted_at > EVERY_S:
            self._noted_at = now
            await runtime.volatile().seen(volatile.visitor(conversation), at=clock.seconds())


async def end_now(conversation: str) -> None:
    """The grace begins now, not at the end of a silence."""
    silent_since = clock.seconds() - settings.ENV.silence_s
    await runtime.volatile().seen(volatile.visitor(conversation), at=silent_since)
