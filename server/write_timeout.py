"""How long the server waits for somebody who does not read: not for ever, which is what TCP does while the other side is there."""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

STALLED_S = 30.0
"""A buffer that stays full for so long, or is not empty so long after the end. Browsers come back from that, with `after`."""


class WriteTimeoutProtocol(WebSocketsSansIOProtocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._giving_up: TimerHandle | None = None
        self._all_said = False

    def pause_writing(self) -> None:
        super().pause_writing()
        self._give_up_later()

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self._all_said:
            self._go_on()

    async def run_asgi(self) -> None:
        await super().run_asgi()
        # Closing waits until everything has been read.
        self._all_said = True
        if not self.disconnected:
            self._give_up_later()

    def connection_lost(self, exc: Exception | None) -> None:
        self._go_on()
        super().connection_lost(exc)

    def _give_up_later(self) -> None:
        self._go_on()
        self._giving_up = self.loop.call_later(STALLED_S, self.transport.abort)

    def _go_on(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
